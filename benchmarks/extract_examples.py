"""The invented services of data/examples.csv as labelled units: items learn from more than eleven sites."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from benchmarks.extract_gold import Labelled, Told
from extract.items import ITEMS, unit_features
from extract.units import Unit
from register.codes.checklist import Checklist
from register.codes.examples import Example, read_examples
from register.codes.vocabulary import PassageKind
from register.models import Passage

SITES = 6  # the examples count as so many sites where a feature has to be known of several


def labelled_examples(data: Path, *, checklist: Checklist) -> list[Labelled]:
    """One Labelled for each service of the file."""
    services = groupby(read_examples(data), key=lambda row: row.service)
    return [_labelled(n, name, tuple(rows), checklist) for n, (name, rows) in enumerate(services)]


def _labelled(n: int, name: str, rows: Sequence[Example], checklist: Checklist) -> Labelled:
    units, at = [], 0
    for row in rows:
        passage = Passage(
            start=at,
            end=at + len(row.text),
            kind=row.block,
            heading_path=(row.heading or name,),
            level=2 if row.block is PassageKind.HEADING else 0,
            label=row.label,
        )
        units.append(Unit(start=passage.start, end=passage.end, text=row.text, passage=passage))
        at = passage.end + 1
    return Labelled(
        site=f"example.{n % SITES}",
        split="example",
        units=tuple(units),
        told=Told.of(unit_features(units, way="service", checklist=checklist)),
        truth=np.array([[item in row.items for item in ITEMS] for row in rows]),
    )
