"""Mismatch: populations that are served while the factor behind them is not, with the services themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from register.counts import plural
from register.report.counting import NET_COLUMNS, count_cell, count_records, list_by_nets
from register.report.records import EVERYWHERE, Area, MappedRecord
from register.report.rules import Mismatch
from register.report.survey import Survey
from register.report.tables import Cell, Part, Row, Section, Table, Words

NOBODY, UNMET, PARTLY, MET = "not served", "factor not addressed", "addressed in part", "addressed by each"
SAID: Final = (
    "A service can be for carers, or for LGBTQ+ people, and leave what wears them down where it is. Each row has a "
    "population, the factor that stands behind its mental health, and how many services for the population also "
    "address the factor."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The services for a population: those that also address the factor behind it, and those that do not; and all that
    address the factor, for whomever."""

    rule: Mismatch
    population: str  # its label
    factor: str  # its label
    both: tuple[MappedRecord, ...]
    alone: tuple[MappedRecord, ...]
    anyone: tuple[MappedRecord, ...]

    @property
    def key(self) -> str:
        return f"{self.rule.population}-{self.rule.factor}"

    @property
    def served(self) -> tuple[MappedRecord, ...]:
        return (*self.both, *self.alone)

    @property
    def finding(self) -> str:
        if not self.served:
            return NOBODY
        if not self.both:
            return UNMET
        return PARTLY if self.alone else MET


def match(survey: Survey, area: Area) -> tuple[Match, ...]:
    """A match for each row of the data file, in its order."""
    population, factor = survey.axes["population"], survey.axes["factor"]
    of_population, of_factor = population.split_area(area), factor.split_area(area)
    found = []
    for rule in survey.mismatches:
        served, anyone = of_population[rule.population], of_factor[rule.factor]
        both = tuple(record for record in served if rule.factor in factor.of(record))
        alone = tuple(record for record in served if rule.factor not in factor.of(record))
        found.append(
            Match(
                rule=rule,
                population=population.label(rule.population),
                factor=factor.label(rule.factor),
                both=both,
                alone=alone,
                anyone=tuple(anyone),
            )
        )
    return tuple(found)


def build_mismatch(survey: Survey, area: Area) -> Part:
    matches = match(survey, area)
    blocks: list[Words | Table] = [Words(text=SAID), _gaps(matches), _table(matches)]
    if area.key == EVERYWHERE and len(survey.areas) > 1:
        blocks.append(_by_locality(survey))
    return Part(blocks=tuple(blocks))


def _gaps(matches: Sequence[Match]) -> Words:
    """What is served without its factor, the most services first, each with its reason."""
    gaps = sorted((one for one in matches if one.finding == UNMET), key=lambda one: -len(one.alone))
    told = tuple(
        f"{one.population}: {plural(len(one.alone), 'service')}, none that addresses “{one.factor}”. {one.rule.reason}"
        for one in gaps
    )
    return Words(text="Served, while the factor is not:" if told else "", points=told)


def _table(matches: Sequence[Match]) -> Table:
    rows, tidy = [], []
    for one in matches:
        title = f"{one.population} and “{one.factor}”"
        cells = []
        for name, said, records in (
            ("served", "for the population", one.served),
            ("both", "for the population, with the factor", one.both),
            ("alone", "for the population, without the factor", one.alone),
            ("anyone", "that address the factor, for whomever", one.anyone),
        ):
            listing = list_by_nets(f"{one.key}-{name}", f"{title}: services {said}", records)
            cells.append(count_cell(len(records), listing))
        finding = Cell(text=one.finding, look="gap" if one.finding == UNMET else "")
        rows.append(Row(label=one.population, note=one.factor, cells=(*cells, finding)))
        served, both = (count_records(records) for records in (one.served, one.both))
        tidy.append(
            (one.rule.population, one.rule.factor, *served, *both, len(one.anyone), one.finding, one.rule.reason)
        )
    return Table(
        key="mismatch",
        title="Populations, and the factors behind them",
        columns=("Population", "Services for it", "With the factor", "Without it", "For the factor at all", "Finding"),
        rows=tuple(rows),
        tidy_columns=(
            "population",
            "factor",
            *(f"served_{net}" for net in NET_COLUMNS),
            *(f"both_{net}" for net in NET_COLUMNS),
            "factor_at_all",
            "finding",
            "reason",
        ),
        tidy_rows=tuple(tidy),
        notes=("Which factor stands behind a population, and why, are rows of data/map/mismatch.csv.",),
    )


def _by_locality(survey: Survey) -> Table:
    """How many services for the population address the factor, of how many, in each locality."""
    rows, tidy = [], []
    for area in survey.areas:
        cells = []
        for one in match(survey, area):
            gap = one.finding == UNMET
            lead = (area.key, "mismatch", f"{one.key}-served") if one.served else None
            text = f"{len(one.both):,} of {len(one.served):,}" if one.served else "–"
            look = "gap" if gap else "" if one.served else "zero"
            cells.append(Cell(text=text, number=len(one.both), lead=lead, look=look))
            tidy.append((area.key, one.rule.population, one.rule.factor, len(one.served), len(one.both), one.finding))
        rows.append(Row(label=area.name, cells=tuple(cells)))
    labels = tuple(f"{one.population}: {one.factor}" for one in match(survey, survey.everywhere))
    return Table(
        key="mismatch-by-locality",
        title="Services for a population that address its factor, by locality",
        columns=("Locality", *labels),
        rows=tuple(rows),
        tidy_columns=("locality", "population", "factor", "served", "both", "finding"),
        tidy_rows=tuple(tidy),
        notes=("A bar marks where the population is served and the factor is not.",),
    )


MISMATCH: Final = Section(key="mismatch", title="Served, and the factor behind it not", build=build_mismatch)
