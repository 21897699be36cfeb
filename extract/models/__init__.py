"""The models that extraction uses, and those that ship with the package."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from extract.linear import LinearModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Models of page kinds, of ways to cut a page, and of items; a page whose best cut scores at least
    `listing_from` is a listing, one that has a service with at least `service_from` is read as one service."""

    kinds: LinearModel
    cuts: LinearModel
    items: LinearModel | None = None
    listing_from: float = 0.7
    service_from: float = 0.55
    item_rule: str = "item.linear.1"

    def item_cut(self, item: str) -> float:
        """The score from which a unit is quoted for `item`."""
        return float(self.items.cuts[self.items.labels.index(item)]) if self.items else 0.6


@cache
def shipped_models() -> Models:
    """The models of this folder, read once; card.md says what they were trained on."""
    folder = files("extract.models")
    kinds, cuts, items = (
        LinearModel.load(folder.joinpath(f"{name}.npz").read_bytes()) for name in ("kinds", "cuts", "items")
    )
    return Models(kinds=kinds, cuts=cuts, items=items)
