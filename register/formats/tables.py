"""Records, evidence and tombstones as CSV, the records as JSON; and the data package that describes them."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from register.codes.vocabulary import FACT_BY_NAME, FIELD_NAMES, Inclusion, Scope, Status
from register.publishing.export import (
    EVIDENCE_COLUMNS,
    RECORD_COLUMNS,
    TOMBSTONE_COLUMNS,
    evidence_rows,
    record_object,
    record_row,
    safe_cell,
    tombstone_row,
)
from register.publishing.presentation import Column, Presentation
from register.publishing.publication import Edition, to_line

PACKAGE = "datapackage.json"
RECORDS, LINES = "records.json", "records.jsonl"
Json = str | int | Sequence["Json"] | Mapping[str, "Json"]


def write(edition: Edition, folder: Path) -> None:
    _write_csv(folder / "records.csv", (*RECORD_COLUMNS, *FIELD_NAMES), map(record_row, edition.living))
    rows = (row for record in edition.living for row in evidence_rows(record))
    _write_csv(folder / "evidence.csv", EVIDENCE_COLUMNS, rows)
    _write_csv(folder / "tombstones.csv", TOMBSTONE_COLUMNS, map(tombstone_row, edition.tombstones))
    write_list(folder / RECORDS, map(record_object, edition.living))
    with (folder / LINES).open("w", encoding="utf-8", newline="\n") as lines:
        lines.writelines(f"{to_line(record)}\n" for record in edition.records)
    told = json.dumps(package(edition, folder), ensure_ascii=False, indent=1)
    (folder / PACKAGE).write_text(f"{told}\n", encoding="utf-8", newline="\n")


def write_list(path: Path, objects: Iterable[Mapping[str, object]], *, head: str = "[", tail: str = "]\n") -> None:
    """A JSON list, one object after the other, as `json.dumps` with an indent of one would write the whole."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(head)
        apart = "\n"
        for one in objects:
            lines = json.dumps(one, ensure_ascii=False, indent=1, sort_keys=True).split("\n")
            out.write(apart + "\n".join(f" {line}" for line in lines))
            apart = ",\n"
        out.write(tail if apart == "\n" else f"\n{tail}")


def package(edition: Edition, folder: Path) -> dict[str, Json]:
    """The descriptor of a Frictionless data package over the tables in `folder`."""
    presentation = edition.presentation
    licence = presentation.licence
    told: dict[str, Json] = {
        "profile": "data-package",
        "name": "tidiermap",
        "id": edition.publication.id,
        "title": presentation.title,
        "description": presentation.description,
        "version": str(edition.publication.number),
        "created": edition.publication.published_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "licenses": [{"name": licence.key, "title": licence.name, "path": licence.url}],
        "contributors": [{"title": presentation.attribution, "role": "publisher"}],
    }
    if presentation.homepage:
        told["homepage"] = presentation.homepage
    tables = [_table(name, presentation, edition, folder) for name in ("records", "evidence", "tombstones")]
    whole = [_whole(folder / RECORDS, "Records with their evidence")]  # the lines are for registers: manifest.json
    return told | {"resources": [*tables, *whole]}


def _whole(path: Path, title: str) -> dict[str, Json]:
    kind = path.suffix[1:]
    told: dict[str, Json] = {"profile": "data-resource", "name": f"{path.stem}-{kind}", "path": path.name}
    told |= {"format": kind, "mediatype": f"application/{kind}", "encoding": "utf-8", "title": title}
    return told | _size(path)


def _table(name: str, presentation: Presentation, edition: Edition, folder: Path) -> dict[str, Json]:
    path = folder / f"{name}.csv"
    schema: dict[str, Json] = {
        "fields": [_field(column, edition) for column in presentation.table(name)],
        "missingValues": ["", *(f"({status.value})" for status in Status if status is not Status.REPORTED)],
    }
    if name == "evidence":
        link: dict[str, Json] = {"resource": "records", "fields": "id"}
        schema["foreignKeys"] = [{"fields": "record_id", "reference": link}]
    else:
        schema["primaryKey"] = "id"
    told: dict[str, Json] = {
        "profile": "tabular-data-resource",
        "name": name,
        "path": path.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": schema,
    }
    return told | _size(path)


def _size(path: Path) -> dict[str, Json]:
    seen = hashlib.sha256()
    with path.open("rb") as body:
        while block := body.read(1 << 20):
            seen.update(block)
    return {"bytes": path.stat().st_size, "hash": f"sha256:{seen.hexdigest()}"}


def _field(column: Column, edition: Edition) -> dict[str, Json]:
    constraints: dict[str, Json] = {"required": True} if column.required else {}
    told: dict[str, Json] = {"name": column.name, "type": column.type, "title": column.title}
    told["description"] = column.description
    if column.name == "id":
        constraints["unique"] = True
    if column.table == "records":
        constraints |= _constraints(column.name, edition)
    if column.table == "evidence" and column.name in ("field", "status"):
        allowed = FIELD_NAMES if column.name == "field" else tuple(status.value for status in Status)
        constraints["enum"] = list(allowed)
    if column.type == "datetime":
        told["format"] = "%Y-%m-%dT%H:%M:%S.%fZ"
    if column.unit:
        told["unit"] = column.unit
    return told | ({"constraints": constraints} if constraints else {})


def _constraints(name: str, edition: Edition) -> dict[str, Json]:
    """What the values of a field may be; a cell of several has them separated by a semicolon and a blank."""
    group, _, own = name.partition(".")
    if group == "code":
        return _of_list([code.code for code in edition.codebook.scheme(own)], many=True)
    if group == "eligibility":
        words = [one.value for one in (Scope if own == "scope" else Inclusion)]
        return _of_list(words, many=False)
    fact = FACT_BY_NAME.get(own) if group == "fact" else None
    if fact is None:
        return {"pattern": "[EWSN][0-9]{8}"} if name == "gss_code" else {}
    if fact.number:
        return {"minimum": 0, "maximum": fact.most}
    if fact.form:
        return {"pattern": _listed(fact.form) if fact.many else f"(?:{fact.form})"}
    return _of_list(list(fact.allowed), many=fact.many) if fact.allowed else {}


def _of_list(words: Sequence[str], *, many: bool) -> dict[str, Json]:
    return {"pattern": _listed("|".join(words))} if many else {"enum": list(words)}


def _listed(form: str) -> str:
    return f"(?:{form})(?:; (?:{form}))*"


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([safe_cell(value) for value in row])
