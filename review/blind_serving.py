"""When a reviewer is given a blind review instead of the next candidate, unmarked: neither they nor we choose which."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from register.models import Candidate, ungrounded
from register.store import Store
from register.store.blind import BlindKind, BlindReview, DueReview, falls_in
from review.blind import give
from review.known_wrong import Source, make_wrong
from review.settings import ReviewSettings

AMONG = 30  # decided records that a known-wrong proposal is made of, or takes values from
OFTENEST = 0.5  # of what a reviewer is given, at most
REST = timedelta(minutes=20)  # before something that was left open is given again


def instead_of(home: Store, settings: ReviewSettings, *, reviewer: str, chosen: str | None) -> str | None:
    """What the reviewer is given: the candidate `chosen` for them, or the key of a blind review in its place.

    Stands in a transaction of the register. Where nothing else is left (`chosen` is None), what is due is given until
    none is. Known-wrong proposals come only in place of a candidate: they are a share of the work.
    """
    rules = settings.rules
    home.blind.lapse()
    if home.blind.undrawn():
        home.blind.draw(share=rules.second_review.share, pilots=settings.pilots)
    if kept := _left_open(home, reviewer, chosen):
        return kept.key
    if chosen and home.blind.was_given(reviewer, before=chosen):
        return chosen
    if review := _second(home, settings, reviewer, chosen) or _known_wrong(home, settings, reviewer, chosen):
        return review.key
    return chosen


def _left_open(home: Store, reviewer: str, chosen: str | None) -> BlindReview | None:
    """What the reviewer was given and left: again where nothing else is left, or after a rest by chance."""
    for review in home.blind.open_of(reviewer):
        rested = home.clock() - review.served_at > REST
        if chosen is None or (rested and falls_in(OFTENEST / 2, f"again {review.key} {chosen}")):
            return review
    return None


def _second(home: Store, settings: ReviewSettings, reviewer: str, chosen: str | None) -> BlindReview | None:
    """Twice as often as records are drawn, so that what is due does not pile up."""
    due = home.blind.due(reviewer, localities=home.assignments.of(reviewer))
    if due is None:
        return None
    share = 1.0 if due.locality in settings.pilots else settings.rules.second_review.share
    if chosen is not None and not falls_in(min(OFTENEST, 2 * share), f"second {reviewer} {chosen}"):
        return None
    draft = home.browse.revision(due.candidate_id, due.revision).draft
    return give(
        home,
        settings,
        about=due,
        kind=BlindKind.SECOND,
        draft=draft,
        reviewer=reviewer,
        before=chosen or "",
    )


def _known_wrong(home: Store, settings: ReviewSettings, reviewer: str, chosen: str | None) -> BlindReview | None:
    share = settings.rules.known_wrong.share
    if chosen is None or not falls_in(share, f"known wrong {reviewer} {chosen}"):
        return None
    chance = Random(f"{reviewer} {chosen}")  # noqa: S311 (no secret: which field is made wrong)
    ids = list(home.known_wrong.source_for(reviewer, among=AMONG))
    others = {one: draft for one in ids if (draft := as_decided(home, one)) is not None}
    for one in chance.sample(sorted(others), k=len(others)):
        known = home.queue.get(one)
        rest = [other for name, other in others.items() if name != one]
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
        review = give(
            home,
            settings,
            about=about,
            kind=BlindKind.KNOWN_WRONG,
            draft=spoilt.candidate,
            reviewer=reviewer,
            before=chosen,
        )
        home.known_wrong.note_wrong(review.key, spoilt.wrong)
        return review
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
