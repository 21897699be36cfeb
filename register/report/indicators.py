"""Indicators of need by district: what each is, of which factor or population it tells, and which districts it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from register.codes.codebook import Codebook
from register.datafile import DataModel, one_of, read_csv
from register.errors import ConfigError
from register.localities.locality import District, read_districts
from register.localities.needs import Value, read_values

COUNT, SHARE, LEVEL = "count", "share", "level"
ADULTS = "population_16_plus"  # of whom rates are told where a group has no count of its own


class Indicator(DataModel):
    """A row of `indicators.csv`. A `count` is of people; a `share` is, divided by `per`, part of the people that the
    count `of` has; a `level` only puts districts in an order. `need` says whether more of it means more need, or less;
    `among` is the count of all people of the same ages.
    """

    key: str
    label: str
    kind: Annotated[str, one_of(COUNT, SHARE, LEVEL)]
    year: int
    unit: str
    need: Annotated[str, one_of("more", "less")]
    of: str = ""
    per: float = Field(default=1, gt=0)
    among: str = ""
    source: str
    licence: str
    address: str

    @property
    def told(self) -> str:
        """What it is, of which year and from whom."""
        return f"{self.label}, {self.year}, {self.unit}. {self.source} ({self.licence})"


class Link(DataModel):
    """A row of `needs.csv`: which indicator tells of a factor or population ("" where none does), and why, or with what
    reservation."""

    scheme: Annotated[str, one_of("factor", "population")]
    code: str
    indicator: str = ""
    reason: str = Field(min_length=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unjoined:
    """A district without a value: its name, and why."""

    gss_code: str
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedData:
    """`values` are by indicator and the code of a district in force; `unjoined` those that have none, by indicator."""

    indicators: Mapping[str, Indicator]
    links: tuple[Link, ...]
    values: Mapping[str, Mapping[str, float]]
    unjoined: Mapping[str, tuple[Unjoined, ...]]
    orders: Mapping[str, Mapping[str, int]]  # each district's place by need, by indicator

    def people(self, key: str, code: str) -> float | None:
        """How many people of the district the indicator speaks of; None for a level, and where it has no value."""
        indicator, value = self.indicators[key], self.values[key].get(code)
        if value is None or indicator.kind == LEVEL:
            return None
        if indicator.kind == COUNT:
            return value
        base = self.values[indicator.of].get(code)
        return None if base is None else value / indicator.per * base

    def place(self, key: str, code: str) -> tuple[int, int] | None:
        """The district's place by need, 1 for the most, and among how many; by share where the indicator is a count."""
        order = self.orders[key]
        return (order[code], len(order)) if code in order else None


def read_need_data(data: Path, codebook: Codebook) -> NeedData:
    """Raises ConfigError for the first fault of `data/need.csv`, `data/map/indicators.csv` or `needs.csv`."""
    path = data / "map" / "indicators.csv"
    indicators = {row.key: row for row in read_csv(Indicator, path)}
    for number, row in enumerate(indicators.values(), 2):
        if row.kind == SHARE and (row.of not in indicators or indicators[row.of].kind != COUNT):
            raise ConfigError(f"{path}:{number}", "of", row.of, "the key of a count, of which the share is a part")
        if row.among and (row.among not in indicators or indicators[row.among].kind != COUNT):
            raise ConfigError(f"{path}:{number}", "among", row.among, "the key of a count, or nothing")
    values = read_values(data)
    if ADULTS not in indicators:
        raise ConfigError(str(path), "key", "no " + ADULTS, f"{ADULTS}, of whom rates are told")
    if lost := next((row for row in values if row.indicator not in indicators), None):
        raise ConfigError(str(data / "need.csv"), "indicator", lost.indicator, f"one of {path}")
    districts = read_districts(data)
    mergers = read_csv(Merger, data / "map" / "mergers.csv")
    joined = {key: _join(one, values, districts, mergers) for key, one in indicators.items()}
    return NeedData(
        indicators=indicators,
        links=_links(data, codebook, indicators),
        values={key: found for key, (found, _) in joined.items()},
        unjoined={key: lost for key, (_, lost) in joined.items()},
        orders={key: _order(indicators[key], found, joined[ADULTS][0]) for key, (found, _) in joined.items()},
    )


def _links(data: Path, codebook: Codebook, indicators: Mapping[str, Indicator]) -> tuple[Link, ...]:
    path = data / "map" / "needs.csv"
    links = read_csv(Link, path)
    for number, row in enumerate(links, 2):
        if row.code not in {code.code for code in codebook.scheme(row.scheme)}:
            raise ConfigError(f"{path}:{number}", "code", row.code, f"a code of data/codebook/{row.scheme}s.csv")
        if row.indicator and row.indicator not in indicators:
            raise ConfigError(f"{path}:{number}", "indicator", row.indicator, "a key of indicators.csv, or nothing")
    return links


def _order(indicator: Indicator, values: Mapping[str, float], adults: Mapping[str, float]) -> dict[str, int]:
    measures = dict(values)
    if indicator.key == ADULTS:
        return {}  # everybody is no share of anybody
    if indicator.kind == COUNT:
        measures = {code: value / adults[code] for code, value in values.items() if adults.get(code)}
    ordered = sorted(measures.values(), reverse=indicator.need == "more")
    first = {value: n for n, value in reversed(list(enumerate(ordered, 1)))}
    return {code: first[value] for code, value in measures.items()}


class Merger(DataModel):
    """A row of `mergers.csv`: a former district that had become another one before that became the one in force."""

    former: str
    became: str
    in_force: str


def _join(
    indicator: Indicator, values: Iterable[Value], districts: Iterable[District], mergers: Iterable[Merger]
) -> tuple[dict[str, float], tuple[Unjoined, ...]]:
    """The values by district in force. Counts of districts that became one are added up; nothing else of theirs is."""
    became = {merger.former: merger.became for merger in mergers}
    own = {row.gss_code: row.value for row in values if row.indicator == indicator.key}
    found: dict[str, float] = {}
    lost: list[Unjoined] = []
    for district in districts:
        if not district.gss_code.startswith(("E06", "E07", "E08", "E09")):
            continue
        former = [code for code in district.former_codes.split() if became.get(code) not in own]
        parts = [own[code] for code in former if code in own]
        if district.gss_code in own:
            found[district.gss_code] = own[district.gss_code]
        elif former and len(parts) == len(former) and (indicator.kind == COUNT or len(former) == 1):
            found[district.gss_code] = sum(parts)
        else:
            why = "".join(_why(indicator, former, len(parts)))
            lost.append(Unjoined(gss_code=district.gss_code, name=district.name, why=why))
    return found, tuple(lost)


def _why(indicator: Indicator, former: list[str], parts: int) -> Iterator[str]:
    if not parts:
        yield "not published for it"
    elif parts < len(former):
        yield f"published for {parts} of the {len(former)} districts that became it"
    else:
        yield f"published for the {parts} districts that became it; of theirs, no {indicator.kind} can be made for it"
