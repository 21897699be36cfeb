"""The models that extraction uses, and those that ship with the package."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from extract.itemmodel import ItemModel
from extract.linear import LinearModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Models of page kinds, of ways to cut a page, and of items; a page whose best cut scores at least
    `listing_from` is a listing, one that has a service with at least `service_from` is read as one service."""

    kinds: LinearModel
    cuts: LinearModel
    items: ItemModel | None = None
    listing_from: float = 0.7
    service_from: float = 0.55
    item_rule: str = "item.linear.2"

    def item_cuts(self, item: str) -> tuple[float, float]:
        """The scores from which the best unit, and further ones, are quoted for `item`."""
        return self.items.cuts(item) if self.items else (0.6, 0.6)

    def certainty(self, item: str, best: float) -> float:
        """How sure (0-1) it is that `item` is reported where the best unit scores `best`."""
        return self.items.certainty(item, best) if self.items else best


@cache
def shipped_models() -> Models:
    """The models of this folder, read once; card.md says what they were trained on."""
    folder = files("extract.models")
    kinds, cuts = (LinearModel.load(folder.joinpath(f"{name}.npz").read_bytes()) for name in ("kinds", "cuts"))
    return Models(kinds=kinds, cuts=cuts, items=ItemModel.load(folder.joinpath("items.npz").read_bytes()))
