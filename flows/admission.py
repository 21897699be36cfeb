"""Admits a host's drafted pages to the queue: each candidate gets what the lifecycle table says, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from extract.language import is_unread
from flows.gathering import HTTP_NOT_MODIFIED
from flows.health import GONE, Doubt
from flows.host_drafts import NO_PAGE, HostDraft, seen_as
from flows.repeats import Admissible, once_each
from flows.revisits import Revisits, class_of, due_after
from register.models import Candidate, Fetch, Page, PageReading
from register.store import Store
from register.store.pages import ReadResult, Standing, StoredPage
from register.store.runs import Finding, FindingKind, Issue
from register.vocabulary import Cause, PageKind
from review.lifecycle import Action, QueueAction, next_action

if TYPE_CHECKING:
    from flows.drafting import DraftedPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """What was admitted: counts by action, ids of the candidates seen, addresses of the pages that were read and are
    believed, and what there is to tell by name."""

    counts: Counter[str] = field(default_factory=Counter)
    seen: frozenset[str] = frozenset()
    believed: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()

    def __add__(self, other: Admitted) -> Admitted:
        return Admitted(
            counts=self.counts + other.counts,
            seen=self.seen | other.seen,
            believed=self.believed | other.believed,
            findings=self.findings + other.findings,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What admission needs beside the host's drafts: `rules` is the digest of those that drafted them."""

    store: Store
    locality: str
    run_id: str
    rules: str
    revisits: Revisits
    standings: Mapping[str, Standing]
    now: datetime


def admit_host(desk: Desk, draft: HostDraft, doubt: Doubt | None) -> Admitted:
    """Keeps what the host gave, all of it or none.

    Of a doubted host, what was drafted is left out: its pages keep their last good state, and only those that are the
    same as before count as seen.
    """
    store = desk.store
    with store.transaction():
        unread = [page.reading.page for page in draft.drafted if is_unread(page.reading.page)]
        for issue in (*draft.issues, *(_issue(fetch) for fetch in draft.failed), *map(_unread, unread)):
            store.runs.note_issue(desk.run_id, issue)
        admitted = _touch_same(desk, draft)
        if doubt is None:
            admitted += _admit_drafted(desk, draft)
        else:
            _keep_as_it_was(desk, draft, doubt)
        _note_failed(desk, draft)
    return admitted + Admitted(counts=Counter(failed_pages=len(draft.failed)))


def mark_missing(store: Store, expected: Iterable[str], *, seen: frozenset[str]) -> tuple[Finding, ...]:
    """Marks candidates that a believed run should have seen and did not; gives those that were not missing before."""
    found: list[Finding] = []
    for candidate_id in expected:
        if candidate_id in seen:
            continue
        known = store.queue.get(candidate_id)
        if known.missing_since is None and next_action(known, None).action is Action.MARK_MISSING:
            store.queue.mark_missing(candidate_id)
            kind, draft = FindingKind.MISSING_SERVICE, known.draft
            found.append(Finding(kind=kind, name=draft.name, url=draft.page_url))
    return tuple(found)


def _unread(page: Page) -> Issue:
    """A page that nobody may guess at: somebody who reads its language is asked to."""
    message = f"in the language {page.language!r}, which is not read: for a person who reads it"
    return Issue(url=page.url, kind="another language", message=message)


def _touch_same(desk: Desk, draft: HostDraft) -> Admitted:
    store, seen = desk.store, set[str]()
    for page in draft.same:
        stored = store.pages.note_fetch(desk.locality, replace(page.fetch, url=page.url, status=HTTP_NOT_MODIFIED))
        _note_next_visit(desk, stored, changed=False)
        standing = desk.standings.get(page.url)
        for candidate_id in standing.candidates if standing else ():
            store.queue.touch(candidate_id, fetched_at=page.fetch.fetched_at)
            seen.add(candidate_id)
    counts = Counter({Action.TOUCH.value: len(seen), "unchanged": len(draft.same)})
    return Admitted(counts=counts, seen=frozenset(seen), believed=frozenset(page.url for page in draft.same))


def _admit_drafted(desk: Desk, draft: HostDraft) -> Admitted:
    store, counts, seen = desk.store, Counter[str](), set[str]()
    findings: list[Finding] = []
    if draft.profile is not None:
        store.pages.keep_profile(desk.locality, draft.profile)
    own = store.queue.names_on_pages(desk.locality, draft.host, kind=PageKind.SERVICE.value)
    fresh = {page.reading.page.url for page in draft.drafted}
    for admissible in once_each((*draft.drafted, *_context(desk, draft)), own):
        if admissible.page.reading.page.url not in fresh:
            continue
        page_counts, told = _admit_page(desk, draft, admissible)
        counts += page_counts
        findings += told
        seen |= {candidate.key for candidate in admissible.candidates}
        counts["repeats"] += len(admissible.page.candidates) - len(admissible.candidates)
    return Admitted(counts=counts, seen=frozenset(seen), believed=frozenset(fresh), findings=tuple(findings))


