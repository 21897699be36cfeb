"""What a person approved before the page changed, and how two drafts of a candidate differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from register.codes.codebook import Codebook
from register.codes.vocabulary import FIELD_NAMES, Status
from register.models import Candidate, Decision, DecisionVerdict, Evidence, Value
from register.store import Store
from register.store.queue.candidates import FieldState, KnownCandidate
from register.store.queue.listing import QueueState
from review.wording import say, say_absence


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierValue:
    """A field's value as it was last approved: in words, with its quotes, by whom and when. `stated` says that there
    was one; else the words say that there was none."""

    stated: bool
    values: tuple[str, ...]
    quotes: tuple[str, ...]
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedField:
    """A field of which two drafts say different things, each in words."""

    name: str
    before: tuple[str, ...]
    now: tuple[str, ...]


def earlier_values(
    store: Store,
    known: KnownCandidate,
    standing: Mapping[str, FieldState],
    history: Sequence[Decision],
    codebook: Codebook,
) -> dict[str, EarlierValue]:
    """For a reopened candidate, what was approved of each field that is open again: from its record, else from the
    last decision on it."""
    if known.state is not QueueState.REOPENED:
        return {}
    reopened = [name for name, state in standing.items() if state.state == "open"]
    record_id = store.records.id_of_candidate(known.id)
    if record_id:
        record = store.records.get(record_id)
        return {
            field.name: _earlier(
                field.name, field.value, field.evidence, field.verified_by, field.verified_at, codebook
            )
            for field in record.fields
            if field.name in reopened
        }
    drafts: dict[int, Candidate] = {}
    return {
        name: found for name in reopened if (found := _from_history(store, name, history, drafts, codebook)) is not None
    }


def _from_history(
    store: Store, name: str, history: Sequence[Decision], drafts: dict[int, Candidate], codebook: Codebook
) -> EarlierValue | None:
    last = next((d for d in reversed(history) if d.field == name and d.verdict is not DecisionVerdict.UNDO), None)
    if last is None:
        return None
    value, evidence = last.value, last.evidence
    if last.verdict is DecisionVerdict.APPROVE:
        if last.revision not in drafts:
            drafts[last.revision] = store.browse.revision(last.candidate, last.revision).draft
        field = next((f for f in drafts[last.revision].fields if f.name == name), None)
        value, evidence = (field.value, field.evidence) if field else (None, ())
    return _earlier(name, value, evidence, last.reviewer, last.decided_at, codebook)


def _earlier(
    name: str, value: Value, evidence: tuple[Evidence, ...], by: str, at: datetime, codebook: Codebook
) -> EarlierValue:
    values = say(name, value, codebook) or (say_absence(name, Status.NOT_REPORTED),)
    quotes = tuple(dict.fromkeys(one.quote for one in evidence))
    return EarlierValue(stated=value is not None, values=values, quotes=quotes, decided_by=by, decided_at=at)


def compare_drafts(before: Candidate, now: Candidate, codebook: Codebook) -> tuple[ChangedField, ...]:
    """The fields that two drafts of one candidate fill differently, in reviewing order."""
    old = {field.name: field for field in before.fields}
    new = {field.name: field for field in now.fields}
    changed = []
    for name in FIELD_NAMES:
        was, is_now = old.get(name), new.get(name)
        values = tuple(say(name, field.value, codebook) if field else () for field in (was, is_now))
        statuses = tuple(field.status if field else Status.NOT_EXTRACTED for field in (was, is_now))
        if (values[0], statuses[0]) != (values[1], statuses[1]):
            said = tuple(v or (say_absence(name, s),) for v, s in zip(values, statuses, strict=True))
            changed.append(ChangedField(name=name, before=said[0], now=said[1]))
    return tuple(changed)


def decisions_since(history: Sequence[Decision], seen: int, *, by_others_than: str) -> tuple[Decision, ...]:
    """Decisions of other people among those made after the first `seen` of the history."""
    return tuple(d for d in history[seen:] if d.reviewer != by_others_than)
