"""The tables of the study on the records of now: by every axis, by TIDieR item, and by the study's own codes alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from register.codes.vocabulary import Status
from register.report.axes import Axis, Code
from register.report.by_locality import locality_table
from register.report.counting import (
    NET_COLUMNS,
    NETS_SHOWN,
    axis_table,
    count_cell,
    count_records,
    list_by_nets,
    share_cell,
)
from register.report.records import EVERYWHERE, ITEM_FIELDS, Area, MappedRecord
from register.report.survey import Survey
from register.report.tables import Cell, Listing, Part, Row, Section, Table, Words

AXES: Final = ("type", "factor", "population", "sector", "setting", "delivery", "cost", "referral")
ACROSS: Final = ("type", "factor", "population")  # of which the localities are set beside each other
REPLICATED: Final = ("type", "factor", "population")
STATUSES: Final = {
    Status.REPORTED: "Reported",
    Status.NOT_REPORTED: "Not stated",
    Status.NOT_EXTRACTED: "Not looked for",
    Status.NOT_APPLICABLE: "Does not apply",
    Status.WITHHELD: "Withheld: private",
}
UNNAMED: Final = "A factor that the study's publication does not name"


def build_tables(survey: Survey, area: Area) -> Part:
    tables = [axis_table(f"by-{key}", _by(axis), axis, area, codes=axis.rows) for key, axis in _axes(survey)]
    tables += [_tidier(survey, area), _nets(area)]
    if area.key == EVERYWHERE:
        tables.insert(0, _by_locality(survey))
        if len(survey.areas) > 1:
            tables += [locality_table(survey, survey.axes[key], behind=f"by-{key}") for key in ACROSS]
    return Part(blocks=(Words(text=NETS), *tables))


NETS: Final = (
    "Every table counts approved services three times: all of them, those that are eligible in the wide net (a "
    "determinant of mental health is addressed) and those in the strict one (mental health is the stated aim, as in "
    "the study). A number leads to its services. A zero means that none was found and approved: whether there is none, "
    "it cannot say, and how much of what there is may have been found stands further down."
)


def _axes(survey: Survey) -> Iterator[tuple[str, Axis]]:
    return ((key, survey.axes[key]) for key in AXES)


def _by(axis: Axis) -> str:
    return f"By {axis.title[0].lower()}{axis.title[1:]}"


def _by_locality(survey: Survey) -> Table:
    rows, tidy = [], []
    for area in (*survey.areas, survey.everywhere):
        counts = count_records(area.records)
        lead = (area.key, "by-type", "all")
        cells = [replace(count_cell(number, None), lead=lead if number else None) for number in counts]
        away = list_by_nets(area.key or "all", f"Not counted: {area.name}", area.away)
        rows.append(Row(label=area.name, cells=(*cells, count_cell(len(area.away), away))))
        tidy.append((area.key, area.name, *counts, len(area.away)))
    return Table(
        key="by-locality",
        title="By locality",
        columns=("Locality", *NETS_SHOWN, "Of elsewhere or national, not counted"),
        rows=tuple(rows),
        tidy_columns=("locality", "label", *NET_COLUMNS, "away"),
        tidy_rows=tuple(tidy),
    )


def _nets(area: Area) -> Table:
    """The two verdicts against each other, those that are not clear too."""
    words = {"include": "eligible", "exclude": "not eligible", "unclear": "not clear", "": "not decided"}
    found: dict[tuple[str, str], list[MappedRecord]] = {(w, s): [] for w in words for s in words}
    for record in area.records:
        wide, strict = ("".join(record.told(f"eligibility.{net}")) for net in ("wide", "strict"))
        found[wide, strict].append(record)
    rows = []
    for wide, label in words.items():
        cells = (_verdicts(wide, strict, found[wide, strict]) for strict in words)
        rows.append(Row(label=label.capitalize(), cells=tuple(cells)))
    return Table(
        key="eligibility",
        title="The two nets against each other",
        columns=("Wide net", *(f"Strict net: {label}" for label in words.values())),
        rows=tuple(rows),
        tidy_columns=("wide", "strict", "services"),
        tidy_rows=tuple((wide, strict, len(records)) for (wide, strict), records in found.items()),
    )


def _verdicts(wide: str, strict: str, records: Sequence[MappedRecord]) -> Cell:
    anchor = f"{wide or 'none'}-{strict or 'none'}"
    title = f"Wide net: {wide or 'not decided'}; strict net: {strict or 'not decided'}"
    return count_cell(len(records), Listing(anchor=anchor, title=title, groups=(("", tuple(records)),)))


def _tidier(survey: Survey, area: Area) -> Table:
    rows, tidy = [], []
    for n, name in enumerate(ITEM_FIELDS):
        item = name.removeprefix("tidier.")
        label = survey.items.get(item, item)
        found: dict[Status, list[MappedRecord]] = {status: [] for status in STATUSES}
        for record in area.records:
            found[record.statuses[n]].append(record)
        cells = [_status(item, label, status, found[status]) for status in STATUSES]
        shares = _shares(found)
        told = next((one.listing for one in (cells[0], cells[-1]) if one.listing), None)  # reported, or withheld
        rows.append(Row(label=label, cells=(*cells, *(share_cell(*share, told) for share in shares))))
        counts = (len(found[status]) for status in STATUSES)
        tidy.append((item, label, *counts, *(number for share in shares for number in share)))
    looked = ("approved", "wide", "strict")
    return Table(
        key="tidier",
        title="TIDieR items: what websites report",
        columns=("Item", *STATUSES.values(), *(f"Share reported, {net.lower()}" for net in NETS_SHOWN)),
        rows=tuple(rows),
        tidy_columns=(
            "item",
            "label",
            *(status.value for status in STATUSES),
            *(f"{net}_{what}" for net in looked for what in ("reported", "looked")),
        ),
        tidy_rows=tuple(tidy),
        notes=("The share is of the services for which the item was looked for and applies.",),
    )


def _status(item: str, label: str, status: Status, records: Sequence[MappedRecord]) -> Cell:
    anchor, title = f"{item}-{status.value}", f"{label}: {STATUSES[status].lower()}"
    if status is Status.REPORTED:  # to which the shares of each net lead too
        return count_cell(len(records), list_by_nets(anchor, title, records))
    return count_cell(len(records), Listing(anchor=anchor, title=title, groups=(("", tuple(records)),)))


def _shares(found: dict[Status, list[MappedRecord]]) -> list[tuple[int, int]]:
    """How many report the item, and of how many: of all that are approved, of the wide net, of the strict one."""
    told = (count_records(found[status]) for status in (Status.REPORTED, Status.WITHHELD))
    return [
        (reported + withheld, reported + withheld + silent)
        for reported, withheld, silent in zip(*told, count_records(found[Status.NOT_REPORTED]), strict=True)
    ]


def build_replication(survey: Survey, area: Area) -> Part:
    """The study's own codes alone; what it counted and did not name is a row without a number."""
    tables = []
    for key in REPLICATED:
        axis = survey.axes[key]
        codes = tuple(code for code in axis.codes if code.of_study)
        table = axis_table(f"study-{key}", f"{_by(axis)}, the study's codes", axis, area, codes=codes)
        tables.append(_with_unnamed(table, survey, codes) if key == "factor" else table)
    return Part(blocks=(Words(text=REPLICATION), *tables))


REPLICATION: Final = (
    "What the mapping of 2019-20 counted (Duncan et al., BMC Public Health 2021;21:1691), counted again on the "
    "services of now. Only codes that were read in the study, or in a published summary of it, have a row. How many "
    "types it had is not known."
)


def _with_unnamed(table: Table, survey: Survey, codes: Sequence[Code]) -> Table:
    missing = max(0, survey.rules.replication.factors - len(codes))
    blank = Cell(text="not published", look="missing")
    unnamed = [Row(label=f"{UNNAMED} ({n} of {missing})", cells=(blank,) * 3) for n in range(1, missing + 1)]
    tidy = [("factor", f"unpublished_{n}", UNNAMED, "", "", "", "") for n in range(1, missing + 1)]
    return replace(
        table,
        rows=(*table.rows[:-1], *unnamed, table.rows[-1]),
        tidy_rows=(*table.tidy_rows[:-1], *tidy, table.tidy_rows[-1]),
    )


STUDY_TABLES: Final = Section(key="services", title="What there is", build=build_tables)
REPLICATION_TABLES: Final = Section(key="replication", title="The study, counted again", build=build_replication)
