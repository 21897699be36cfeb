"""The TIDieR checklist: twelve items with their question, cues and an example (`data/tidier.toml`)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from register.codes.vocabulary import TIDIER_ITEMS
from register.datafile import DataModel, Pattern, read_toml
from register.errors import ConfigError
from register.localities.places import read_place_names


class ChecklistItem(DataModel):
    """One TIDieR item. `cues` and `anti_cues` are regular expressions over a sentence, `headings` over the headings
    above it, `labels` over an inline label ("When:"); all without case. `places` says that names of places are cues
    too, `under_name` that a bare name right under the service's own is. `example` must match, `counter_example` not.
    """

    name: str
    label: str
    question: str
    cues: tuple[Pattern, ...] = ()
    anti_cues: tuple[Pattern, ...] = ()
    headings: tuple[Pattern, ...] = ()
    labels: tuple[Pattern, ...] = ()
    places: bool = False
    under_name: bool = False
    example: str
    counter_example: str = ""
    source: str = ""


class Checklist(DataModel):
    """The twelve items, and the names of places that speak of *where*: towns, districts, counties."""

    items: tuple[ChecklistItem, ...] = Field(alias="item")
    place_names: frozenset[str] = frozenset()

    def item(self, name: str) -> ChecklistItem:
        return next(item for item in self.items if item.name == name)


def read_checklist(data: Path) -> Checklist:
    """The checklist of `data/tidier.toml` with the names of `data/places.csv`, districts and areas; raises ConfigError
    unless it holds the twelve items, each once."""
    path = data / "tidier.toml"
    checklist = read_toml(Checklist, path)
    names = tuple(item.name for item in checklist.items)
    if sorted(names) != sorted(TIDIER_ITEMS):
        raise ConfigError(str(path), "item.name", names, f"each of {', '.join(TIDIER_ITEMS)} once")
    return checklist.model_copy(update={"place_names": read_place_names(data)})
