"""What was wrong on purpose, told to the reviewer who had it, and counted: was it noticed?"""

from __future__ import annotations

from dataclasses import dataclass

from register.codes.vocabulary import Status
from register.models import Value
from register.store import Store
from register.store.decisions.blind import BlindKind, BlindReview
from review.quality.known_wrong import WAYS
from review.queue.lifecycle import plain
from review.settings import ReviewSettings
from review.visit import Visit
from review.wording import field_guide, say, say_absence


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """A field that was wrong on purpose, and what became of it.

    `noticed` says whether the reviewer left it standing (False) or not (True); None where they rejected the record
    before they came to it. `mended` says that what they put in its place is what had been decided before.
    """

    reviewer: str
    field: str
    way: str
    wrong: Value
    right: Value
    right_status: Status
    noticed: bool | None
    mended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What the reviewer is told: the record's name and, of each field, its label and both values in words."""

    key: str
    name: str
    fields: tuple[tuple[str, str, str, str, bool | None], ...]  # label, wrong, right, why, noticed


def noticed(home: Store, review: BlindReview) -> tuple[Noticed, ...]:
    """What became of each wrong field when the reviewer first decided on the record."""
    answers = home.blind.answers(review.key, first_attempt=True)
    firsts = {one.field: one for one in answers if one.side == "first"}
    seconds = {one.field: one for one in answers if one.side == "second"}
    found = []
    for wrong in home.known_wrong.wrong_fields(review.key):
        right, said = firsts.get(wrong.field), seconds.get(wrong.field)
        if right is None:  # it was undone in the register meanwhile: nobody can say what is right
            continue
        left = said is not None and _same(said.value, wrong.wrong)
        found.append(
            Noticed(
                reviewer=review.reviewer,
                field=wrong.field,
                way=wrong.way,
                wrong=wrong.wrong,
                right=right.value,
                right_status=right.status,
                noticed=None if said is None else not left,
                mended=said is not None and said.status is right.status and _same(said.value, right.value),
            )
        )
    return tuple(found)


def all_noticed(home: Store) -> tuple[Noticed, ...]:
    """Every field that was wrong on purpose and that somebody has decided on."""
    return tuple(one for review in home.blind.all(BlindKind.KNOWN_WRONG) for one in noticed(home, review))


def lesson_of(visit: Visit) -> Lesson | None:
    """What to tell on the page that follows a decision, where that was about something wrong on purpose."""
    key = visit.request.query_params.get("after", "")
    review = visit.home.blind.find(key) if key and visit.session else None
    if review is None or review.kind is not BlindKind.KNOWN_WRONG or review.reviewer != visit.reviewer:
        return None
    return lesson(visit.home, visit.bench.settings, review) if review.state == "finished" else None


def lesson(home: Store, settings: ReviewSettings, review: BlindReview) -> Lesson:
    told = []
    for one in noticed(home, review):
        wrong, right = (", ".join(say(one.field, value, settings.codebook)) for value in (one.wrong, one.right))
        right = right or say_absence(one.field, one.right_status)
        told.append((field_guide(one.field, settings.checklist).label, wrong, right, WAYS[one.way], one.noticed))
    return Lesson(key=review.key, name=home.queue.get(review.candidate_id).draft.name, fields=tuple(told))


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return {plain(value) for value in one} == {plain(value) for value in other}
    return plain("" if one is None else str(one)) == plain("" if other is None else str(other))
