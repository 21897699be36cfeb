"""The mapping repeated: two publications by the same tables, and which services came and went between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from register.codes.vocabulary import SCOPE_FIELD, Inclusion, Scope, Status
from register.counts import plural
from register.models import ServiceRecord
from register.publishing.difference import Cause, Change, Tally, compare, is_living, paired, parted
from register.report.axes import NOT_TOLD, Axis
from register.report.counting import count_cell
from register.report.records import EVERYWHERE, ITEM_FIELDS, VALUE_FIELDS, Area, MappedRecord
from register.report.tables import Block, Cell, Listing, Part, Row, Section, Table, Words

if TYPE_CHECKING:  # a survey holds a repeat
    from register.report.survey import Survey

ALL: Final = "all"  # the axis of all services
ITEM: Final = "tidier"  # the axis of the items that are reported
APART: Final = "\x1f"
COUNTED: Final = ("before", "opened", "closed", "merged", "gained", "lost", "after")
COLUMNS: Final = ("Then", "Opened", "Closed", "Merged", "Gained", "Lost", "Now")
TOLD: Final = {Cause.OPENED: "opened", Cause.CLOSED: "closed", Cause.MERGED: "merged into another"}
WHOLE: Final = "repeat-services"  # the table of all services
MOST_SHOWN: Final = 200
AWAY: Final = (Scope.ELSEWHERE.value, Scope.NATIONAL.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Two publications, as they are called, what opened, closed or was merged between them; tallies by area, axis and
    code, and the ids behind each number of them. `records` are all that lived in either, as they last did, by id."""

    before: str
    after: str
    changes: tuple[Change, ...]
    tallies: Mapping[tuple[str, str, str], Tally]
    members: Mapping[tuple[str, str, str], Mapping[str, Sequence[str]]]
    records: Mapping[str, MappedRecord]

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
    members: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    records: dict[str, MappedRecord] = {}
    for old, new in paired(then, now):
        last = next((one for one in (new, old) if one and is_living(one)), None)
        if last:
            records[last.id] = _mapped(last)
            for what, keys in parted(_keys(axes), old, new):
                for key in keys:
                    area, axis, code = key.split(APART)
                    members.setdefault((area, axis, code), {}).setdefault(what, []).append(last.id)
    return Repeat(
        before=names[0],
        after=names[1],
        changes=tuple(change for change in found.changes if change.cause in TOLD),
        tallies=tallies,
        members=members,
        records=records,
    )


def _mapped(record: ServiceRecord) -> MappedRecord:
    """A published record as the map has those of now; what is private was left out when it was published."""
    told = {field.name: field for field in record.fields}
    values = {name: _texts(told[name].value) for name in VALUE_FIELDS if name in told and told[name].value is not None}
    include = (Inclusion.INCLUDE.value,)
    return MappedRecord(
        id=record.id,
        locality=record.locality,
        gss_code=record.gss_code,
        name=record.name,
        page_url=record.page_url,
        fetched_at=record.fetched_at,
        changed_at=record.changed_at,
        verified_at=record.verified_at,
        found_via=record.found_via,
        statuses=tuple(told[name].status if name in told else Status.NOT_EXTRACTED for name in ITEM_FIELDS),
        values=values,
        wide=values.get("eligibility.wide") == include,
        strict=values.get("eligibility.strict") == include,
    )


