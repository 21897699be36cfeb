"""The queue's lifecycle: what is done with a candidate that is seen again, as one pure function."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from register.models import Candidate, DraftField
from register.store.listing import QueueState
from register.store.queue import KnownCandidate


class Action(StrEnum):
    ADD = "add"
    TOUCH = "touch"
    REFRESH = "refresh"  # a new revision with the same values, so that quotes stand where they do now
    REPLACE = "replace"
    KEEP_AND_REPORT = "keep_and_report"
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


def next_action(known: KnownCandidate | None, seen: Candidate | None, *, page_text: str = "") -> QueueAction:
    """What the queue does with a candidate, by what it was and what a healthy run saw of it.

    | seen again                               | undecided        | accepted                   | rejected     |
    |------------------------------------------|------------------|----------------------------|--------------|
    | nothing changed                          | touch            | touch                      | touch        |
    | page changed, draft same                 | refresh text     | touch                      | touch        |
    | draft changed, page same (rules changed) | replace in place | keep, list in drift report | touch        |
    | both changed                             | replace in place | re-open the touched fields | new revision |
    | not seen in a healthy run                | mark missing     | mark missing               | nothing      |

    `page_text` is the whole text of the page that `seen` was drawn from. A reopened candidate counts as accepted. Of an
    undecided one, fields that a person decided already are replaced only where the page touched them.
    """
    if seen is None:
        gone = known is not None and known.state is not QueueState.REJECTED
        return QueueAction(action=Action.MARK_MISSING if gone else Action.NOTHING)
    if known is None:
        return QueueAction(action=Action.ADD)
    difference = compare(known, seen, page_text=page_text)
    if known.state is QueueState.UNDECIDED:
        return _for_undecided(difference)
    if known.state is QueueState.REJECTED:
        return QueueAction(action=Action.REQUEUE if difference.touched else Action.TOUCH)
    if difference.touched:
        return QueueAction(action=Action.REOPEN, fields=difference.touched, drifted=difference.drifted)
    if difference.drifted:
        return QueueAction(action=Action.KEEP_AND_REPORT, drifted=difference.drifted)
    return QueueAction(action=Action.TOUCH)


def _for_undecided(difference: Difference) -> QueueAction:
    if difference.touched or difference.drifted:
        return QueueAction(action=Action.REPLACE, fields=difference.touched, drifted=difference.drifted)
    return QueueAction(action=Action.REFRESH if difference.page_changed else Action.TOUCH)


def compare(known: KnownCandidate, seen: Candidate, *, page_text: str) -> Difference:
    """Which fields differ, and whether the page's own words are why.

    A field is touched where a quote of the known draft has left the page, or a quote of the new one was not on it
    before; a field that differs with all its quotes on both texts has drifted: we read the same words otherwise.
    """
    page_changed = known.draft.text_hash != seen.text_hash
    before = {field.name: field for field in known.draft.fields}
    old_text, new_text = plain(known.page_text), plain(page_text)
    touched: set[str] = set()
    drifted: set[str] = set()
    for field in seen.fields:
        was = before.get(field.name)
        if was is not None and signature(was) == signature(field):
            continue
        moved = was is None or _left(was, new_text) or _left(field, old_text)
        (touched if page_changed and moved else drifted).add(field.name)
    return Difference(page_changed=page_changed, touched=frozenset(touched), drifted=frozenset(drifted))


def _left(field: DraftField, text: str) -> bool:
    return any(plain(evidence.quote) not in text for evidence in field.evidence)


def signature(field: DraftField) -> tuple[str, str]:
    """What a field says, free of case, punctuation, spacing and the order of its values."""
    if isinstance(field.value, tuple):
        return field.status.value, "\n".join(sorted(plain(value) for value in field.value))
    return field.status.value, plain("" if field.value is None else str(field.value))


def plain(text: str) -> str:
    """The words of `text`, lower case, one space apart: cosmetic edits do not show in it."""
    return " ".join(re.findall(r"[^\W_]+|£|%", text.casefold()))
