"""The queue's lifecycle: what is done with a candidate that is seen again, as one pure function."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from register.codes.vocabulary import Status
from register.models import Candidate, DraftField, Evidence
from register.staleness.passing import Passing
from register.store.queue.approved import Approved
from register.store.queue.candidates import KnownCandidate
from register.store.queue.listing import QueueState
from review.queue.literals import literals_that_changed
from review.queue.neighbourhood import NO_FURNITURE, Change, Furniture, PageWords, change_of, words_of

NOTHING_PASSES = Passing()
SENTENCES = "tidier."  # fields whose values are the words of their quotes


class Action(StrEnum):
    ADD = "add"
    TOUCH = "touch"
    REFRESH = "refresh"  # a new revision with the same values, so that quotes stand where they do now
    REPLACE = "replace"
    KEEP_AND_REPORT = "keep_and_report"
    MOVE = "move"  # the same on another page: it stands there from now on, and nothing is opened
    REOPEN = "reopen"
    REQUEUE = "requeue"
    MARK_MISSING = "mark_missing"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueAction:
    """What to do, and the fields that it is done to; `drifted` fields differ by our rules, not by the page."""

    action: Action
    fields: frozenset[str] = frozenset()
    drifted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How a draft seen now differs from the one known: fields whose evidence moved, and fields that merely drifted."""

    page_changed: bool
    touched: frozenset[str] = frozenset()
    drifted: frozenset[str] = frozenset()


def next_action(
    known: KnownCandidate | None,
    seen: Candidate | None,
    *,
    page_text: str = "",
    approved: Mapping[str, Approved] | None = None,
    passing: Passing = NOTHING_PASSES,
    furniture: Furniture = NO_FURNITURE,
) -> QueueAction:
    """What the queue does with a candidate, by what it was and what a healthy run saw of it.

    | seen again                               | undecided        | accepted                   | rejected     |
    |------------------------------------------|------------------|----------------------------|--------------|
    | nothing changed                          | touch            | touch                      | touch        |
    | page changed, draft same                 | refresh text     | touch                      | touch        |
    | draft changed, page same (rules changed) | replace in place | keep, list in drift report | touch        |
    | both changed                             | replace in place | re-open the touched fields | new revision |
    | not seen in a healthy run                | mark missing     | mark missing               | nothing      |

    What is seen on another page than the known draft takes that page with it: where else it would be touched, it moves.
    `page_text` is the whole text of the page that `seen` was drawn from. A reopened candidate counts as accepted. Of an
    undecided one, fields that a person decided already are replaced only where the page touched them.
    """
    if seen is None:
        gone = known is not None and known.state is not QueueState.REJECTED
        return QueueAction(action=Action.MARK_MISSING if gone else Action.NOTHING)
    if known is None:
        return QueueAction(action=Action.ADD)
    difference = compare(known, seen, page_text=page_text, approved=approved, passing=passing, furniture=furniture)
    moved = known.draft.page_url != seen.page_url
    if known.state is QueueState.UNDECIDED:
        return _for_undecided(difference, moved=moved)
    if known.state is QueueState.REJECTED:
        unmoved = Action.MOVE if moved else Action.TOUCH
        return QueueAction(action=Action.REQUEUE if difference.touched else unmoved)
    return _for_accepted(difference, moved=moved)


def _for_accepted(difference: Difference, *, moved: bool) -> QueueAction:
    if difference.touched:
        return QueueAction(action=Action.REOPEN, fields=difference.touched, drifted=difference.drifted)
    if moved:
        return QueueAction(action=Action.MOVE, drifted=difference.drifted)
    if difference.drifted:
        return QueueAction(action=Action.KEEP_AND_REPORT, drifted=difference.drifted)
    return QueueAction(action=Action.TOUCH)


def _for_undecided(difference: Difference, *, moved: bool) -> QueueAction:
    if difference.touched or difference.drifted:
        return QueueAction(action=Action.REPLACE, fields=difference.touched, drifted=difference.drifted)
    return QueueAction(action=Action.REFRESH if difference.page_changed or moved else Action.TOUCH)


