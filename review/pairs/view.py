"""Two candidates beside each other: field by field, what is the same, what differs, and which one is to stay."""

from __future__ import annotations

from dataclasses import dataclass

from register.store import Store
from review.queue.lifecycle import plain
from review.record.board import Board, FieldView, lay_out
from review.settings import ReviewSettings
from review.wording import FieldGuide, field_guides

# How the two sides of a field stand to each other.
SAME, DIFFERS, ONE_SIDE, NEITHER = "same", "differs", "one side", "neither"
STANDING = ("reopened", "accepted")


@dataclass(frozen=True, slots=True, kw_only=True)
class PairField:
    """A field of both sides; `first` and `second` are None where the side has no such field. `from_kept` says which
    value a merge takes unless told otherwise."""

    guide: FieldGuide
    first: FieldView | None
    second: FieldView | None
    relation: str
    from_kept: bool

    @property
    def name(self) -> str:
        return self.guide.name


@dataclass(frozen=True, slots=True, kw_only=True)
class PairView:
    """Both boards, the kept one first, and their fields in reviewing order."""

    kept: Board
    other: Board
    fields: tuple[PairField, ...]

    @property
    def told(self) -> tuple[PairField, ...]:
        """The fields that are not the same on both sides: those that differ, what only the other says, the rest."""
        unlike = (field for field in self.fields if field.relation in (DIFFERS, ONE_SIDE))
        return tuple(sorted(unlike, key=lambda field: (field.relation != DIFFERS, field.from_kept)))

    @property
    def same(self) -> tuple[PairField, ...]:
        return tuple(field for field in self.fields if field.relation == SAME)

    @property
    def missing(self) -> tuple[PairField, ...]:
        return tuple(field for field in self.fields if field.relation == NEITHER)


def view_pair(store: Store, first: str, second: str, settings: ReviewSettings, *, keep: str = "") -> PairView:
    """The pair with the candidate `keep` as the kept one; without it, the one that is the better to keep."""
    boards = sorted((lay_out(store, one, settings) for one in (first, second)), key=_worth, reverse=True)
    if keep and boards[0].known.id != keep:
        boards.reverse()
    kept, other = boards
    fields = tuple(
        _beside(guide, kept.field(guide.name), other.field(guide.name)) for guide in field_guides(settings.checklist)
    )
    return PairView(kept=kept, other=other, fields=fields)


def _worth(board: Board) -> tuple[bool, bool, int, int]:
    """What makes a candidate the one to keep: published, accepted, more values, more decided; its id does not change
    for whoever knows it."""
    reported = sum(bool(field.values) for field in board.fields)
    decided = sum(not field.open for field in board.fields)
    return board.record_id is not None, board.known.state.value in STANDING, reported, decided


def _beside(guide: FieldGuide, first: FieldView | None, second: FieldView | None) -> PairField:
    mine, theirs = _said(first), _said(second)
    if not mine and not theirs:
        relation = NEITHER
    elif mine == theirs:
        relation = SAME
    else:
        relation = DIFFERS if mine and theirs else ONE_SIDE
    decided = first is not None and not first.open
    return PairField(
        guide=guide, first=first, second=second, relation=relation, from_kept=bool(mine) or decided or not theirs
    )


def _said(field: FieldView | None) -> tuple[str, ...]:
    return tuple(sorted(plain(value) for value in field.values)) if field else ()
