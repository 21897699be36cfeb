"""A charity register's extract as the Charity Commission publishes it: the charities of one locality.

The full register download has a table `publicextract.charity` and one `publicextract.charity_area_of_operation`, each
as JSON (an array of objects) or as tab-separated text. Some 400,000 rows: they are read one at a time.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from register.errors import ConfigError
from register.localities.places import Atlas, Home, plain_name

CHUNK = 1 << 20  # characters read at once
CHARITY_COLUMNS = ("organisation_number", "charity_name", "charity_contact_web", "charity_contact_postcode")
AREA_COLUMNS = ("organisation_number", "geographic_area_type", "geographic_area_description")
MISSING = "\t"  # the cells that a tab-separated row lacks; no cell holds a tab
LOCAL = "local authority"  # the type of area that is a district or county


@dataclass(frozen=True, slots=True, kw_only=True)
class Charity:
    """A charity that gives a web address; `where` is its place in the file."""

    web: str
    name: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """The charities of a locality; how many of them give no web address; and the numbers of the rows, of any locality,
    that have more or fewer cells than the table has columns, so that nobody can tell what they say."""

    charities: tuple[Charity, ...]
    without: int
    torn: tuple[int, ...]


def charities_of(path: Path, areas: Path | None, atlas: Atlas, home: Home) -> Extract:
    """The registered charities whose postcode lies in the locality, or that name it as area of operation.

    Raises ConfigError where a file is no extract.
    """
    operating = set(_operating(areas, atlas, home)) if areas else set()
    kept: list[Charity] = []
    torn: list[int] = []
    without = 0
    for number, row in enumerate(read_rows(path, CHARITY_COLUMNS), 1):
        if None in row or MISSING in row.values():
            torn.append(number)
            continue
        if str(row.get("charity_registration_status") or "Registered").lower() != "registered":
            continue
        here = atlas.district(str(row["charity_contact_postcode"] or "")) in home.districts
        if not here and str(row["organisation_number"]) not in operating:
            continue
        web = str(row["charity_contact_web"] or "").strip()
        if web:
            name = str(row["charity_name"] or "").strip()
            kept.append(Charity(web=web, name=name, where=f"{path}: charity {number}"))
        else:
            without += 1
    return Extract(charities=tuple(kept), without=without, torn=tuple(torn))


def _operating(path: Path, atlas: Atlas, home: Home) -> Iterator[str]:
    names = {plain_name(atlas.names[code].partition(", ")[0]) for code in home.districts if code in atlas.names}
    for row in read_rows(path, AREA_COLUMNS):
        area = plain_name(str(row["geographic_area_description"] or "").removesuffix(" City"))
        if str(row["geographic_area_type"] or "").lower() == LOCAL and area in names:
            yield str(row["organisation_number"])


def read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The rows of an extract, JSON or tab-separated by what the file begins with; memory does not grow with it.

    Raises ConfigError with file, row and what was expected.
    """
    if not path.is_file():
        raise ConfigError(str(path), "(file)", "no such file", "a table of the charity register's extract")
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        start = lines.read(1)
        lines.seek(0)
        rows = (
            _json_rows(lines, path)
            if start == "["
            else csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, restval=MISSING)
        )
        for number, row in enumerate(rows, 1):
            missing = next((column for column in columns if column not in row), None)
            if missing:
                expected = f"the columns {', '.join(columns)}, as in the register's extract"
                raise ConfigError(f"{path}: row {number}", missing, sorted(str(key) for key in row)[:8], expected)
            yield row


def _json_rows(lines: Any, path: Path) -> Iterator[dict[str, Any]]:  # noqa: ANN401 (a text file)
    decoder, text, at, number = json.JSONDecoder(), lines.read(CHUNK), 1, 0
    while True:
        at = _skip(text, at)
        if at < len(text) and text[at] == "]":
            return
        try:
            row, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            more = lines.read(CHUNK)
            if not more:
                raise ConfigError(f"{path}: row {number + 1}", "(row)", text[at : at + 60], "a JSON object") from error
            text, at = text[at:] + more, 0
            continue
        number += 1
        if not isinstance(row, dict):
            raise ConfigError(f"{path}: row {number}", "(row)", row, "a JSON object")
        yield row
        at = end


def _skip(text: str, at: int) -> int:
    while at < len(text) and (text[at].isspace() or text[at] == ","):
        at += 1
    return at
