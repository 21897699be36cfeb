"""A comparison of two states in plain words, for whoever uses the map: lines of text, by locality. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from register.codes.vocabulary import CODE_SCHEMES, Status
from register.publishing.difference import Cause, Change, Comparison, Tally

LONGEST = 160  # characters of a value; changes.csv has it whole
WIDTH = 120
ABSENT = {
    f"({Status.NOT_REPORTED.value})": "not stated",
    f"({Status.NOT_EXTRACTED.value})": "not looked for",
    f"({Status.NOT_APPLICABLE.value})": "not applicable",
}
COLUMN_LABELS = {
    "page_url": "Page",
    "name": "Name",
    "gss_code": "District",
    "found_via": "Found by",
    "organisation_id": "Organisation",
    "programme_id": "Programme",
    "place_id": "Place",
}
HEADINGS = {
    Cause.OPENED: "New in the map",
    Cause.CLOSED: "No longer there",
    Cause.MERGED: "Turned out to be a service that was there already",
    Cause.MOVED: "Moved: another place, or another page",
    Cause.CHANGED: "Changed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What is said for a field (by name), a value (by `scheme:code` or `fact:value`), a locality (by key)."""

    labels: Mapping[str, str]
    words: Mapping[str, str]
    localities: Mapping[str, str]

    def label(self, field: str) -> str:
        return self.labels.get(field) or COLUMN_LABELS.get(field) or field.replace("_", " ").capitalize()

    def value(self, field: str, cell: str) -> str:
        """A cell of the tables in words: codes as what they stand for, absences as what they are."""
        if cell in ABSENT:
            return ABSENT[cell]
        own = field.partition(".")[2]
        said = "; ".join(self.words.get(f"{own}:{one}", one) for one in cell.split("; "))
        return said if len(said) <= LONGEST else f"{said[:LONGEST].rstrip()}…"


def tell(comparison: Comparison, wording: Wording, *, title: Iterable[str]) -> str:
    """The whole text, ended by a line feed: what changed in all, by locality service by service, then by code."""
    lines = [*title, "", *_in_all(comparison)]
    still = []
    for tally in comparison.by_locality:
        changes = [change for change in comparison.changes if change.locality == tally.key]
        name = wording.localities.get(tally.key, tally.key)
        if not changes:
            still.append(f"{name} ({_services(tally.after)})")
            continue
        lines += ["", "", f"{name}: {_services(tally.after)} ({tally.before} before)", *_of_locality(changes, wording)]
    if still:
        lines += ["", "", f"Nothing differs in {', '.join(still)}."]
    by_scheme = sorted(comparison.by_code, key=lambda tally: CODE_SCHEMES.index(tally.key.partition(":")[0]))
    if codes := [line for tally in by_scheme if (line := _of_code(tally, wording))]:
        lines += ["", "", "By code (a service may have several)", *codes]
    return "\n".join(lines) + "\n"


def _in_all(comparison: Comparison) -> Iterator[str]:
    yield f"{_services(comparison.all.after)}, {comparison.all.before} before."
    for cause, said in (
        (Cause.OPENED, "new in the map"),
        (Cause.CLOSED, "no longer there"),
        (Cause.MERGED, "turned out to be a service that was there already"),
        (Cause.MOVED, "moved to another place or page"),
        (Cause.CHANGED, "changed in another way"),
        (Cause.VERIFIED, "looked at again by a person and found the same in part or whole"),
    ):
        if count := len({change.record for change in comparison.of(cause)}):
            yield f"  {count:5} {said}"


def _of_locality(changes: list[Change], wording: Wording) -> Iterator[str]:
    for cause, heading in HEADINGS.items():
        chosen = [change for change in changes if change.cause is cause]
        if not chosen:
            continue
        yield f"  {heading}"
        for _, told in groupby(chosen, key=lambda change: change.record):
            yield from _of_record(tuple(told), wording)
    if again := len({change.record for change in changes if change.cause is Cause.VERIFIED}):
        yield f"  Looked at again by a person, and found the same in part or whole: {_services(again)}"


def _of_record(changes: tuple[Change, ...], wording: Wording) -> Iterator[str]:
    first = changes[0]
    became = f": now {first.after}" if first.cause is Cause.MERGED else ""
    since = f", {first.after.strip('()')}" if first.cause is Cause.CLOSED else ""
    yield f"    {first.name} [{first.record}]{since}{became}"
    for change in changes:
        if change.field:
            before, after = (wording.value(change.field, cell) for cell in (change.before, change.after))
            yield from _was_and_is(wording.label(change.field), before, after)


def _was_and_is(label: str, before: str, after: str) -> Iterator[str]:
    line = f"      {label}: was {before}; is now {after}"
    if len(line) <= WIDTH:
        yield line
        return
    yield f"      {label}"
    yield f"        was: {before}"
    yield f"        now: {after}"


def _of_code(tally: Tally, wording: Wording) -> str:
    """A line for a code that more, fewer or other services have than before; "" where none differs."""
    parts = (
        (tally.opened, "new"),
        (tally.closed, "gone"),
        (tally.merged, "merged"),
        (tally.gained, "coded so now"),
        (tally.lost, "coded otherwise now"),
    )
    told = ", ".join(f"{count} {word}" for count, word in parts if count)
    scheme = wording.label(f"code.{tally.key.partition(':')[0]}")
    return f"  {scheme}: {wording.words.get(tally.key, tally.key)}: {tally.after} ({told})" if told else ""


def _services(count: int) -> str:
    return f"{count:,} service" if count == 1 else f"{count:,} services"
