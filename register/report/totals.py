"""All services and all people that a factor or population concerns, over the localities of a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from register.report.axes import Axis
from register.report.indicators import NeedData
from register.report.records import Area


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Services and people of the `localities` whose district has a value of the indicator."""

    services: int = 0
    people: float = 0.0
    localities: int = 0


def total(areas: Iterable[Area], axes: Mapping[str, Axis], need: NeedData) -> Mapping[tuple[str, str], Totals]:
    """By scheme and code, of every code that has an indicator which counts people."""
    found: dict[tuple[str, str], Totals] = {}
    for area in areas:
        held = {scheme: axes[scheme].split_area(area) for scheme in ("population", "factor")}
        for link in need.links:
            people = need.people(link.indicator, area.gss_code) if link.indicator else None
            if people is not None:
                was = found.get((link.scheme, link.code), Totals())
                found[link.scheme, link.code] = Totals(
                    services=was.services + len(held[link.scheme].get(link.code, ())),
                    people=was.people + people,
                    localities=was.localities + 1,
                )
    return found
