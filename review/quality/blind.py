"""Blind reviews: copies of decided records in a register of their own, and what comes of them.

A copy is a candidate as any other, in a file beside the register (`register.blind.db`) that nothing is published,
learned or counted from. The register itself keeps who has which copy, and what they answered.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from register.codes.vocabulary import Status
from register.models import RECORD, Candidate, Decision, DecisionVerdict, Fetch, RecordField
from register.serial import digest
from register.store import Store
from register.store.crawling.pages import PageVersion, ReadResult
from register.store.decisions.blind import BlindAnswer, BlindKind, BlindReview, DueReview
from register.store.queue.candidates import KnownCandidate
from register.store.queue.listing import QueueState
from review.queue.lifecycle import plain
from review.settings import ReviewSettings

DECIDED = (QueueState.ACCEPTED, QueueState.REJECTED)
KEY_BYTES = 8  # as many as the ids of candidates have, so that they look alike
NO_PASSWORD = "nobody signs in at the desk of copies"  # noqa: S105 (it is no hash, so no password fits it)


def desk_of(register: Path) -> Path:
    """The file of the copies that belong to a register."""
    return register.with_suffix(".blind.db")


def open_desk(settings: ReviewSettings) -> Store:
    """The register of copies; made where there is none yet."""
    return Store(desk_of(settings.register), clock=settings.clock)


def give(
    home: Store,
    desk: Store,
    *,
    about: DueReview,
    kind: BlindKind,
    draft: Candidate,
    reviewer: str,
    before: str,
) -> BlindReview:
    """Lays a copy of `draft` before the reviewer, with the page that it was drawn from, in place of the candidate
    `before`. Stands in a transaction of the register; the copy is there before the register names it."""
    key = secrets.token_hex(KEY_BYTES)
    version = home.pages.version(home.browse.revision(about.candidate_id, about.revision).version_id)
    page = home.pages.get(draft.locality, draft.page_url)
    with desk.transaction():
        _know_users(home, desk)
        page_id, version_id = _lay_page(desk, draft, version, title=page.title, page_kind=page.kind)
        _lay_words_from_elsewhere(home, desk, draft, version)
        run_id = desk.runs.start("blind", draft.locality)
        desk.queue.add(replace(draft, key=key), page_id=page_id, version_id=version_id, run_id=run_id)
        desk.runs.finish(run_id, verdict="healthy", finish_reason="finished", counts={})
    review = BlindReview(
        key=key,
        kind=kind,
        candidate_id=about.candidate_id,
        revision=about.revision,
        decision_id=about.decision_id,
        locality=about.locality,
        reviewer=reviewer,
        before_id=before,
        served_at=home.clock(),
    )
    home.blind.add(review)
    return review


def _know_users(home: Store, desk: Store) -> None:
    known = {user.name for user in desk.users.all()}
    for user in home.users.all():
        if user.name not in known:
            desk.users.put(user.name, role=user.role, password_hash=NO_PASSWORD)


def _lay_page(desk: Store, draft: Candidate, version: PageVersion, *, title: str, page_kind: str) -> tuple[int, int]:
    """The page as that version has it; its bytes stay where they are, in the archive of both registers."""
    fetch = Fetch(
        url=draft.page_url,
        final_url=draft.page_url,
        status=200,
        fetched_at=version.fetched_at,
        content_type=version.content_type,
        archive=version.archive,
        offset=version.archive_offset,
    )
    bytes_of = digest(f"{version.archive} {version.archive_offset} {version.text_hash}")
    page = desk.pages.note_fetch(draft.locality, fetch, body_hash=bytes_of)
    reading = ReadResult(text=version.text, text_hash=version.text_hash, title=title, kind=page_kind)
    return page.id, desk.pages.note_reading(page, reading)


def _lay_words_from_elsewhere(home: Store, desk: Store, draft: Candidate, version: PageVersion) -> None:
    """The words of other pages on which the draft rests, so that its quotes can be kept in an edit."""
    for url in sorted({one.page for field in draft.fields for one in field.evidence if one.page}):
        words = home.pages.words_of(url)
        if words == desk.pages.words_of(url):
            continue
        fetch = Fetch(url=url, final_url=url, status=200, fetched_at=version.fetched_at)
        page = desk.pages.note_fetch(draft.locality, fetch, body_hash=digest(words))
        desk.pages.note_reading(page, ReadResult(text=words, text_hash=digest(words), title="", kind=""))


def take_note(home: Store, desk: Store, review: BlindReview) -> BlindReview:
    """Brings the register up to date with the copy: finished with the answers, or open again after an undo."""
    known = desk.queue.find(review.key)
    decided = known is not None and known.state in DECIDED
    if known is None or decided == (review.state == "finished"):
        return review
    with home.transaction():
        standing = home.blind.get(review.key)
        if standing.state != review.state:
            return standing
        if decided:
            _finish(home, desk, review, known)
        else:
            home.blind.set_state(review.key, "open")
            home.disputes.put(review.key, review.candidate_id, ())
        return home.blind.get(review.key)


def _finish(home: Store, desk: Store, review: BlindReview, known: KnownCandidate) -> None:
    firsts = answers_of_first(home, review)
    if review.kind is BlindKind.KNOWN_WRONG:
        wrong = {one.field for one in home.known_wrong.wrong_fields(review.key)}
        firsts = tuple(one for one in firsts if one.field in wrong)
    seconds = _answers(desk, known, side="second", whole=_last_on_record(desk, known.id))
    home.blind.keep_answers(review.key, (*firsts, *seconds))
    home.blind.set_state(review.key, "finished")
    if review.kind is BlindKind.SECOND:
        home.disputes.put(review.key, review.candidate_id, disputed(firsts, seconds))
    home.audit.note(review.reviewer, "blind review", review.candidate_id, after=known.state.value)


def answers_of_first(home: Store, review: BlindReview) -> tuple[BlindAnswer, ...]:
    """What stands of the decisions that the blind review is about; fields that the page changed since left out."""
    known = home.queue.get(review.candidate_id)
    whole = home.decisions.get(review.decision_id)
    answers = _answers(home, known, side="first", whole=whole)
    later = {field.name for field in home.queue.fields(known.id) if field.revision > review.revision}
    return tuple(
        one
        for one in answers
        if one.field not in later and (one.field != RECORD or known.state is not QueueState.UNDECIDED)
    )


def _last_on_record(desk: Store, key: str) -> Decision:
    history = desk.decisions.history(key)
    return next(d for d in reversed(history) if d.field == RECORD and d.verdict is not DecisionVerdict.UNDO)


def _answers(store: Store, known: KnownCandidate, *, side: str, whole: Decision) -> tuple[BlindAnswer, ...]:
    record = BlindAnswer(
        side=side,
        reviewer=whole.reviewer,
        field=RECORD,
        verdict=whole.verdict.value,
        status=Status.NOT_APPLICABLE,
        value=None,
        evidence=(),
        comment=whole.comment,
        decided_at=whole.decided_at,
    )
    states = {field.name: field.state for field in store.queue.fields(known.id)}
    comments = {d.field: d.comment for d in store.decisions.history(known.id)}
    decided = (field for field, decision in store.records.decided_fields(known.id) if decision)
    return (record, *(_answer(field, side, states[field.name], comments.get(field.name, "")) for field in decided))


def _answer(field: RecordField, side: str, verdict: str, comment: str) -> BlindAnswer:
    return BlindAnswer(
        side=side,
        reviewer=field.verified_by,
        field=field.name,
        verdict=verdict,
        status=field.status,
        value=field.value,
        evidence=field.evidence,
        comment=comment,
        decided_at=field.verified_at,
    )


def disputed(firsts: Collection[BlindAnswer], seconds: Collection[BlindAnswer]) -> tuple[str, ...]:
    """The fields on which both sides said something and not the same; where one of them rejected the whole record,
    only that, for the rest is idle until it is settled; where both did, nothing."""
    theirs = {one.field: one for one in seconds}
    if all(one.verdict == DecisionVerdict.REJECT.value for one in (*firsts, *seconds) if one.field == RECORD):
        return ()
    differ = tuple(one.field for one in firsts if one.field in theirs and not alike(one, theirs[one.field]))
    return (RECORD,) if RECORD in differ else differ


def alike(one: BlindAnswer, other: BlindAnswer) -> bool:
    """Whether two answers say the same: of texts, whether one holds the words of the other; of many values, whether
    they are the same ones."""
    if one.field == RECORD:
        return one.verdict == other.verdict
    if one.status is not other.status:
        return False
    if isinstance(one.value, tuple) and isinstance(other.value, tuple):
        return {plain(v) for v in one.value} == {plain(v) for v in other.value}
    if one.field.startswith("tidier."):
        words = plain(str(one.value)), plain(str(other.value))
        return words[0] in words[1] or words[1] in words[0]
    return one.value == other.value
