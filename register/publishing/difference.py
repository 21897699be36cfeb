"""What differs between two states of the dataset: what opened, closed, changed, moved, was merged or verified. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from register.codes.vocabulary import CODE_SCHEMES, FIELD_NAMES, Status
from register.models import RecordField, ServiceRecord, Value
from register.serial import to_text

# Where a service is, and where it says so: another one of these is a move.
PLACE = ("page_url", "fact.postcodes", "fact.addresses")
# A record's columns of text; its id, its pointer, its fields and its dates are told in other ways, or not at all.
TEXTS = ("str", "tuple[str, ...]")
COLUMNS = tuple(
    column.name for column in fields(ServiceRecord) if column.type in TEXTS and column.name not in ("id", "merged_into")
)
ORDER = {name: place for place, name in enumerate(("", *COLUMNS, *FIELD_NAMES))}


class Cause(StrEnum):
    OPENED = "opened"
    CLOSED = "closed"
    CHANGED = "changed"
    MOVED = "moved"
    MERGED = "merged"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference of one record; `field` is empty where it is of the record as a whole. `before` and `after` are
    cells as the tables have them: an absence is told by its kind in brackets."""

    record: str
    name: str
    locality: str
    field: str
    before: str
    after: str
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Living records with one key (a locality, a code) in both states. `gained` and `lost` are those that live in both
    and have the key in one: before + opened + gained - closed - merged - lost = after. `changed` and `moved` have the
    key in both; a record that did both counts as both."""

    key: str
    before: int = 0
    after: int = 0
    opened: int = 0
    closed: int = 0
    merged: int = 0
    gained: int = 0
    lost: int = 0
    changed: int = 0
    moved: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two states compared: `changes` in the order of the ids; tallies by what they count by, "all" among them."""

    changes: tuple[Change, ...]
    tallies: Mapping[str, tuple[Tally, ...]]

    @property
    def all(self) -> Tally:
        return next(iter(self.tallies["all"]), Tally(key=""))

    @property
    def by_locality(self) -> tuple[Tally, ...]:
        return self.tallies["locality"]

    @property
    def by_code(self) -> tuple[Tally, ...]:
        """By `scheme:code`."""
        return self.tallies["code"]

    def of(self, cause: Cause) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.cause is cause)


Keys = Callable[[ServiceRecord], Iterable[str]]


def codes_of(record: ServiceRecord) -> tuple[str, ...]:
    """The record's codes as `scheme:code`."""
    values = {field.name: field.value for field in record.fields}
    found = ((scheme, values.get(f"code.{scheme}")) for scheme in CODE_SCHEMES)
    return tuple(f"{scheme}:{code}" for scheme, codes in found if isinstance(codes, tuple) for code in codes)


STANDARD: Mapping[str, Keys] = {
    "all": lambda _: ("",),
    "locality": lambda record: (record.locality,),
    "code": codes_of,
}


def compare(
    before: Iterable[ServiceRecord], after: Iterable[ServiceRecord], *, also: Mapping[str, Keys] | None = None
) -> Comparison:
    """What differs from `before` to `after`: two record sets with tombstones, each in the order of the ids, and each
    gone through once. `also` has further keys to tally by, such as a locality with a code.

    Raises ValueError where the ids are not in order.
    """
    counted = {name: (keys, dict[str, Counter[str]]()) for name, keys in (*STANDARD.items(), *(also or {}).items())}
    changes: list[Change] = []
    for old, new in paired(before, after):
        found = tuple(_changes(old, new))
        causes = {change.cause for change in found}
        changes += found
        for keys, counts in counted.values():
            _count(counts, keys, old, new, causes)
    return Comparison(
        changes=tuple(changes),
        tallies={
            name: tuple(Tally(key=key, **counts[key]) for key in sorted(counts))
            for name, (_, counts) in counted.items()
        },
    )


def paired(
    before: Iterable[ServiceRecord], after: Iterable[ServiceRecord]
) -> Iterator[tuple[ServiceRecord | None, ServiceRecord | None]]:
    """Each record of either set beside itself in the other, None where that has it not; both in the order of ids."""
    olds, news = _in_order(before), _in_order(after)
    old, new = next(olds, None), next(news, None)
    while old or new:
        if new is None or (old is not None and old.id < new.id):
            yield old, None
            old = next(olds, None)
        elif old is None or new.id < old.id:
            yield None, new
            new = next(news, None)
        else:
            yield old, new
            old, new = next(olds, None), next(news, None)


def _in_order(records: Iterable[ServiceRecord]) -> Iterator[ServiceRecord]:
    last = ""
    for record in records:
        if last and record.id <= last:
            raise ValueError(f"found record {record.id} after {last}, expected each id once, in order")
        last = record.id
        yield record


