"""Which values of structured sources (feeds, calendars, JSON-LD) are which field (`data/structure.toml`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from register.codes.vocabulary import FACT_BY_NAME, FACTS, TIDIER_ITEMS
from register.datafile import DataModel, one_of, read_toml
from register.errors import ConfigError

READ_FROM_SOURCES = (*(f"tidier.{item}" for item in TIDIER_ITEMS), *(f"fact.{fact.name}" for fact in FACTS))

FieldName = Annotated[str, one_of(*READ_FROM_SOURCES)]


class StatedField(DataModel):
    """A row: the value at `at` is the field `to`; `pair` and `means` as the data file's head says."""

    at: str
    to: FieldName
    pair: str = ""
    means: dict[str, str] = Field(default_factory=dict)


class Form(DataModel):
    """What is read of one form of source."""

    fields: tuple[StatedField, ...] = ()
    words: frozenset[str] = frozenset()
    sentences: tuple[FieldName, ...] = ()
    ended: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    types: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Structure(DataModel):
    """`data/structure.toml`: Open Referral UK, iCalendar and schema.org's JSON-LD."""

    oruk: Form = Form()
    ical: Form = Form()
    json_ld: Form = Field(default=Form(), alias="json-ld")

    def form(self, name: str) -> Form:
        """The form `oruk`, `ical` or `json-ld`."""
        return {"oruk": self.oruk, "ical": self.ical, "json-ld": self.json_ld}[name]


def read_structure(data: Path) -> Structure:
    """The rows of `data/structure.toml`; raises ConfigError where one names no field, or means no value of it."""
    path = data / "structure.toml"
    structure = read_toml(Structure, path)
    for name in ("oruk", "ical", "json-ld"):
        for n, row in enumerate(structure.form(name).fields):
            _check_meanings(row, where=str(path), key=f"{name}.fields.{n}.means")
    return structure


def _check_meanings(row: StatedField, *, where: str, key: str) -> None:
    fact = FACT_BY_NAME.get(row.to.removeprefix("fact."))
    for word, meaning in row.means.items():
        if fact is None or (fact.allowed and meaning not in fact.allowed):
            allowed = f"one of {', '.join(fact.allowed)}" if fact else f"no meanings, for {row.to} holds text"
            raise ConfigError(where, f"{key}.{word}", meaning, allowed)
