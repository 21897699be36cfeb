"""When a reviewer is given a blind review instead of the next candidate, unmarked: neither they nor we choose which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from register.grounding import ungrounded
from register.models import Candidate
from register.store import Store
from register.store.decisions.blind import BlindKind, BlindReview, DueReview, falls_in
from register.store.decisions.known_wrong import WrongField
from register.store.queue.listing import QueueState
from review.quality.blind import give
from review.quality.known_wrong import Source, make_wrong
from review.settings import ReviewSettings
from review.visit import Visit

AMONG = 30  # decided records that a known-wrong proposal is made of, or takes values from
OFTENEST = 0.5  # of what a reviewer is given, at most
LEAST = 0.05  # the share where second reviews were asked for by hand
WAITS = (QueueState.UNDECIDED, QueueState.REOPENED)
REST = timedelta(minutes=20)  # before something that was left open is given again


def instead_of(visit: Visit, chosen: str | None) -> str | None:
    """What the reviewer is given: the candidate `chosen` for them, or the key of a blind review in its place.

    Stands in a transaction of the register. Where nothing else is left (`chosen` is None), what is due is given until
    none is. Known-wrong proposals come only in place of a candidate: they are a share of the work.
    """
    home, settings, reviewer = visit.home, visit.bench.settings, visit.reviewer
    home.blind.lapse()
    if home.blind.undrawn():
        home.blind.draw(share=settings.rules.second_review.share, pilots=settings.pilots)
    if kept := _left_open(visit, chosen):
        return kept.key
    if chosen and home.blind.was_given(reviewer, before=chosen):
        return chosen
    work = _second(home, settings, reviewer, chosen) or _known_wrong(home, settings, reviewer, chosen)
    if work is None:
        return chosen
    if visit.blind:  # the register of copies is open, and may be in a transaction
        return _give(home, visit.store, work, reviewer, chosen)
    with visit.bench.copies.lend() as desk:
        return _give(home, desk, work, reviewer, chosen)


def back_from(visit: Visit) -> str | None:
    """The candidate in whose place the copy stood that the reviewer comes from, where it still waits for them."""
    if visit.blind is None or not visit.blind.before_id:
        return None
    known, lease = visit.home.queue.find(visit.blind.before_id), visit.home.leases.of(visit.blind.before_id)
    free = lease is None or lease.holder == visit.reviewer
    return known.id if known and known.state in WAITS and free else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What is to be copied; `wrong` are the fields that are wrong in it on purpose."""

    about: DueReview
    draft: Candidate
    wrong: tuple[WrongField, ...] = ()


def _give(home: Store, desk: Store, work: _Work, reviewer: str, chosen: str | None) -> str:
    kind = BlindKind.KNOWN_WRONG if work.wrong else BlindKind.SECOND
    before = chosen or ""
    review = give(home, desk, about=work.about, kind=kind, draft=work.draft, reviewer=reviewer, before=before)
    home.known_wrong.note_wrong(review.key, work.wrong)
    return review.key


def _left_open(visit: Visit, chosen: str | None) -> BlindReview | None:
    """What the reviewer was given and left: again where nothing else is left, or after a rest by chance."""
    home, here = visit.home, visit.blind.key if visit.blind else ""
    for review in home.blind.open_of(visit.reviewer):
        if review.key == here:  # it is being decided or skipped now
            continue
        rested = home.clock() - review.served_at > REST
        if chosen is None or (rested and falls_in(OFTENEST / 2, f"again {review.key} {chosen}")):
            return review
    return None


def _second(home: Store, settings: ReviewSettings, reviewer: str, chosen: str | None) -> _Work | None:
    """Twice as often as records are drawn, so that what is due does not pile up."""
    due = home.blind.due(reviewer, localities=home.assignments.of(reviewer))
    if due is None:
        return None
    share = 1.0 if due.locality in settings.pilots else max(LEAST, settings.rules.second_review.share)
    if chosen is not None and not falls_in(min(OFTENEST, 2 * share), f"second {reviewer} {chosen}"):
        return None
    return _Work(about=due, draft=home.browse.revision(due.candidate_id, due.revision).draft)


def _known_wrong(home: Store, settings: ReviewSettings, reviewer: str, chosen: str | None) -> _Work | None:
    share = settings.rules.known_wrong.share
    if chosen is None or not falls_in(share, f"known wrong {reviewer} {chosen}"):
        return None
    chance = Random(f"{reviewer} {chosen}")  # noqa: S311 (no secret: which field is made wrong)
    ids = list(home.known_wrong.source_for(reviewer, among=AMONG))
    others = {one: draft for one in ids if (draft := as_decided(home, one)) is not None}
    for one in chance.sample(sorted(others), k=len(others)):
        known = home.queue.get(one)
        rest = [other for name, other in others.items() if name != one] + [*home.known_wrong.on_same_page(one)]
        source = Source(candidate=others[one], text=known.page_text, others=rest, codebook=settings.codebook)
        spoilt = make_wrong(source, chance=chance)
        if spoilt is None:
            continue
        about = DueReview(
            decision_id=home.blind.last_on_record(one),
            candidate_id=one,
            revision=known.revision,
            locality=known.draft.locality,
        )
        return _Work(about=about, draft=spoilt.candidate, wrong=spoilt.wrong)
    return None


def as_decided(home: Store, candidate_id: str) -> Candidate | None:
    """The candidate's draft with every field as it was decided; None where a quote of it is not on the page now."""
    known = home.queue.get(candidate_id)
    decided = {field.name: field for field, decision in home.records.decided_fields(candidate_id) if decision}
    fields = tuple(
        replace(f, status=d.status, value=d.value, evidence=d.evidence) if (d := decided.get(f.name)) else f
        for f in known.draft.fields
    )
    if ungrounded(known.page_text, fields):
        return None
    return replace(known.draft, fields=fields)
