"""Sheets to label saved pages by hand, and the way back.

    python -m benchmarks.label_sheets make --shared DIR --pages FILE --sheet FILE
    python -m benchmarks.label_sheets take --shared DIR --pages FILE --answers FILE

`make` prints the pages that FILE names (one a line, `site/path.html`) as numbered units, the tags of
entries, which are no units, without a number. An answer is a line of JSON a
page: {"n": 1, "kind": "service", "services": [{"name": 1, "u": {"why": [4]}, "t": [], "f": [], "p": [], "wide": "",
"strict": ""}]}; a name is a unit's number or words of a unit. `take` adds the answers to labels.jsonl, each unit by the
digest of its words, and refuses a number, an item or a code that is not there.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from spacy.language import Language

from benchmarks.extract_gold import open_page, read_site
from benchmarks.own_labels import FILE, LISTS, VERDICTS, digest
from extract.content import Content, read_content
from extract.nlp import load_nlp
from extract.units import Unit, read_units
from register.codes.codebook import Codebook, read_codebook
from register.codes.vocabulary import TIDIER_ITEMS, PageKind, PassageKind
from register.models import Page, SiteProfile

DATA: Final = Path(__file__).parent.parent / "data"
SHORT: Final = {PassageKind.PARAGRAPH: "p", PassageKind.LIST_ITEM: "li"}
CUT: Final = 700  # characters of a unit that a reader needs to see


class Sheets:
    """The saved pages as their units, each site's chrome left out."""

    def __init__(self, shared: Path, *, nlp: Language) -> None:
        self._sites = shared / "sites"
        self._nlp = nlp
        self._profiles: dict[str, SiteProfile] = {}

    def units(self, name: str) -> tuple[Unit, ...]:
        page, content = self._read(name)
        return read_units(page, content.passages, nlp=self._nlp)

    def tags(self, name: str) -> tuple[tuple[int, str], ...]:
        """The links that stand in lists of nothing else, each with its place: they are no units, and codes follow."""
        page, content = self._read(name)
        return tuple((link.start, page.quote(link)) for link in content.links)

    def _read(self, name: str) -> tuple[Page, Content]:
        site = name.split("/")[0]
        if site not in self._profiles:
            self._profiles[site] = read_site(self._sites / site)
        page = open_page(self._sites / name, self._sites)
        return page, read_content(page, profile=self._profiles[site])


def print_sheet(names: Sequence[str], sheets: Sheets) -> str:
    lines = []
    for n, name in enumerate(names, 1):
        lines.append(f"=== {n}  {name}")
        units = ((u.start, f"{k} [{_kind(u)}] {u.text[:CUT]}") for k, u in enumerate(sheets.units(name), 1))
        told = [*units, *((start, f"  [tag] {tag}") for start, tag in sheets.tags(name))]
        lines += [line for _, line in sorted(told, key=lambda one: one[0])]
        lines.append("")
    return "\n".join(lines)


def _kind(unit: Unit) -> str:
    passage = unit.passage
    kind = f"h{passage.level}" if passage.level else SHORT.get(passage.kind, passage.kind.value)
    return f"{kind} {passage.label}" if passage.label else kind


def to_row(answer: Mapping[str, Any], name: str, units: Sequence[Unit], codebook: Codebook) -> dict[str, Any]:
    """The answer in the form of labels.jsonl; ValueError says what of it is not there."""
    services = [_service(service, units, codebook) for service in answer["services"]]
    row = {"page": digest(name), "kind": PageKind(answer["kind"]).value, "services": services}
    return {**row, "names_only": True} if answer.get("names_only") else row


def _service(answer: Mapping[str, Any], units: Sequence[Unit], codebook: Codebook) -> dict[str, Any]:
    items = answer.get("u", {})
    if unknown := set(items) - set(TIDIER_ITEMS):
        raise ValueError(f"no TIDieR item: {', '.join(sorted(unknown))}")
    codes = {plural: list(answer.get(plural[0], [])) for plural in LISTS}
    for plural, given in codes.items():
        if unknown := set(given) - {code.code for code in codebook.scheme(plural.removesuffix("s"))}:
            raise ValueError(f"no code of {plural}: {', '.join(sorted(unknown))}")
    return {
        "name": _name(answer["name"], units),
        "items": {item: [digest(_unit(n, units).text) for n in numbers] for item, numbers in items.items()},
        **codes,
        **{net: answer.get(net) or "unclear" for net in VERDICTS},
    }


def _unit(n: int, units: Sequence[Unit]) -> Unit:
    if not 1 <= n <= len(units):
        raise ValueError(f"no unit {n}: the page has 1 to {len(units)}")
    return units[n - 1]


def _name(name: int | str, units: Sequence[Unit]) -> list[str | int]:
    if isinstance(name, int):
        return [digest(_unit(name, units).text), 0, len(_unit(name, units).text)]
    for unit in units:
        if (at := unit.text.find(name)) >= 0:
            return [digest(unit.text), at, at + len(name)]
    raise ValueError(f"no unit holds the name {name!r}")


def take(answers: Path, names: Sequence[str], sheets: Sheets, codebook: Codebook) -> int:
    """Adds the answers to labels.jsonl; what is wrong is told by line and left out. Returns how many were."""
    rows = {row["page"]: row for row in map(json.loads, FILE.read_text().splitlines())} if FILE.exists() else {}
    wrong = 0
    for number, line in enumerate(answers.read_text(encoding="utf-8").splitlines(), 1):
        try:
            answer = json.loads(line)
            name = names[answer["n"] - 1]
            row = to_row(answer, name, sheets.units(name), codebook)
            rows[row["page"]] = row
        except (ValueError, KeyError, IndexError, TypeError) as fault:
            wrong += 1
            print(f"{answers}:{number}: {fault}", file=sys.stderr)
    FILE.write_text("".join(json.dumps(rows[page]) + "\n" for page in sorted(rows)), encoding="utf-8")
    return wrong


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("action", choices=("make", "take"))
    asked.add_argument("--shared", type=Path, required=True)
    asked.add_argument("--pages", type=Path, required=True)
    asked.add_argument("--sheet", type=Path)
    asked.add_argument("--answers", type=Path)
    given = asked.parse_args()
    sheets, names = Sheets(given.shared, nlp=load_nlp()), given.pages.read_text().split()
    if given.action == "make":
        given.sheet.write_text(print_sheet(names, sheets), encoding="utf-8")
        return 0
    return 1 if take(given.answers, names, sheets, read_codebook(DATA)) else 0


if __name__ == "__main__":
    sys.exit(main())
