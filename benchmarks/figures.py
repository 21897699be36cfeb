"""One line a figure: `name value reach ok`, or `short` where the value does not reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured value and what it has to reach; `bound` says from which side. `note` is printed behind it."""

    name: str
    value: float
    reach: float
    bound: Literal["least", "most"] = "least"
    note: str = ""

    @property
    def ok(self) -> bool:
        return self.value >= self.reach if self.bound == "least" else self.value <= self.reach

    def __str__(self) -> str:
        sign = ">=" if self.bound == "least" else "<="
        line = f"{self.name:44s} {self.value:10.3f}   {sign} {self.reach:<8g} {'ok' if self.ok else 'short'}"
        return f"{line}   {self.note}".rstrip()


def report(figures: Iterable[Figure]) -> int:
    """Print each figure as it comes; 1 where one is short, else 0: the exit code of a benchmark."""
    short = 0
    for figure in figures:
        print(figure, flush=True)
        short += not figure.ok
    return 1 if short else 0