def compare(
    known: KnownCandidate,
    seen: Candidate,
    *,
    page_text: str,
    approved: Mapping[str, Approved] | None = None,
    passing: Passing = NOTHING_PASSES,
    furniture: Furniture = NO_FURNITURE,
) -> Difference:
    """Which fields differ, and whether the page's own words are why.

    A field is compared with what stands of it (`approved`), where that is known, else with the known draft. It is
    touched where the words that a value rests on left their place on the page, or a new value rests on words that were
    not there before; a field that differs with all its words in place has drifted: we read the same words otherwise.
    A telephone, price or the like that came or left touches its field even where reading passed over it. Of sentences,
    the words that a new layout of the whole host brought or took (`furniture`) count for nothing.
    """
    drafts = {field.name: field for field in known.draft.fields}
    touched: set[str] = set()
    drifted: set[str] = set()
    for field in seen.fields:
        stands = (approved or {}).get(field.name)
        drafted = drafts.get(field.name)
        before = stands or drafted
        if before is None:
            touched.add(field.name)
            continue
        text = stands.text if stands else known.page_text
        moved = _moved(before, field, text, page_text, passing, furniture)
        if moved is not None and stands is not None and stands.edited:
            # The machine never said what a person wrote: what counts is what it said, and that person's own quotes.
            own = change_of(text, page_text, passing)
            said = drafted and _moved(drafted, field, known.page_text, page_text, passing, furniture)
            moved = bool(said) or any(map(own.left, stands.evidence))
        if moved is not None:
            (touched if moved else drifted).add(field.name)
    whole = change_of(known.page_text, page_text, passing)
    if not whole.none:
        telling = literals_that_changed(known.page_text, known.draft.spans, page_text, seen.spans, whole)
        touched |= telling & drafts.keys()
    page_changed = known.draft.text_hash != seen.text_hash
    drifted -= touched
    return Difference(page_changed=page_changed, touched=frozenset(touched), drifted=frozenset(drifted))


def _moved(
    before: DraftField | Approved, now: DraftField, old: str, new: str, passing: Passing, furniture: Furniture
) -> bool | None:
    """As `differ`, with a new layout's furniture set aside: from sentences altogether, from facts as far as any words
    are left that they rest on."""
    aside = differ(before, now, change_of(old, new, passing, furniture))
    if furniture == NO_FURNITURE or now.name.startswith(SENTENCES):
        return aside
    whole = differ(before, now, change_of(old, new, passing))
    return False if whole and aside is False else whole


def differ(before: DraftField | Approved, now: DraftField, change: Change) -> bool | None:
    """Whether two readings of a field differ because its words on the page changed; None where they say the same."""
    if signature(before) == signature(now):
        return None
    was, is_now = _parts(before, change.before), _parts(now, change.now)
    if was.keys() == is_now.keys():
        return None
    left = (one for key in was.keys() - is_now.keys() for one in was[key])
    came = (one for key in is_now.keys() - was.keys() for one in is_now[key])
    return any(map(change.left, left)) or any(map(change.came, came))


def _parts(field: DraftField | Approved, words: PageWords) -> dict[str, tuple[Evidence, ...]]:
    """The quotes behind each thing that the field says: each value of many, else each quote of a text. What rests on
    words that tell of the visit alone is left out."""
    if field.status is not Status.REPORTED:
        return {}
    own = [one for one in field.evidence if one.page or words.said(one.start, one.end)]
    if field.evidence and not own:
        return {}
    if isinstance(field.value, tuple):
        told = {value: tuple(e for e in own if e.supports in ("", value)) for value in field.value}
        bare = {value for value in told if not told[value] and _passed(field, value)}
        return {_key(value): quotes for value, quotes in told.items() if value not in bare}
    if isinstance(field.value, str) and field.name.startswith(SENTENCES):
        return {" ".join(_said(one, words)): (one,) for one in own if not _is_furniture(one, words)}
    return {_key("" if field.value is None else str(field.value)): tuple(own)}


def _key(value: str) -> str:
    return " ".join(words_of(value, NOTHING_PASSES).words) or plain(value)


def _is_furniture(evidence: Evidence, words: PageWords) -> bool:
    """Whether half of a quote's words and more were set aside: every page of the host says it now."""
    said = len(words.said(evidence.start, evidence.end))
    return not evidence.page and 2 * said < len(words_of(evidence.quote, NOTHING_PASSES).words)


def _passed(field: DraftField | Approved, value: str) -> bool:
    """Whether quotes were found for that value, all of them among the words that pass."""
    return any(one.supports == value for one in field.evidence)


def _said(evidence: Evidence, words: PageWords) -> tuple[str, ...]:
    return words_of(evidence.quote, NOTHING_PASSES).words if evidence.page else words.said(evidence.start, evidence.end)


def signature(field: DraftField | Approved) -> tuple[str, str]:
    """What a field says, free of case, punctuation, spacing and the order of its values."""
    if isinstance(field.value, tuple):
        return field.status.value, "\n".join(sorted(plain(value) for value in field.value))
    return field.status.value, plain("" if field.value is None else str(field.value))


def plain(text: str) -> str:
    """The words of `text`, lower case, one space apart: cosmetic edits do not show in it."""
    return " ".join(re.findall(r"[^\W_]+|£|%", text.casefold()))