def with_repeat(survey: Survey, found: Repeat, name: Callable[[str], str]) -> Survey:
    """The survey with two publications compared. Each area knows the services that are on the map no more; a locality
    of which nothing else is left is told too, by its `name`."""
    held = {record.id for area in survey.areas for record in (*area.records, *area.away)}
    gone: dict[str, list[MappedRecord]] = {}
    for record in sorted(found.records.values(), key=lambda one: (one.name.casefold(), one.id)):
        if record.id not in held:
            gone.setdefault(record.locality, []).append(record)
    areas = [replace(area, gone=tuple(gone.pop(area.key, ()))) for area in survey.areas]
    areas += [
        Area(key=key, name=name(key), gss_code=own[0].gss_code, records=(), gone=tuple(own))
        for key, own in gone.items()
    ]
    ordered = tuple(sorted(areas, key=lambda area: area.name.casefold()))
    return replace(survey, areas=ordered, repeat=found)


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
        blocks.append(_by_locality(survey, found))
    told = _Told(found=found, area=area)
    blocks.append(told.table(WHOLE, "Services", ALL, [("", "All services")]))
    blocks += [
        told.table(f"repeat-{axis.key}", axis.title, axis.key, [(code.code, code.label) for code in axis.rows])
        for axis in survey.axes.values()
    ]
    items = [(name, survey.items.get(name.removeprefix("tidier."), name)) for name in ITEM_FIELDS]
    blocks += [told.table("repeat-tidier", "TIDieR item reported", ITEM, items), _changes(survey, found, area)]
    return Part(blocks=tuple(blocks))


def _sentence(found: Repeat, area: Area) -> str:
    tally = found.tally(area.key, ALL, "")
    return (
        f"{found.before} had {plural(tally.before, 'service')} here, {found.after} has {tally.after:,}: "
        f"{tally.opened:,} are new, {tally.closed:,} closed, {tally.merged:,} were merged into others. A service is "
        "new when it is first published, which may be long after it opened: where the search was wider, so is what it "
        "found."
    )


def _by_locality(survey: Survey, found: Repeat) -> Table:
    """Each number leads to the list of its locality."""
    rows, tidy = [], []
    for area in survey.areas:
        numbers = _numbers(found.tally(area.key, ALL, ""))
        leads = [(area.key, WHOLE, _anchor("", what)) if numbers[what] else None for what in COUNTED]
        cells = [replace(count_cell(n, None), lead=lead) for n, lead in zip(numbers.values(), leads, strict=True)]
        rows.append(Row(label=area.name, cells=tuple(cells)))
        tidy.append((ALL, "", area.name, *numbers.values()))
    return _made("repeat-by-locality", "Locality", rows, tidy)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What is told of one area."""

    found: Repeat
    area: Area

    def table(self, key: str, head: str, axis: str, codes: Iterable[tuple[str, str]]) -> Table:
        """The codes of an axis, each with its label; every number leads to its services."""
        rows, tidy = [], []
        for code, label in codes:
            numbers = _numbers(self.found.tally(self.area.key, axis, code))
            own = self.found.members.get((self.area.key, axis, code), {})
            cells = []
            for what, words in zip(COUNTED, COLUMNS, strict=True):
                records = tuple(self.found.records[one] for one in own.get(what, ()))
                title = f"{label}: {words[0].lower()}{words[1:]}"
                listing = Listing(anchor=_anchor(code, what), title=title, groups=(("", records),))
                cells.append(count_cell(numbers[what], listing))
            rows.append(Row(label=label, cells=tuple(cells)))
            tidy.append((axis, code, label, *numbers.values()))
        return _made(key, head, rows, tidy)


def _numbers(tally: Tally) -> dict[str, int]:
    return {what: int(getattr(tally, what)) for what in COUNTED}


def _anchor(code: str, what: str) -> str:
    return f"{code or ALL}-{what}"


def _made(key: str, head: str, rows: Sequence[Row], tidy: Sequence[tuple[object, ...]]) -> Table:
    return Table(
        key=key,
        title=f"Then and now: {head[0].lower()}{head[1:]}",
        columns=(head, *COLUMNS),
        rows=tuple(rows),
        tidy_columns=("axis", "code", "label", *COUNTED),
        tidy_rows=tuple(tidy),
        notes=("Gained and lost: services that are in both publications, and have it in one.",),
    )


def _changes(survey: Survey, found: Repeat, area: Area) -> Table:
    """The services behind what opened, closed and was merged."""
    own = [one for one in found.changes if area.key in (EVERYWHERE, one.locality)]
    names = {one.key: one.name for one in survey.areas}
    rows = tuple(
        Row(label=one.name, cells=(Cell(text=names.get(one.locality, one.locality)), Cell(text=TOLD[one.cause])))
        for one in own[:MOST_SHOWN]
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
