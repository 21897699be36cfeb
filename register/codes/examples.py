"""Invented services whose sentences are labelled with TIDieR items, some with their codes (`data/examples.csv`)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator

from register.codes.vocabulary import NETS, SCHEMES, TIDIER_ITEMS, Inclusion, PassageKind
from register.datafile import DataModel, read_csv


class Example(DataModel):
    """One sentence, list item or field of an invented service. Rows of one `service` stand in the order of its page.

    `block` is the kind of passage, `heading` the heading above it (empty: the service's name), `label` what it answers
    ("When"), `items` the TIDieR items that it reports, separated by spaces; empty where it reports none. `codes` stand
    in the first row of a service that is coded: its codes as `scheme:code` and its verdicts as `net:verdict`.
    """

    service: str = Field(min_length=1)
    block: PassageKind
    heading: str = ""
    label: str = ""
    items: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    text: str = Field(min_length=1)

    @field_validator("items", mode="before")
    @classmethod
    def _known_items(cls, cell: str) -> tuple[str, ...]:
        items = tuple(cell.split())
        if unknown := sorted(set(items) - set(TIDIER_ITEMS)):
            raise ValueError(f"some of {', '.join(TIDIER_ITEMS)}; {', '.join(unknown)} is none")
        return items

    @field_validator("codes", mode="before")
    @classmethod
    def _schemes_and_nets(cls, cell: str) -> tuple[str, ...]:
        codes = tuple(cell.split())
        for code in codes:
            head, _, value = code.partition(":")
            if not value or head not in (*SCHEMES, *NETS) or (head in NETS and value not in set(Inclusion)):
                expected = f"scheme:code of {', '.join(SCHEMES)}, or net:verdict of {', '.join(NETS)}"
                raise ValueError(f"{expected}; {code} is neither")
        return codes


def read_examples(data: Path) -> tuple[Example, ...]:
    """The rows of `data/examples.csv`; raises ConfigError for the first that is none."""
    return read_csv(Example, data / "examples.csv")