def _context(desk: Desk, draft: HostDraft) -> list[DraftedPage]:
    """The pages that were not drafted again, as far as repeats of their services elsewhere are judged by them."""
    if not draft.drafted:
        return []
    from flows.drafting import DraftedPage

    pages = []
    for page in draft.same:
        if page.known is None:
            continue
        standing, known = desk.standings.get(page.url), page.known
        drafts = [desk.store.queue.get(one) for one in (standing.candidates if standing else ())]
        told: list[tuple[str, tuple[Candidate, ...]]] = [(one.page_text, (one.draft,)) for one in drafts]
        for text, candidates in told or [("", ())]:
            read = Page(
                url=page.url,
                locality=desk.locality,
                title=known.title,
                text=text,
                passages=(),
                fetched_at=page.fetch.fetched_at,
            )
            kind = PageKind(known.kind or PageKind.OTHER)
            reading = PageReading(page=read, kind=kind, kind_score=1.0, drafts=())
            pages.append(DraftedPage(reading=reading, text_hash=known.text_hash, candidates=candidates))
    return pages


def _admit_page(desk: Desk, draft: HostDraft, admissible: Admissible) -> tuple[Counter[str], list[Finding]]:
    store, drafted, original = desk.store, admissible.page, admissible.duplicate_of
    page = drafted.reading.page
    answer = draft.answers[page.url]
    fetch = replace(answer.fetch, url=page.url, status=HTTP_NOT_MODIFIED if answer.unmodified else 200)
    stored = store.pages.note_fetch(desk.locality, fetch, body_hash=draft.hashes[page.url])
    changed = answer.known is not None and answer.known.text_hash != drafted.text_hash
    result = ReadResult(text=page.text, text_hash=drafted.text_hash, title=page.title, kind=drafted.reading.kind.value)
    version_id = store.pages.note_reading(stored, result, duplicate_of=original, drafted_by=desk.rules)
    stored = store.pages.get(desk.locality, page.url)
    _note_next_visit(desk, stored, changed=changed)
    counts: Counter[str] = Counter({"duplicate_pages": 1} if original else {})
    findings = []
    if answer.known is None or changed:
        kind = FindingKind.CHANGED_PAGE if changed else FindingKind.NEW_PAGE
        findings.append(Finding(kind=kind, name=page.title, url=page.url))
    for candidate in admissible.candidates:
        action = next_action(store.queue.find(candidate.key, as_read=True), candidate, page_text=page.text)
        _apply(desk, action, candidate, stored=stored, version_id=version_id)
        counts[action.action.value] += 1
        counts["touched_fields"] += len(action.fields) if action.action is Action.REOPEN else 0
        findings += _told(action, candidate, changed=changed)
    store.pages.note_seen(stored, (candidate.key for candidate in admissible.candidates))
    return counts, findings


def _told(action: QueueAction, candidate: Candidate, *, changed: bool) -> list[Finding]:
    if action.action is Action.ADD:
        return [Finding(kind=FindingKind.NEW_SERVICE, name=candidate.name, url=candidate.page_url)]
    if action.action in (Action.REOPEN, Action.REQUEUE) or (changed and action.action is Action.REPLACE):
        return [Finding(kind=FindingKind.CHANGED_SERVICE, name=candidate.name, url=candidate.page_url)]
    return []


def _apply(desk: Desk, action: QueueAction, candidate: Candidate, *, stored: StoredPage, version_id: int) -> None:
    queue, run_id = desk.store.queue, desk.run_id
    if action.drifted:
        queue.note_drift(candidate, names=action.drifted, run_id=run_id)
    match action.action:
        case Action.ADD:
            queue.add(candidate, page_id=stored.id, version_id=version_id, run_id=run_id)
        case Action.REPLACE | Action.REFRESH:
            queue.replace(
                candidate,
                version_id=version_id,
                run_id=run_id,
                reason="page text refreshed" if action.action is Action.REFRESH else "drafted again",
                changed=action.fields,
                drifted=action.drifted,
            )
        case Action.REOPEN:
            queue.reopen(candidate, version_id=version_id, run_id=run_id, touched=action.fields)
        case Action.REQUEUE:
            queue.requeue(candidate, version_id=version_id, run_id=run_id)
        case Action.TOUCH | Action.KEEP_AND_REPORT:
            queue.touch(candidate.key, fetched_at=stored.checked_at or desk.now)
        case Action.MARK_MISSING | Action.NOTHING:
            raise AssertionError(f"a candidate that was seen cannot be {action.action}")


def _keep_as_it_was(desk: Desk, draft: HostDraft, doubt: Doubt) -> None:
    for page in draft.drafted:
        answer = draft.answers[page.reading.page.url]
        cause = doubt.cause or Cause.OTHER.value
        if not answer.unmodified:
            desk.store.pages.note_fetch(desk.locality, replace(answer.fetch, url=answer.url, cause=cause))


def _note_failed(desk: Desk, draft: HostDraft) -> None:
    """Notes the failures. A page that is gone is asked for ever more rarely; any other failed page stays due."""
    for fetch in draft.failed:
        stored = desk.store.pages.note_fetch(desk.locality, fetch)
        if fetch.cause in GONE:
            _note_next_visit(desk, stored, changed=False)
        elif fetch.cause in NO_PAGE and fetch.url in draft.hashes:
            desk.store.pages.note_no_page(stored, seen_as(fetch.cause, draft.hashes[fetch.url], desk.rules))
        elif fetch.url in draft.doubted:
            desk.store.pages.note_doubt(stored, draft.doubted[fetch.url])


def _note_next_visit(desk: Desk, page: StoredPage, *, changed: bool) -> None:
    interval = desk.revisits.next_interval(class_of(page), page.interval_days, changed=changed)
    desk.store.pages.note_due(page, interval_days=interval, due_at=due_after(interval, now=desk.now))


def _issue(fetch: Fetch) -> Issue:
    told = fetch.error or f"answered {fetch.status}"
    return Issue(url=fetch.url, kind=fetch.cause or Cause.OTHER.value, message=told)
