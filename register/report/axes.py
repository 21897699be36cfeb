"""The axes along which the report counts records: the schemes of the codebook, and facts with few values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from typing import Final

from register.codes.codebook import Codebook
from register.codes.vocabulary import CODE_SCHEMES, FACT_BY_NAME
from register.errors import ConfigError
from register.report.records import Area, MappedRecord
from register.report.rules import Intersection

NOT_TOLD: Final = "not_known"  # the row of records of which an axis says nothing
NOTHING: Final = (NOT_TOLD,)
STUDY_ORIGIN: Final = "duncan2021"  # and all that begin so: read in the study, or in a summary of it
TITLES: Final = {
    "type": "Type of intervention",
    "factor": "Risk or protective factor",
    "population": "Population",
    "sector": "Sector of the provider",
    "setting": "Setting",
    "delivery": "Delivery",
    "cost": "Cost to those who take part",
    "referral": "Way in",
    "cisl_type": "Type by the CISL report",
    "level": "Level by the CISL report",
    "principle": "Principle by the CISL report",
    "evaluation": "Reach, outcomes and evaluation",
}
FACT_AXES: Final = {"delivery": "delivery_mode", "cost": "cost", "referral": "referral"}
MAY_HAVE_NONE: Final = ("principle", "evaluation")
SCHEME_OF_INTERSECTIONS: Final = "population"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A value of an axis. `origin` is where the codebook has it from, "" for a fact's value; `of` are the codes that a
    computed one asks for, all of them."""

    code: str
    label: str
    origin: str = ""
    of: tuple[str, ...] = ()

    @property
    def of_study(self) -> bool:
        return self.origin.startswith(STUDY_ORIGIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An axis and the field of a record that tells it. `codes` has the codes that a record may hold, then those that
    are computed from them."""

    key: str
    field: str
    title: str
    codes: tuple[Code, ...]
    labels: Mapping[str, str]
    computed: tuple[Code, ...] = ()
    _known: dict[tuple[str, ...], tuple[str, ...]] = made(default_factory=dict, compare=False, repr=False)

    def of(self, record: MappedRecord) -> tuple[str, ...]:
        """The record's codes on this axis, computed ones too; NOT_TOLD alone where it has none."""
        own = record.values.get(self.field) or NOTHING
        if len(own) < 2 or not self.computed:
            return own
        known = self._known.get(own)
        if known is None:
            known = (*own, *(code.code for code in self.computed if set(code.of) <= set(own)))
            self._known[own] = known
        return known

    @property
    def rows(self) -> tuple[Code, ...]:
        """All codes, those that no record has too, and the row of what is not known."""
        label = "None told" if self.key in MAY_HAVE_NONE else "Not known"
        return (*self.codes, Code(code=NOT_TOLD, label=label))

    def label(self, code: str) -> str:
        return self.labels.get(code, code)

    def split_area(self, area: Area) -> Mapping[str, Sequence[MappedRecord]]:
        """The area's counted records of each row, split once."""
        if self.key not in area.splits:
            area.splits[self.key] = self.split(area.records)
        return area.splits[self.key]

    def split(self, records: Iterable[MappedRecord]) -> dict[str, list[MappedRecord]]:
        """The records of each row; a record with several codes stands in each of them."""
        found: dict[str, list[MappedRecord]] = {row.code: [] for row in self.rows}
        for record in records:
            for code in self.of(record):
                found.setdefault(code, []).append(record)
        return found


def read_axes(
    codebook: Codebook, words: Mapping[str, str], intersections: Sequence[Intersection] = ()
) -> Mapping[str, Axis]:
    """Every axis by its key; `words` are plain words for facts' values, by `fact:value`."""
    return {axis.key: axis for axis in (*_schemes(codebook, intersections), *_facts(words))}


def _schemes(codebook: Codebook, intersections: Sequence[Intersection]) -> Iterator[Axis]:
    for scheme in CODE_SCHEMES:
        own = tuple(Code(code=c.code, label=c.label, origin=c.origin) for c in codebook.scheme(scheme))
        among = intersections if scheme == SCHEME_OF_INTERSECTIONS else ()
        computed = tuple(Code(code=one.key, label=one.label, of=one.of) for one in among)
        codes = (*own, *computed)
        yield Axis(
            key=scheme,
            field=f"code.{scheme}",
            title=TITLES.get(scheme, scheme),
            codes=codes,
            labels=_labels(codes),
            computed=computed,
        )


def _facts(words: Mapping[str, str]) -> Iterator[Axis]:
    for key, fact in FACT_AXES.items():
        codes = tuple(
            Code(code=value, label=words.get(f"{fact}:{value}", value.replace("_", " ").capitalize()))
            for value in FACT_BY_NAME[fact].allowed
        )
        yield Axis(key=key, field=f"fact.{fact}", title=TITLES[key], codes=codes, labels=_labels(codes))


def _labels(codes: Sequence[Code]) -> Mapping[str, str]:
    return {code.code: code.label for code in codes}


def check_cross(keys: Sequence[str], axes: Mapping[str, Axis], *, where: str) -> tuple[str, ...]:
    """The keys of two or three axes; raises ConfigError where they are fewer, more, or unknown."""
    if len(keys) not in (2, 3):
        raise ConfigError(where, "cross", ",".join(keys), "two or three axes, such as type,factor")
    if lost := next((key for key in keys if key not in axes), ""):
        raise ConfigError(where, "cross", lost, f"an axis: {', '.join(axes)}")
    return tuple(keys)
