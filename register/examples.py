"""Invented services whose sentences are labelled with TIDieR items, for training (`data/item_examples.csv`)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator

from register.datafile import DataModel, read_csv
from register.vocabulary import TIDIER_ITEMS, PassageKind


class ItemExample(DataModel):
    """One sentence, list item or field of an invented service. Rows of one `service` stand in the order of its page.

    `block` is the kind of passage, `heading` the heading above it (empty: the service's name), `label` what it answers
    ("When"), `items` the TIDieR items that it reports, separated by spaces; empty where it reports none.
    """

    service: str = Field(min_length=1)
    block: PassageKind
    heading: str = ""
    label: str = ""
    items: tuple[str, ...] = ()
    text: str = Field(min_length=1)

    @field_validator("items", mode="before")
    @classmethod
    def _known_items(cls, cell: str) -> tuple[str, ...]:
        items = tuple(cell.split())
        if unknown := sorted(set(items) - set(TIDIER_ITEMS)):
            raise ValueError(f"some of {', '.join(TIDIER_ITEMS)}; {', '.join(unknown)} is none")
        return items


def read_examples(data: Path) -> tuple[ItemExample, ...]:
    """The rows of `data/item_examples.csv`; raises ConfigError for the first that is none."""
    return read_csv(ItemExample, data / "item_examples.csv")
