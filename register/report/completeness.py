"""Completeness: how many services there may be that no search found, and what more search is expected to find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from register.counts import plural
from register.recapture.checks import Bearing, listed
from register.recapture.discovery import Expected, next_found
from register.recapture.estimate import METHODS, NONE, Estimate, estimate
from register.recapture.overlaps import Overlaps, overlaps_of
from register.report.counting import count_cell, list_by_nets
from register.report.records import EVERYWHERE, Area, MappedRecord
from register.report.routes import Reading
from register.report.survey import Survey
from register.report.tables import Block, Cell, Part, Row, Section, Table, Words

SAID: Final = (
    "Searches that look in different places find some services twice. How many they have in common tells how many all "
    "of them missed, as a second count of fish in a pond does. The estimate is of services that such searches could "
    "find at all, and of those that reviewers would approve."
)
MOST_BY_TYPE: Final = 12  # localities of a report, up to which each one's types are estimated too
PAUSE: Final = 300.0  # seconds between two pages of one search, at most; what is longer was no search
HOUR: Final = 3600.0
ASKED: Final = 10  # further statements of people
MANY_READINGS: Final = 20  # pages or statements, from which what comes next is foretold
PEOPLE: Final = ("Informants", "Fieldwork")  # lists whose effort is counted in statements
BEARINGS: Final = {Bearing.FAILS: "", Bearing.DOUBT: "With care: ", Bearing.FINE: ""}


def build_completeness(survey: Survey, area: Area) -> Part:
    blocks: list[Block] = [Words(text=SAID)]
    if area.key != EVERYWHERE or len(survey.areas) == 1:
        whole = estimate(overlaps(survey, area.records))
        blocks.append(Words(text=sentence(area.name, whole), points=_remarks(survey, area, whole)))
        rows = [("", "All services", area.records), *_types(survey, area)]
        known = tuple(_known(survey, code, label, records) for code, label, records in rows)
        blocks += [_lists(survey, area), _estimates("completeness-by-type", "Type", rows, survey, known)]
    else:
        told = "Each locality is estimated by itself: together they would hide that each was searched in its own way."
        blocks.append(Words(text=told))
        rows = [(one.key, one.name, one.records) for one in survey.areas]
        known = tuple(_known_there(survey, key, records) for key, _, records in rows)
        blocks += [_lists(survey, area), _estimates("completeness-by-locality", "Locality", rows, survey, known)]
    if area.key != EVERYWHERE:
        blocks.append(_next(survey, area))
    return Part(blocks=tuple(blocks))


def overlaps(survey: Survey, records: Sequence[MappedRecord]) -> Overlaps:
    """The records by the lists that hold them, whose names begin small as they stand within sentences."""
    held = (survey.searches.held(record.id, record.found_via) for record in records)
    names = tuple(_small(name) for name in survey.searches.names)
    return overlaps_of(names, (frozenset(_small(name) for name in one) for one in held))


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


def _large(words: str) -> str:
    return words[:1].upper() + words[1:]


def _types(survey: Survey, area: Area) -> Iterator[tuple[str, str, Sequence[MappedRecord]]]:
    if len(survey.areas) > MOST_BY_TYPE:
        return
    axis = survey.axes["type"]
    for code, records in axis.split(area.records).items():
        if records:
            yield code, axis.label(code), records


def sentence(name: str, told: Estimate) -> str:
    """What is known and what may be missing, in words."""
    known = plural(told.observed, "service is known", "services are known")
    if told.number is None or told.share is None:
        return f"{name}: {known}. How many are not, cannot be told."
    _, low, high = told.share
    return (
        f"{name}: {known}; there may be {told.number:,} ({told.low:,} to {told.high:,}, 95%), so that {low:.0%} to "
        f"{high:.0%} of them are known. By {METHODS[told.method]}, from {listed(told.lists)}."
    )


def _remarks(survey: Survey, area: Area, told: Estimate) -> tuple[str, ...]:
    words = [f"{BEARINGS[remark.bearing]}{_large(remark.words)}" for remark in told.remarks]
    if told.at_least is not None:
        least = f"However services differ, there are about {told.at_least:,} at least, if the lists are independent "
        words.append(f"{least}for each service (Chao's lower bound).")
    pairs = survey.searches.open_pairs.get(area.key, 0)
    if pairs and told.method != NONE:
        waiting = plural(pairs, "pair of records is", "pairs of records are")
        words.append(f"{waiting} likely one service each, and wait for a person: each that is one lowers the estimate.")
    return tuple(words)


def _lists(survey: Survey, area: Area) -> Table:
    """How many services each list holds, alone and with each other one."""
    names = survey.searches.names
    held = {record.id: survey.searches.held(record.id, record.found_via) for record in area.records}
    rows, tidy = [], []
    for name in names:
        own = [record for record in area.records if name in held[record.id]]
        alone = [record for record in own if len(held[record.id]) == 1]
        cells = []
        for key, said, records in (("all", "found", own), ("alone", "alone found", alone)):
            listing = list_by_nets(f"{_key(name)}-{key}", f"What {name} {said}", records)
            cells.append(count_cell(len(records), listing))
        for other in names:
            both = [record for record in own if other in held[record.id]]
            first, second = sorted((name, other), key=names.index)
            listing = list_by_nets(f"{_key(first)}-{_key(second)}", f"On both lists: {first}, {second}", both)
            cells.append(count_cell(len(both), listing) if other != name else Cell(text=""))
            tidy.append((name, other, len(both)))
        rows.append(Row(label=name, cells=tuple(cells)))
    lost = sum(1 for record in area.records if not held[record.id])
    note = f"{plural(lost, 'service is', 'services are')} on none of these lists." if lost else ""
    return Table(
        key="lists",
        title="Services by the search that found them",
        columns=("Found by", "Services", "By it alone", *(f"also by {name}" for name in names)),
        rows=tuple(rows),
        tidy_columns=("list", "other_list", "services"),
        tidy_rows=tuple(tidy),
        notes=("Which routes are one list stands in data/map/routes.csv.", *([note] if note else [])),
    )


def _key(name: str) -> str:
    return name.lower().replace(" ", "-")


def _on_lists(survey: Survey, records: Sequence[MappedRecord]) -> list[MappedRecord]:
    return [record for record in records if survey.searches.held(record.id, record.found_via)]


def _known(survey: Survey, code: str, label: str, records: Sequence[MappedRecord]) -> Cell:
    listed = _on_lists(survey, records)
    return count_cell(len(listed), list_by_nets(code or "all", f"{label}, on one list at least", listed))


def _known_there(survey: Survey, locality: str, records: Sequence[MappedRecord]) -> Cell:
    number = len(_on_lists(survey, records))
    return replace(count_cell(number, None), lead=(locality, "completeness-by-type", "all") if number else None)


def _estimates(
    key: str,
    head: str,
    groups: Sequence[tuple[str, str, Sequence[MappedRecord]]],
    survey: Survey,
    known: Sequence[Cell],
) -> Table:
    """`known` is the first cell of each group."""
    rows, tidy = [], []
    for (code, label, records), first in zip(groups, known, strict=True):
        told = estimate(overlaps(survey, records))
        bounds = f"{told.low:,} to {told.high:,}" if told.low is not None and told.high is not None else ""
        share = told.share
        cells = (
            first,
            Cell(text=f"{told.number:,}", number=told.number, under=bounds) if told.number is not None else MISSING,
            Cell(text=f"{share[0]:.0%}", number=share[0], under=f"{share[1]:.0%} to {share[2]:.0%}")
            if share
            else MISSING,
            Cell(text=f"{told.at_least:,}", number=told.at_least) if told.at_least is not None else MISSING,
            Cell(text=_short(told)),
        )
        rows.append(Row(label=label, cells=cells))
        words = " ".join(_large(remark.words) for remark in told.remarks)
        numbers = (told.observed, told.number, told.low, told.high, *(share or (None, None, None)), told.at_least)
        tidy.append(
            (code, label, told.method, *("" if n is None else n for n in numbers), "; ".join(told.lists), words)
        )
    return Table(
        key=key,
        title=f"Services known, and services that there may be, by {head.lower()}",
        columns=(head, "Known", "There may be", "Share known", "At least", "What it rests on"),
        rows=tuple(rows),
        tidy_columns=ESTIMATES,
        tidy_rows=tuple(tidy),
        notes=("Intervals at 95%. At least: Chao's lower bound, an estimate too. The file has every remark in full.",),
    )


ESTIMATES: Final = (
    "code",
    "label",
    "method",
    "known",
    "estimate",
    "estimate_low",
    "estimate_high",
    "share_known",
    "share_known_low",
    "share_known_high",
    "at_least",
    "lists",
    "remarks",
)
MISSING: Final = Cell(text="–", look="missing")
SHORT: Final = {
    "lists": "one list alone",
    "overlap": "too little found twice",
    "subset": "a list lies within another",
    "independence": "two lists, which may depend on each other",
    "heterogeneity": "services differ in how easily they are found",
    "width": "a wide interval",
}


def _short(told: Estimate) -> str:
    doubts = [SHORT[r.about] for r in told.remarks if r.bearing is not Bearing.FINE and r.about in SHORT]
    return "; ".join(dict.fromkeys(doubts)) or f"{len(told.lists)} lists, no doubt showed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What one list's search took and found so far: `effort` in hours, or in statements where people were asked; at
    what effort each service was found first."""

    name: str
    read: int
    effort: float
    finds: tuple[float, ...]
    found: tuple[str, ...] = ()  # the records, by their ids

    @property
    def by_hours(self) -> bool:
        return self.name not in PEOPLE

    @property
    def expected(self) -> Expected | None:
        """Of an hour more, or ten statements more; None where too little was read."""
        if self.read < MANY_READINGS or self.effort <= 0:
            return None
        return next_found(self.finds, effort=self.effort, more=1.0 if self.by_hours else float(ASKED))


