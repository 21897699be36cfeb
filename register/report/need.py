"""Need: services for every 10,000 people, and shares of services beside shares of people, by the district."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from register.counts import plural
from register.report.charts import Beside, beside
from register.report.counting import count_cell, list_by_nets
from register.report.indicators import LEVEL
from register.report.need_sources import sources, unjoined
from register.report.provision import AMONG_PEOPLE, Balance, Provision, Rate, provisions, ranked_gaps
from register.report.records import EVERYWHERE, Area
from register.report.survey import Survey
from register.report.tables import Block, Cell, Part, Picture, Row, Section, Table, Words

SAID: Final = (
    "What was found, beside how many people it concerns. Rates and shares can be compared, between places and between "
    "groups; how much a place ought to have, no number here can say, and where two shares are alike that is no proof "
    "that people are served. Most services are for anybody, and serve these people too: a share tells what is made for "
    "them, not who may come. Services differ in how many they reach, which is not known; what was not found is not "
    "counted."
)
NO_GAPS: Final = "No share of services lies below the share of people by more than chance would have it."
BASES: Final = {"people": "within the locality", "localities": "between localities"}
MOST_DRAWN, MOST_TOLD = 14, 40
TIDY: Final = (
    "scheme",
    "code",
    "label",
    "services",
    "indicator",
    "year",
    "need_rises_with",
    "people",
    "per_10000",
    "per_10000_low",
    "per_10000_high",
    "place",
    "of_districts",
    "share_within",
    "share_within_low",
    "share_within_high",
    "share_of_people_within",
    "share_between",
    "share_between_low",
    "share_between_high",
    "share_of_people_between",
    "reason",
)


def build_need(survey: Survey, area: Area) -> Part:
    found = provisions(survey, area)
    gaps = ranked_gaps(found)
    compared = sum(len(one.balances) for one in found)
    blocks: list[Block] = [Words(text=SAID), *_gaps(area, gaps, compared), *_picture(area, found)]
    blocks += [_table(found, scheme, title) for scheme, title in (("population", "Groups"), ("factor", "Factors"))]
    blocks.append(_gap_table(area, gaps))
    blocks.append(unjoined(survey, area))
    if area.key == EVERYWHERE:
        blocks.append(sources(survey))
    return Part(blocks=tuple(blocks))


def _gaps(area: Area, gaps: Sequence[tuple[Provision, Balance]], compared: int) -> Iterator[Words]:
    if not compared:
        yield Words(
            text="Nothing could be compared here: no district of the report has an indicator that counts people."
        )
        return
    chance = f"Of {plural(compared, 'comparison')}, one in 40 would lie so far below by chance alone."
    if not gaps:
        yield Words(text=f"{NO_GAPS} {chance}")
        return
    told = tuple(reason(one, balance, area) for one, balance in gaps[:MOST_TOLD])
    yield Words(
        text=f"Where services are fewest for the people they concern, the furthest apart first. {chance}", points=told
    )


def reason(one: Provision, balance: Balance, area: Area) -> str:
    """Why this is a gap, in a sentence or two."""
    between = f"{_share(balance.share)} ({_share(balance.low)} to {_share(balance.high)})"
    spread = f"spread as the people are, it would be {balance.as_people:,.0f}"
    who = _lower(one.indicator.label) if one.indicator else "people"
    if balance.basis == AMONG_PEOPLE:
        services = f"{balance.part:,} of the {balance.whole:,} services here for some group, {between}"
        return f"{one.label}: {services}, while {who} are {_share(balance.people)} of the people; {spread}."
    services = f"{balance.part:,} of {plural(balance.whole, 'service')} of the report, {between}"
    return f"{one.label}: {services}, while {area.name} has {_share(balance.people)} of all {who}; {spread}."


def _lower(label: str) -> str:
    return label[0].lower() + label[1:]


def _share(share: float) -> str:
    return f"{share:.1%}" if share < 0.1 else f"{share:.0%}"


def _picture(area: Area, found: Sequence[Provision]) -> Iterator[Picture]:
    """Shares of services and of people, within a locality; between localities where nothing can be told within."""
    for basis in BASES:
        drawn = [(one, b) for one in found for b in one.balances if b.basis == basis]
        if not drawn:
            continue
        drawn.sort(key=lambda pair: pair[1].share - pair[1].people)
        rows = tuple(
            Beside(label=one.label, share=b.share, low=b.low, high=b.high, other=b.people, gap=b.is_gap)
            for one, b in drawn[:MOST_DRAWN]
        )
        title = f"Share of services and share of people, {BASES[basis]}: {area.name}"
        gaps = [row.label for row in rows if row.gap]
        alt = f"{title}. A dot with its interval for services, a diamond for people. "
        alt += f"Services lie clearly below for {', '.join(gaps)}." if gaps else "No row lies clearly below."
        yield Picture(
            key="gaps",
            title=title,
            alt=alt,
            svg=beside(rows, title=title, one="services", other="people"),
            table="need-population",
        )
        return


def _table(found: Sequence[Provision], scheme: str, title: str) -> Table:
    rows, tidy = [], []
    for one in found:
        if one.link.scheme != scheme:
            continue
        listing = list_by_nets(one.link.code, one.label, one.records)
        cells = (
            count_cell(len(one.records), listing),
            _people_cell(one),
            *(replace(cell, listing=listing) for cell in (_rate_cell(one.rate), *_balance_cells(one))),
            _place_cell(one),
        )
        rows.append(Row(label=one.label, cells=cells, note="" if one.indicator else f"No indicator. {one.link.reason}"))
        tidy.append(_tidy(one))
    columns = (
        "Services",
        "People",
        "For every 10,000 of them",
        "Share within the locality",
        "Share between localities",
    )
    return Table(
        key=f"need-{scheme}",
        title=f"{title}: services beside people",
        columns=(title, *columns, "District's place by need"),
        rows=tuple(rows),
        tidy_columns=TIDY,
        tidy_rows=tuple(tidy),
        notes=(
            "Intervals are exact, at 95%. Below a share of services stands the share of people. Where the indicator "
            "only puts districts in an order, the rate is for every 10,000 people aged 16 and over. Place 1 is the "
            "most need.",
        ),
    )


def _people_cell(one: Provision) -> Cell:
    if one.indicator is None or one.rate is None:
        return Cell(text="–", look="missing")
    under = "all aged 16 and over" if one.indicator.kind == LEVEL else ""
    return Cell(text=f"{one.rate.people:,.0f}", number=one.rate.people, under=under)


def _rate_cell(rate: Rate | None) -> Cell:
    if rate is None:
        return Cell(text="–", look="missing")
    return Cell(text=_number(rate.rate), number=rate.rate, under=f"{_number(rate.low)} to {_number(rate.high)}")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def _balance_cells(one: Provision) -> tuple[Cell, ...]:
    return tuple(_balance_cell(one, basis) for basis in BASES)


def _balance_cell(one: Provision, basis: str) -> Cell:
    found = next((balance for balance in one.balances if balance.basis == basis), None)
    if found is None:
        return Cell(text="–", look="missing")
    under = f"{_share(found.low)} to {_share(found.high)}; people {_share(found.people)}"
    return Cell(text=_share(found.share), number=found.share, under=under, look="gap" if found.is_gap else "")


def _place_cell(one: Provision) -> Cell:
    if one.place is None:
        return Cell(text="–", look="missing")
    place, among = one.place
    return Cell(text=f"{place} of {among}", number=place)


def _tidy(one: Provision) -> tuple[object, ...]:
    indicator, rate = one.indicator, one.rate
    shares: list[object] = []
    for basis in BASES:
        found = next((balance for balance in one.balances if balance.basis == basis), None)
        shares += [found.share, found.low, found.high, found.people] if found else ["", "", "", ""]
    return (
        one.link.scheme,
        one.link.code,
        one.label,
        len(one.records),
        indicator.key if indicator else "",
        indicator.year if indicator else "",
        indicator.need if indicator else "",
        *((rate.people, rate.rate, rate.low, rate.high) if rate else ("", "", "", "")),
        *(one.place or ("", "")),
        *shares,
        one.link.reason,
    )


def _gap_table(area: Area, gaps: Sequence[tuple[Provision, Balance]]) -> Table:
    rows, tidy = [], []
    for one, balance in gaps:
        lead = (area.key, f"need-{one.link.scheme}", one.link.code) if balance.part else None
        under = f"at most {_share(balance.high)}"
        cells = (
            Cell(text=BASES[balance.basis]),
            Cell(text=f"{balance.part:,} of {balance.whole:,}", number=balance.part, lead=lead),
            Cell(text=_share(balance.share), number=balance.share, under=under, lead=lead),
            Cell(text=_share(balance.people), number=balance.people),
            Cell(text=f"{balance.as_people:,.0f}", number=balance.as_people),
        )
        rows.append(Row(label=one.label, cells=cells))
        shares = (balance.share, balance.low, balance.high, balance.people)
        tidy.append(
            (one.link.scheme, one.link.code, balance.basis, balance.part, balance.whole, *shares, one.link.reason)
        )
    names = ("basis", "services", "of", "share", "share_low", "share_high", "share_of_people", "reason")
    return Table(
        key="gaps",
        title="Shares of services that lie below those of people",
        columns=("For", "Compared", "Services", "Share of services", "Share of people", "If spread as the people are"),
        rows=tuple(rows),
        tidy_columns=("scheme", "code", *names),
        tidy_rows=tuple(tidy),
        notes=("Ranked by how many times larger the share of people is than the upper end of that of services.",),
    )


NEED: Final = Section(key="need", title="Services beside the people they concern", build=build_need)
