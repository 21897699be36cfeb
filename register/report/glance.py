"""At a glance: the map, what the services are, what is reported of them, how fresh it is, and how it came about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

from register.codes.vocabulary import Status
from register.counts import plural
from register.localities.needs import DEPRIVATION
from register.report.atlas import Spot, draw_map, fifths, view_of
from register.report.bars import Portion, columns, flow, heat, stacked
from register.report.counting import count_cell, list_by_nets
from register.report.in_short import in_short
from register.report.records import EVERYWHERE, ITEM_FIELDS, Area, MappedRecord
from register.report.routes import Flow
from register.report.survey import Survey
from register.report.tables import Block, Part, Picture, Row, Section, Table, Words

AGES: Final = ((91, "up to 3 months"), (183, "3 to 6 months"), (366, "6 to 12 months"), (731, "1 to 2 years"))
OLDER: Final = "more than 2 years"
HEATED: Final = ("type", "factor")
LOOKS: Final = {
    "reported": ("full", (Status.REPORTED, Status.WITHHELD)),
    "looked for, absent": ("lines", (Status.NOT_REPORTED,)),
    "not looked for": ("empty", (Status.NOT_EXTRACTED,)),
    "does not apply": ("dots", (Status.NOT_APPLICABLE,)),
}


def build_glance(survey: Survey, area: Area) -> Part:
    blocks: list[Block] = [Words(text=_sentence(survey, area)), in_short(survey, area), *_map(survey, area)]
    if area.records:
        blocks += [*_heat(survey, area), _tidier(survey, area), *_freshness(survey, area)]
    blocks += _flow(survey, area)
    return Part(blocks=tuple(blocks))


def _sentence(survey: Survey, area: Area) -> str:
    services = plural(len(area.records), "service is", "services are")
    strict = sum(record.in_net("strict") for record in area.records)
    places = f" in {plural(len(survey.areas), 'locality', 'localities')}" if area.key == EVERYWHERE else ""
    told = f"{services} published{places}, {strict:,} of them by the study’s strict rules."
    away = plural(len(area.away), "national one, or one of elsewhere, is", "national ones, or ones of elsewhere, are")
    return f"{told} {away[0].upper()}{away[1:]} not counted." if area.away else told


def _map(survey: Survey, area: Area) -> Iterator[Block]:
    codes = tuple(one.gss_code for one in survey.areas) if area.key == EVERYWHERE else (area.gss_code,)
    rings = [ring for code in codes for ring in survey.outlines.rings(code)]
    spots = tuple(_of_localities(survey) if area.key == EVERYWHERE and len(survey.areas) > 1 else _of_services(area))
    if area.key == EVERYWHERE and len(survey.areas) > 1:
        # A country's worth of districts, so that one sees where the report's localities lie.
        rings = [ring for code in survey.outlines.codes for ring in survey.outlines.rings(code)] or rings
    view = view_of(rings, spots)
    if view is None:
        yield Words(
            text="There is no map: no service has a place that may be shown, and no outline of the district is there."
        )
        return
    order = survey.need.orders.get(DEPRIVATION, {})
    title = f"Where services are: {area.name}"
    about = _about_map(survey, area, spots)
    svg = draw_map(survey.outlines, view, fifths(order), own=codes, spots=spots, title=title, about=about)
    yield Picture(key="map", title=title, alt=f"{title}. {about}", svg=svg, table="places")
    yield _places(survey, area)


def _about_map(survey: Survey, area: Area, spots: Sequence[Spot]) -> str:
    shown = sum(1 for record in area.records if record.points)
    told = f"{shown:,} of {plural(len(area.records), 'service')} have a place that may be shown."
    if area.key == EVERYWHERE:
        return f"A dot for each locality, the larger the more services. {told}"
    place = survey.need.place(DEPRIVATION, area.gss_code)
    deprived = f" The district is number {place[0]} of {place[1]} by deprivation." if place else ""
    return f"A dot for each place with a service over the outline of the district. {told}{deprived}"


def _of_services(area: Area) -> Iterator[Spot]:
    for record in area.records:
        for east, north in record.points:
            yield Spot(east=east, north=north, count=1, title=record.name)


def _of_localities(survey: Survey) -> Iterator[Spot]:
    """A spot in the middle of each district, or of its services where it has no outline."""
    for area in survey.areas:
        points = [point for ring in survey.outlines.rings(area.gss_code) for point in ring]
        points = points or [(float(e), float(n)) for record in area.records for e, n in record.points]
        if points and area.records:
            east, north = (sum(point[n] for point in points) / len(points) for n in (0, 1))
            title = f"{area.name}: {plural(len(area.records), 'service')}"
            yield Spot(east=east, north=north, count=len(area.records), title=title)


def _places(survey: Survey, area: Area) -> Table:
    """How many services are on the map, and how many are not."""
    rows, tidy = [], []
    shown = [record for record in area.records if record.points]
    hidden = [record for record in area.records if not record.points]
    for key, label, records in (("shown", "With a place that may be shown", shown), ("none", "Without one", hidden)):
        listing = list_by_nets(key, label, records)
        rows.append(Row(label=label, cells=(count_cell(len(records), listing),)))
        tidy.append((key, len(records)))
    return Table(
        key="places",
        title="Services on the map",
        columns=("Services", "Number"),
        rows=tuple(rows),
        tidy_columns=("place", "services"),
        tidy_rows=tuple(tidy),
        notes=("A refuge, and whatever else must not be found by its address, has no place here.",),
    )


def _heat(survey: Survey, area: Area) -> Iterator[Picture]:
    """Types by factors, where the page has the table behind them."""
    if HEATED not in survey.crosses:
        return
    down, across = (survey.axes[key] for key in HEATED)
    rows = [code for code in down.codes if not code.of]
    heads = [code for code in across.codes if not code.of]
    found = Counter(pair for record in area.records for pair in product(down.of(record), across.of(record)))
    counts = [[found[row.code, head.code] for head in heads] for row in rows]
    title = f"Types and factors: {area.name}"
    svg = heat([row.label for row in rows], [head.label for head in heads], counts, title=title)
    cells = ((n, rows[r].label, heads[c].label) for r, line in enumerate(counts) for c, n in enumerate(line))
    top = sorted(cells, reverse=True)
    most = "; ".join(f"{label} with {head}, {n:,}" for n, label, head in top[:3] if n)
    zeros = sum(not n for line in counts for n in line)
    whole = len(rows) * len(heads)
    alt = f"{title}. Most services: {most or 'none'}. {zeros:,} of {whole:,} pairs have none."
    yield Picture(key="heat", title=title, alt=alt, svg=svg, table="cross-type-factor")


def _tidier(survey: Survey, area: Area) -> Picture:
    rows, shares = [], []
    for n, name in enumerate(ITEM_FIELDS):
        label = survey.items.get(name.removeprefix("tidier."), name)
        statuses = Counter(record.statuses[n] for record in area.records)
        portions = [
            Portion(label=words, number=sum(statuses[kind] for kind in kinds), look=look)
            for words, (look, kinds) in LOOKS.items()
        ]
        rows.append((label, portions))
        shares.append((portions[0].number / len(area.records), label))
    title = f"What is reported of the twelve TIDieR items: {area.name}"
    least, most = min(shares), max(shares)
    alt = f"{title}. Most often {most[1]}, {most[0]:.0%} of services; least often {least[1]}, {least[0]:.0%}."
    return Picture(key="tidier", title=title, alt=alt, svg=stacked(rows, title=title), table="tidier")


def _freshness(survey: Survey, area: Area) -> Iterator[Block]:
    groups: dict[str, list[MappedRecord]] = {label: [] for label in (*(label for _, label in AGES), OLDER)}
    for record in area.records:
        days = (survey.made_at - record.verified_at).days
        groups[next((label for most, label in AGES if days < most), OLDER)].append(record)
    title = f"How long ago a person last verified a service: {area.name}"
    bars = [
        Portion(label=label, number=len(records), look="lines" if label in (AGES[-1][1], OLDER) else "full")
        for label, records in groups.items()
    ]
    stale = sum(bar.number for bar in bars if bar.look == "lines")
    alt = f"{title}. {stale:,} of {plural(len(area.records), 'service')} more than a year ago."
    yield Picture(key="freshness", title=title, alt=alt, svg=columns(bars, title=title), table="freshness")
    rows, tidy = [], []
    for label, records in groups.items():
        listing = list_by_nets(label.replace(" ", "-"), f"Verified {label} ago", records)
        rows.append(Row(label=label, cells=(count_cell(len(records), listing),)))
        tidy.append((label, len(records)))
    yield Table(
        key="freshness",
        title="Services by when a person last verified them",
        columns=("Verified, before this report", "Services"),
        rows=tuple(rows),
        tidy_columns=("verified_before", "services"),
        tidy_rows=tuple(tidy),
    )


def _flow(survey: Survey, area: Area) -> Iterator[Block]:
    found = [survey.flows[one.key] for one in survey.areas if one.key in survey.flows]
    told = sum(found, Flow()) if area.key == EVERYWHERE else survey.flows.get(area.key, Flow())
    if not told.pages:
        return
    steps = _steps(told)
    title = f"From pages to records: {area.name}"
    drawn = [
        (label, [Portion(label=name, number=n, look=look) for name, n, look in parts]) for label, _, parts in steps
    ]
    said = "; ".join(f"{label}: " + ", ".join(f"{n:,} {name}" for name, n, _ in parts) for label, _, parts in steps)
    yield Picture(key="flow", title=title, alt=f"{title}. {said}.", svg=flow(drawn, title=title), table="flow")
    rows, tidy = [], []
    for label, key, parts in steps:
        for name, number, _ in parts:
            listing = list_by_nets(name, "Published", (*area.records, *area.away)) if name == "published" else None
            rows.append(Row(label=f"{label}: {name}", cells=(count_cell(number, listing),)))
            tidy.append((key, name, number))
    yield Table(
        key="flow",
        title="From pages to records",
        columns=("Step", "Number"),
        rows=tuple(rows),
        tidy_columns=("step", "outcome", "number"),
        tidy_rows=tuple(tidy),
        notes=("A page may have several services, and statements of people count as pages.",),
    )


Steps = tuple[tuple[str, str, tuple[tuple[str, int, str], ...]], ...]  # label, key, portions


def _steps(told: Flow) -> Steps:
    return (
        (
            "Pages read",
            "pages",
            (("with a service", told.with_service, "full"), ("without one", told.pages - told.with_service, "pale")),
        ),
        (
            "Services drafted",
            "drafts",
            (
                ("accepted", told.accepted, "full"),
                ("rejected", told.rejected, "lines"),
                ("the same as another", told.merged, "dots"),
                ("waiting", told.waiting, "empty"),
            ),
        ),
        ("Records", "records", (("published", told.published, "full"), ("withdrawn", told.withdrawn, "dots"))),
    )


GLANCE: Final = Section(key="glance", title="At a glance", build=build_glance)