def searches_of(survey: Survey, readings: Sequence[Reading]) -> tuple[Search, ...]:
    """The search of each list: a page that several lists led to counts for each of them."""
    found = []
    for name in survey.searches.names:
        own = [one for one in readings if any(survey.searches.lists.get(route) == name for route in one.routes)]
        effort, finds = 0.0, []
        for n, one in enumerate(own):
            gap = (one.at - own[n - 1].at).total_seconds() if n else 0.0
            effort += 1.0 if name in PEOPLE else min(gap, PAUSE) / HOUR
            finds += [effort] * one.finds
        records = tuple(record for one in own for record in one.records)
        found.append(Search(name=name, read=len(own), effort=effort, finds=tuple(finds), found=records))
    return tuple(found)


def _next(survey: Survey, area: Area) -> Table:
    by_id = {record.id: record for record in (*area.records, *area.away)}
    rows, tidy = [], []
    for one in searches_of(survey, survey.searches.readings.get(area.key, ())):
        told, found = one.expected, [by_id[record] for record in one.found if record in by_id]
        unit = "h" if one.by_hours else "statements"
        effort = f"{one.effort:,.1f} h" if one.by_hours else f"{one.effort:,.0f} statements"
        more = "an hour more" if one.by_hours else f"{ASKED} statements more"
        cells = (
            Cell(text=effort, number=one.effort),
            Cell(text=f"{one.read:,}", number=one.read),
            count_cell(len(one.finds), list_by_nets(_key(one.name), f"Found first by {one.name}", found)),
            Cell(text=more),
            Cell(text=f"{told.mean:.1f}", number=told.mean, under=f"{told.low} to {told.high}") if told else MISSING,
        )
        rows.append(Row(label=one.name, cells=cells))
        foretold = (told.mean, told.low, told.high) if told else ("", "", "")
        tidy.append((one.name, one.effort, unit, one.read, len(one.finds), 1 if one.by_hours else ASKED, *foretold))
    return Table(
        key="next-search",
        title="What more search is expected to find",
        columns=("Search", "So far", "Pages or statements", "Services found first", "Of", "New services expected"),
        rows=tuple(rows),
        tidy_columns=("list", "effort", "unit", "read", "found", "more", "expected", "expected_low", "expected_high"),
        tidy_rows=tuple(tidy),
        notes=(
            "Told from how the finds became rarer, if the search goes on in the same places in the same way; 95%. What "
            f"a search finds counts once it is approved. Fewer than {MANY_READINGS} pages or statements foretell "
            "nothing.",
        ),
    )


COMPLETENESS: Final = Section(key="completeness", title="How much of it is known", build=build_completeness)
