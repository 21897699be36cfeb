"""The dataset as an SQLite file with full-text search, and the metadata by which Datasette shows it.

Columns bear their fields' own names with `_` for the point (fact.cost is fact_cost); a field of several values holds a
JSON list, by which Datasette makes facets. Which fields say nothing, and why, stands in a list for each kind of
absence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from register.codes.vocabulary import CODE_SCHEMES, FACT_BY_NAME, FIELD_NAMES, Status
from register.formats.plain import PlainWords
from register.models import ServiceRecord
from register.publishing.export import (
    EVIDENCE_COLUMNS,
    RECORD_COLUMNS,
    TOMBSTONE_COLUMNS,
    evidence_rows,
    record_row,
    tombstone_row,
)
from register.publishing.presentation import Column
from register.publishing.publication import Edition
from register.store.publishing.dataset_file import Cell, DatasetFile, Table

FILE, METADATA = "dataset.db", "metadata.json"
SERVICES, EVIDENCE, TOMBSTONES, CODES = "services", "evidence", "tombstones", "codes"
ABSENCES = tuple(status.value for status in Status if status is not Status.REPORTED)
EXTRA = {
    "freshness": "How fresh the record is, in words: from a person's last decision to the day of the publication.",
    "not_reported": "Fields about which the page says nothing: somebody looked.",
    "not_extracted": "Fields that nobody looked for.",
    "not_applicable": "Fields that make no sense for this service.",
    "withheld": "Fields that are left out because they are private of a person.",
}
CODE_COLUMNS = {
    "scheme": "The scheme of the code: type, factor, population and so on.",
    "code": "The code, as the columns of services have it.",
    "label": "What it is called.",
    "plain": "The same in words that anybody knows.",
    "definition": "What it means.",
    "boundary": "Where it ends.",
    "origin": "Who named it.",
}


def write(edition: Edition, folder: Path) -> None:
    with DatasetFile(folder / FILE) as out:
        out.fill(_services(), (_service_row(record, edition) for record in edition.living))
        rows = ([_cell(value) for value in row] for record in edition.living for row in evidence_rows(record))
        out.fill(Table(EVIDENCE, EVIDENCE_COLUMNS, whole=("start", "end"), belongs=("record_id", SERVICES)), rows)
        gone = Table(TOMBSTONES, TOMBSTONE_COLUMNS, key="id")
        out.fill(gone, ([_cell(value) for value in tombstone_row(record)] for record in edition.tombstones))
        out.fill(Table(CODES, tuple(CODE_COLUMNS)), _codes(edition))
        out.search(SERVICES, tuple(column_of(name) for name in ("name", *_searched())))
    told = json.dumps(metadata(edition), ensure_ascii=False, indent=1)
    (folder / METADATA).write_text(f"{told}\n", encoding="utf-8", newline="\n")


def column_of(name: str) -> str:
    return name.replace(".", "_")


def is_list(name: str) -> bool:
    group, _, own = name.partition(".")
    return group == "code" or (group == "fact" and FACT_BY_NAME[own].many)


def _services() -> Table:
    names = tuple(column_of(name) for name in (*RECORD_COLUMNS, *FIELD_NAMES))
    whole = tuple(f"fact_{fact.name}" for fact in FACT_BY_NAME.values() if fact.number)
    return Table(SERVICES, (*names, *EXTRA), key="id", whole=whole)


def _searched() -> Iterator[str]:
    yield from (name for name in FIELD_NAMES if name.startswith("tidier."))
    yield from ("fact.provider", "fact.addresses", "fact.postcodes")


def _service_row(record: ServiceRecord, edition: Edition) -> list[Cell]:
    by_name = {field.name: field for field in record.fields}
    row: list[Cell] = [*record_row(record)[: len(RECORD_COLUMNS)]]
    absent: dict[str, list[str]] = {kind: [] for kind in ABSENCES}
    for name in FIELD_NAMES:
        field = by_name.get(name)
        if field is None or field.value is None:
            absent[(field.status if field else Status.NOT_EXTRACTED).value].append(name)
            row.append(None)
        elif isinstance(field.value, tuple):
            row.append(json.dumps(field.value, ensure_ascii=False))
        else:
            row.append(field.value)
    row.append(PlainWords(edition).freshness(record).words)
    return [*row, *(json.dumps(absent[kind]) for kind in EXTRA if kind in absent)]


def _codes(edition: Edition) -> Iterator[list[Cell]]:
    for scheme in CODE_SCHEMES:
        for code in edition.codebook.scheme(scheme):
            plain = edition.words.get(code.key, code.label)
            yield [scheme, code.code, code.label, plain, code.definition, code.boundary, code.origin]


def _cell(value: object) -> Cell:
    return value if isinstance(value, int) else str(value)


def metadata(edition: Edition) -> dict[str, object]:
    """Titles, licence, facets, units and what each column means, as Datasette's metadata.json has them."""
    presentation, publication = edition.presentation, edition.publication
    about = {
        "title": presentation.title,
        "description": f"{presentation.description} Publication {publication.id}.",
        "license": presentation.licence.name,
        "license_url": presentation.licence.url,
        "source": presentation.attribution,
        **({"source_url": presentation.homepage} if presentation.homepage else {}),
    }
    tables = {
        SERVICES: _of_services(edition),
        EVIDENCE: {
            "title": "Evidence",
            "description": "The words of the page behind each value.",
            "columns": _columns(presentation.table("evidence")),
            "facets": ["field", "status"],
        },
        TOMBSTONES: {
            "title": "Tombstones",
            "description": "Records that were withdrawn, or that turned out to be another one.",
            "columns": _columns(presentation.table("tombstones")),
            "label_column": "name",
        },
        CODES: {"title": "Codebook", "columns": CODE_COLUMNS, "facets": ["scheme", "origin"], "label_column": "label"},
    }
    return {**about, "databases": {Path(FILE).stem: {**about, "tables": tables}}}


def _of_services(edition: Edition) -> dict[str, object]:
    presentation = edition.presentation
    columns = presentation.table("records")
    facets: list[object] = [_named(name) for name in presentation.datasette.facets]
    facets += [{"array": _named(name)} for name in presentation.datasette.array_facets]
    return {
        "title": "Services",
        "description": "A service a row, as people approved it. A list in a cell is a JSON list.",
        "columns": {**_columns(columns), **EXTRA},
        "units": {column_of(column.name): column.unit for column in columns if column.type == "integer"},
        "facets": facets,
        "label_column": "name",
        "sort": "name",
        "size": 50,
        "fts_table": f"{SERVICES}_fts",
        "fts_pk": "rowid",
    }


def _named(name: str) -> str:
    """The column of a fact or scheme, or of a record itself."""
    if name in RECORD_COLUMNS:
        return name
    return f"fact_{name}" if name in FACT_BY_NAME else f"code_{name}"


def _columns(columns: tuple[Column, ...]) -> dict[str, str]:
    return {
        column_of(column.name): f"{column.title}. {column.description}" + (f" ({column.unit})" if column.unit else "")
        for column in columns
    }
