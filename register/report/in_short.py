"""What a reader with ten minutes should know of an area, from the sections further down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from register.counts import plural
from register.recapture.estimate import estimate
from register.report.completeness import overlaps, sentence
from register.report.mismatch import UNMET, match
from register.report.need import reason
from register.report.provision import provisions, ranked_gaps
from register.report.records import EVERYWHERE, Area
from register.report.survey import Survey
from register.report.tables import Words

FEW: Final = 3  # of each kind, the furthest first


def in_short(survey: Survey, area: Area) -> Words:
    points = (*_gaps(survey, area), *_unmet(survey, area), *_known(survey, area))
    return Words(text="In short; the sections below say how each is reckoned:" if points else "", points=points)


def _gaps(survey: Survey, area: Area) -> Iterator[str]:
    """Groups and factors with fewer services than their share of people, by more than chance."""
    for one, balance in ranked_gaps(provisions(survey, area))[:FEW]:
        yield reason(one, balance, area)


def _unmet(survey: Survey, area: Area) -> Iterator[str]:
    unmet = sorted((one for one in match(survey, area) if one.finding == UNMET), key=lambda one: -len(one.alone))
    for one in unmet[:FEW]:
        yield f"{one.population}: {plural(len(one.alone), 'service')}, none that addresses “{one.factor}”."


def _known(survey: Survey, area: Area) -> Iterator[str]:
    told = estimate(overlaps(survey, area.records))
    if told.number is not None and (area.key != EVERYWHERE or len(survey.areas) == 1):
        yield sentence(area.name, told)
