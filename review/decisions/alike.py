"""One host changed alike on many records: the same change of the same fields is one group, and one decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from register.codes.vocabulary import FIELD_NAMES, Status
from register.hosts import host_of
from register.models import RECORD, DecisionVerdict, Value
from register.serial import digest
from register.store.decisions.batches import StepKind
from register.store.queue.changes import ChangedNow
from review.decisions.batch_rules import ALIKE
from review.decisions.batches import decide_as_part, seen_now
from review.decisions.decide import Answer, Seen
from review.queue.lifecycle import plain
from review.visit import Visit

FEWEST = 2  # records that make a group
LOST = "lost"  # what the key of a change says where the field is no longer there, whatever it was


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeGroup:
    """Records of one host whose `fields` changed in the same way: `changes` holds each change of each record, by field
    in reviewing order, and `records` one change of each record."""

    key: str
    host: str
    fields: tuple[str, ...]
    changes: dict[str, tuple[ChangedNow, ...]]

    @property
    def records(self) -> tuple[ChangedNow, ...]:
        return self.changes[self.fields[0]]


def group_alike(changed: Iterable[ChangedNow]) -> tuple[AlikeGroup, ...]:
    """The groups, those of most records first. A record stands in several where it changed in several ways."""
    alike: dict[tuple[str, tuple[str, ...]], list[ChangedNow]] = defaultdict(list)
    for one in changed:
        alike[host_of(one.page_url), key_of(one)].append(one)
    together: dict[tuple[str, tuple[str, ...]], list[tuple[ChangedNow, ...]]] = defaultdict(list)
    for (host, _), same in alike.items():
        if len(same) >= FEWEST:
            together[host, tuple(one.candidate for one in same)].append(tuple(same))
    groups = [_group(host, changes) for (host, _), changes in together.items()]
    return tuple(sorted(groups, key=lambda group: (-len(group.records), group.host, group.key)))


def key_of(one: ChangedNow) -> tuple[str, ...]:
    """Two changes with the same key are the same change: of one field, from one value to another, or to nothing."""
    if one.now.status is not Status.REPORTED:
        return (one.field, LOST, one.now.status.value)
    return (one.field, one.status.value, _said(one.value), _said(one.now.value))


def _said(value: Value) -> str:
    if isinstance(value, tuple):
        return "\n".join(sorted(plain(one) for one in value))
    return plain("" if value is None else str(value))


def _group(host: str, changes: Sequence[tuple[ChangedNow, ...]]) -> AlikeGroup:
    by_field = {same[0].field: same for same in changes}
    fields = tuple(sorted(by_field, key=FIELD_NAMES.index))
    keys = [part for name in fields for part in key_of(by_field[name][0])]
    return AlikeGroup(key=digest("\n".join([host, *keys]))[:16], host=host, fields=fields, changes=by_field)


def decide_alike(
    visit: Visit, group: AlikeGroup, agreed: Sequence[Seen], verdict: DecisionVerdict, *, said: str
) -> int:
    """Decides on the group's fields of each record that still is as it was seen, all in one transaction, and accepts
    the records of which nothing else is open; gives the id of the batch by which it is undone."""
    store = visit.store
    with store.transaction():
        batch = store.batches.open(ALIKE.name, said=said, reviewer=visit.reviewer)
        members = {one.candidate: one for one in group.records}
        done = 0
        for seen in agreed:
            member = members.get(seen.candidate)
            if member is None:
                continue
            why = _decide_member(visit, batch, group, member, seen, Answer(field="", verdict=verdict, comment=said))
            done += not why
        told = f"{done} records of {group.host}: {', '.join(group.fields)} {verdict.value}"
        store.audit.note(visit.reviewer, "batch alike", f"batch {batch}", after=told)
    return batch


def _decide_member(visit: Visit, batch: int, group: AlikeGroup, member: ChangedNow, seen: Seen, answer: Answer) -> str:
    """Why the record is left ("" where it was decided): it is all of it or nothing."""
    store = visit.store
    if seen_now(store, member.candidate, member.revision) != seen:
        why = "it changed, or somebody decided on it, since the list was made"
        store.batches.note(batch, member.candidate, StepKind.LEFT, why=why)
        return why
    whole = member.open_fields == len(group.fields)
    if whole and answer.verdict is DecisionVerdict.APPROVE:
        answers = [replace(answer, field=RECORD)]
    else:
        answers = [replace(answer, field=name) for name in group.fields]
        answers += [Answer(field=RECORD, verdict=DecisionVerdict.APPROVE)] if whole else []
    for place, one in enumerate(answers):
        at = Seen(candidate=seen.candidate, revision=seen.revision, decisions=seen.decisions + place)
        if why := decide_as_part(visit, batch, at, one):
            store.batches.note(batch, member.candidate, StepKind.LEFT, why=why)
            return why
    return ""
