"""The mapping repeated: two publications by the same tables, and which services came and went between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from register.counts import plural
from register.difference import Cause, Change, Tally, compare
from register.models import ServiceRecord
from register.report.axes import NOT_TOLD, Axis
from register.report.records import EVERYWHERE, ITEM_FIELDS, Area
from register.report.tables import Block, Cell, Part, Row, Section, Table, Words
from register.vocabulary import SCOPE_FIELD, Scope, Status

if TYPE_CHECKING:  # a survey holds a repeat
    from register.report.survey import Survey

ALL: Final = "all"  # the axis of all services
ITEM: Final = "tidier"  # the axis of the items that are reported
APART: Final = "\x1f"
COUNTED: Final = ("before", "opened", "closed", "merged", "gained", "lost", "after")
COLUMNS: Final = ("Then", "Opened", "Closed", "Merged", "Gained", "Lost", "Now")
TOLD: Final = {Cause.OPENED: "opened", Cause.CLOSED: "closed", Cause.MERGED: "merged into another"}
MOST_SHOWN: Final = 200
AWAY: Final = (Scope.ELSEWHERE.value, Scope.NATIONAL.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Two publications, as they are called, what opened, closed or was merged between them, and tallies by area, axis
    and code."""

    before: str
    after: str
    changes: tuple[Change, ...]
    tallies: Mapping[tuple[str, str, str], Tally]

    def tally(self, area: str, axis: str, code: str) -> Tally:
        return self.tallies.get((area, axis, code), Tally(key=""))


def repeat(
    before: Iterable[ServiceRecord],
    after: Iterable[ServiceRecord],
    axes: Mapping[str, Axis],
    *,
    names: tuple[str, str],
    localities: frozenset[str] = frozenset(),
) -> Repeat:
    """Compares two record sets, each in the order of the ids; of these localities alone where any are named."""
    then, now = (tuple(_of(localities, records)) for records in (before, after))
    found = compare(then, now, also={"map": _keys(axes)})
    tallies: dict[tuple[str, str, str], Tally] = {}
    for tally in found.tallies["map"]:
        area, axis, code = tally.key.split(APART)
        tallies[area, axis, code] = tally
    changes = tuple(change for change in found.changes if change.cause in TOLD)
    return Repeat(before=names[0], after=names[1], changes=changes, tallies=tallies)


def _of(localities: frozenset[str], records: Iterable[ServiceRecord]) -> Iterator[ServiceRecord]:
    return (record for record in records if not localities or record.locality in localities)


def _keys(axes: Mapping[str, Axis]) -> Callable[[ServiceRecord], Iterable[str]]:
    """Of a record: each axis and code that it counts for, in its locality and everywhere."""

    def keys(record: ServiceRecord) -> Iterator[str]:
        told = {field.name: _texts(field.value) for field in record.fields if field.status is Status.REPORTED}
        if told.get(SCOPE_FIELD, ("",))[0] in AWAY:
            return
        pairs = [(ALL, ""), *((ITEM, name) for name in ITEM_FIELDS if told.get(name))]
        for axis in axes.values():
            own = told.get(axis.field, ())
            computed = (code.code for code in axis.codes if code.of and set(code.of) <= set(own))
            pairs += [(axis.key, code) for code in (*(own or (NOT_TOLD,)), *computed)]
        for area in (EVERYWHERE, record.locality):
            for axis_key, code in pairs:
                yield APART.join((area, axis_key, code))

    return keys


def _texts(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else () if value is None else (str(value),)


def build_repeat(survey: Survey, area: Area) -> Part | None:
    found = survey.repeat
    if found is None:
        return None
    blocks: list[Block] = [Words(text=_sentence(found, area))]
    if area.key == EVERYWHERE and len(survey.areas) > 1:
        blocks.append(_table(found, "repeat-by-locality", "Locality", _localities(survey)))
    blocks += [
        _table(found, f"repeat-{axis.key}", axis.title, [(area.key, axis.key, c.code, c.label) for c in axis.rows])
        for axis in survey.axes.values()
    ]
    items = [(area.key, ITEM, name, survey.items.get(name.removeprefix("tidier."), name)) for name in ITEM_FIELDS]
    blocks += [_table(found, "repeat-tidier", "TIDieR item reported", items), _changes(found, area)]
    return Part(blocks=tuple(blocks))


def _localities(survey: Survey) -> list[tuple[str, str, str, str]]:
    return [(one.key, ALL, "", one.name) for one in survey.areas]


def _sentence(found: Repeat, area: Area) -> str:
    tally = found.tally(area.key, ALL, "")
    return (
        f"{found.before} had {plural(tally.before, 'service')} here, {found.after} has {tally.after:,}: "
        f"{tally.opened:,} are new, {tally.closed:,} closed, {tally.merged:,} were merged into others. A service is "
        "new when it is first published, which may be long after it opened: where the search was wider, so is what it "
        "found."
    )


def _table(found: Repeat, key: str, head: str, rows: Iterable[tuple[str, str, str, str]]) -> Table:
    made, tidy = [], []
    for area, axis, code, label in rows:
        tally = found.tally(area, axis, code)
        numbers = [int(getattr(tally, name)) for name in COUNTED]
        cells = tuple(Cell(text=f"{number:,}", number=number, look="" if number else "zero") for number in numbers)
        made.append(Row(label=label, cells=cells))
        tidy.append((axis, code, label, *numbers))
    return Table(
        key=key,
        title=f"Then and now: {head[0].lower()}{head[1:]}",
        columns=(head, *COLUMNS),
        rows=tuple(made),
        tidy_columns=("axis", "code", "label", *COUNTED),
        tidy_rows=tuple(tidy),
        notes=("Gained and lost: services that are in both publications, and have it in one.",),
    )


def _changes(found: Repeat, area: Area) -> Table:
    """The services behind what opened, closed and was merged."""
    own = [one for one in found.changes if area.key in (EVERYWHERE, one.locality)]
    rows = tuple(
        Row(label=one.name, cells=(Cell(text=one.locality), Cell(text=TOLD[one.cause]))) for one in own[:MOST_SHOWN]
    )
    more = f"The first {MOST_SHOWN} of {len(own):,}; all are in the file. " if len(own) > MOST_SHOWN else ""
    return Table(
        key="repeat-changes",
        title="Services that came and went",
        columns=("Service", "Locality", "What happened"),
        rows=rows,
        tidy_columns=("record", "name", "locality", "cause"),
        tidy_rows=tuple((one.record, one.name, one.locality, one.cause.value) for one in own),
        notes=(f"{more}What changed in those that stayed, tidiermap compare tells.",),
    )


REPEAT: Final = Section(key="repeat", title="Then and now", build=build_repeat)