def _count(
    counts: dict[str, Counter[str]],
    keys: Keys,
    old: ServiceRecord | None,
    new: ServiceRecord | None,
    causes: set[Cause],
) -> None:
    """Counts one record for each of its keys."""
    told = [*parted(keys, old, new)]
    if old and new and is_living(old) and is_living(new):
        both = frozenset(keys(old)) & frozenset(keys(new))
        told += [(cause.value, both) for cause in causes & {Cause.CHANGED, Cause.MOVED}]
    for what, found in told:
        for key in found:
            counts.setdefault(key, Counter())[what] += 1


def parted(keys: Keys, old: ServiceRecord | None, new: ServiceRecord | None) -> Iterator[tuple[str, Iterable[str]]]:
    """What a record counts as (a field of Tally), with the keys for which it does."""
    had = frozenset(keys(old)) if old and is_living(old) else None
    has = frozenset(keys(new)) if new and is_living(new) else None
    yield from (("before", had or ()), ("after", has or ()))
    if had is None or has is None:
        left = "merged" if new and new.merged_into else "closed"
        yield from (("opened", has or ()), (left, had or ()))
    else:
        yield from (("gained", has - had), ("lost", had - has))


def is_living(record: ServiceRecord) -> bool:
    return record.withdrawn_at is None


def shown(field: RecordField | None) -> str:
    """A value as a cell; an absence is told by its kind in brackets, so that it is never an empty cell."""
    if field is None:
        return f"({Status.NOT_EXTRACTED.value})"
    return as_text(field.value) if field.value is not None else f"({field.status.value})"


def as_text(value: Value) -> str:
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def _changes(old: ServiceRecord | None, new: ServiceRecord | None) -> Iterator[Change]:
    record = new or old
    if record is None:
        return
    if old and new and is_living(old) and is_living(new):
        yield from _between(old, new)
    elif new and is_living(new):
        yield _change(record, "", _standing(old), new.name, Cause.OPENED)
    elif new and new.merged_into:
        if old is None or old.merged_into != new.merged_into:
            yield _change(record, "", _standing(old), new.merged_into, Cause.MERGED)
    elif old is None or is_living(old):
        yield _change(record, "", _standing(old), _standing(new), Cause.CLOSED)


def _standing(record: ServiceRecord | None) -> str:
    if record is None:
        return "(not in it)"
    if record.withdrawn_at is None:
        return record.name
    return f"(merged into {record.merged_into})" if record.merged_into else f"(closed {record.withdrawn_at:%Y-%m-%d})"


def _change(record: ServiceRecord, field: str, before: str, after: str, cause: Cause) -> Change:
    return Change(
        record=record.id,
        name=record.name,
        locality=record.locality,
        field=field,
        before=before,
        after=after,
        cause=cause,
    )


def _between(old: ServiceRecord, new: ServiceRecord) -> Iterator[Change]:
    """What became of a record that lives in both: its columns, its fields, then what was only verified again."""
    for column in COLUMNS:
        was, now = as_text(getattr(old, column)), as_text(getattr(new, column))
        if was and was != now and not (column == "name" and _renamed(old, new)):
            yield _change(new, column, was, now, Cause.MOVED if column in PLACE else Cause.CHANGED)
    had, has = ({field.name: field for field in one.fields} for one in (old, new))
    kept: list[tuple[RecordField, RecordField]] = []
    for name in sorted({*had, *has}, key=lambda one: ORDER.get(one, len(ORDER))):
        one, other = had.get(name), has.get(name)
        if shown(one) != shown(other):
            yield _change(new, name, shown(one), shown(other), Cause.MOVED if name in PLACE else Cause.CHANGED)
        elif one and other:
            kept.append((one, other))
    yield from _verified(new, kept)


def _renamed(old: ServiceRecord, new: ServiceRecord) -> bool:
    """Whether its brief name tells the new name already, so that it need not be told twice."""
    before, after = (next((f.value for f in one.fields if f.name == "tidier.brief_name"), None) for one in (old, new))
    return before != after and after == new.name


def _verified(record: ServiceRecord, kept: list[tuple[RecordField, RecordField]]) -> Iterator[Change]:
    """Fields with the same value that a person verified since; one row where it was all of them. A value that rests on
    other words by an older decision (one taken from a merged record) counts as changed."""
    again = [(one, other) for one, other in kept if other.verified_at > one.verified_at]
    if again and len(again) == len(kept):
        was, now = max(one.verified_at for one, _ in again), max(other.verified_at for _, other in again)
        yield _change(record, "", to_text(was), to_text(now), Cause.VERIFIED)
        return
    for one, other in kept:
        if other.verified_at > one.verified_at:
            was, now = one.verified_at, other.verified_at
            yield _change(record, other.name, to_text(was), to_text(now), Cause.VERIFIED)
        elif _words(one) != _words(other):
            yield _change(record, other.name, _words(one), _words(other), Cause.CHANGED)


def _words(field: RecordField) -> str:
    return "; ".join(f"“{evidence.quote}”" for evidence in field.evidence)
