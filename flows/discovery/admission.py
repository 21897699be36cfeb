"""Admits a host's drafted pages to the queue: each candidate gets what the lifecycle table says, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from extract.language import is_unread
from flows.discovery.desk import Desk, issue_of, keep_as_it_was, note_failed, note_next_visit, unread_issue
from flows.discovery.gathering import HTTP_MOVED, HTTP_NOT_MODIFIED
from flows.discovery.health import Doubt
from flows.discovery.host_drafts import HostDraft
from flows.discovery.repeats import Admissible, once_each
from flows.discovery.series import further_dates
from flows.discovery.series_desk import Series
from flows.staleness.rebuilding import what_was_rebuilt
from flows.staleness.whereabouts import Whereabouts, find_follows, moves_of_services, under_own_ids
from register.codes.vocabulary import PageKind
from register.models import Candidate, Page, PageReading
from register.store import Store
from register.store.crawling.moves import Follow, PageMove, Way
from register.store.crawling.pages import ReadResult, StoredPage
from register.store.crawling.runs import Finding, FindingKind
from register.store.queue.listing import QueueState
from review.queue.lifecycle import Action, QueueAction, next_action
from review.queue.neighbourhood import Furniture

if TYPE_CHECKING:
    from flows.discovery.drafting import DraftedPage

DECIDED = (QueueState.ACCEPTED, QueueState.REOPENED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """What was admitted: counts by action, ids of the candidates seen, addresses of the pages that were read and are
    believed, what there is to tell by name, and the addresses of the pages that were found elsewhere."""

    counts: Counter[str] = field(default_factory=Counter)
    seen: frozenset[str] = frozenset()
    believed: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
    moved: frozenset[str] = frozenset()

    def __add__(self, other: Admitted) -> Admitted:
        return Admitted(
            counts=self.counts + other.counts,
            seen=self.seen | other.seen,
            believed=self.believed | other.believed,
            findings=self.findings + other.findings,
            moved=self.moved | other.moved,
        )


def admit_host(desk: Desk, draft: HostDraft, where: Whereabouts, doubt: Doubt | None) -> Admitted:
    """Keeps what the host gave, all of it or none; `where` says what is no more where it was.

    Of a doubted host, what was drafted is left out: its pages keep their last good state, and only those that are the
    same as before count as seen.
    """
    store = desk.store
    with store.transaction():
        unread = [page.reading.page for page in draft.drafted if is_unread(page.reading.page)]
        for issue in (*draft.issues, *(issue_of(fetch) for fetch in draft.failed), *map(unread_issue, unread)):
            store.runs.note_issue(desk.run_id, issue)
        admitted = _touch_same(desk, draft)
        if doubt is None:
            admitted += _admit_drafted(desk, draft, where)
        else:
            keep_as_it_was(desk, draft, doubt)
        note_failed(desk, draft)
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


def _touch_same(desk: Desk, draft: HostDraft) -> Admitted:
    store, seen = desk.store, set[str]()
    for page in draft.same:
        stored = store.pages.note_fetch(desk.locality, replace(page.fetch, url=page.url, status=HTTP_NOT_MODIFIED))
        note_next_visit(desk, stored, changed=False)
        standing = desk.standings.get(page.url)
        for candidate_id in standing.candidates if standing else ():
            store.queue.touch(candidate_id, fetched_at=page.fetch.fetched_at)
            seen.add(candidate_id)
    counts = Counter({Action.TOUCH.value: len(seen), "unchanged": len(draft.same)})
    return Admitted(counts=counts, seen=frozenset(seen), believed=frozenset(page.url for page in draft.same))


def _admit_drafted(desk: Desk, draft: HostDraft, where: Whereabouts) -> Admitted:
    store, counts, seen = desk.store, Counter[str](), set[str]()
    findings: list[Finding] = []
    if draft.profile is not None:
        store.pages.keep_profile(desk.locality, draft.profile)
    own = set(store.queue.names_on_pages(desk.locality, draft.host, kind=PageKind.SERVICE.value))
    own -= {store.queue.get(one).draft.name for one in _back_on_lists(draft, where)}
    fresh = {page.reading.page.url for page in draft.drafted}
    known = frozenset(one for stood in where.stood.values() for one in stood)
    whole = once_each((*draft.drafted, *_context(desk, draft)), own, known=known, canonical=desk.canonical)
    admissible = [page for page in whole if page.page.reading.page.url in fresh]
    rebuilt = what_was_rebuilt(store, draft, desk.passing)
    if rebuilt.issue:
        store.runs.note_issue(desk.run_id, rebuilt.issue)
    follows = find_follows(store, admissible, where, yielded=_yielded(whole, fresh))
    moves = moves_of_services(where, follows.values())
    ids = {key: one.candidate for key, one in follows.items()}
    series = Series(
        desk=desk,
        dates={ids.get(key, key): quotes for key, quotes in further_dates(whole).items()},
        read=frozenset(fresh),
        gone=where.left,
    )
    for page in admissible:
        counts["repeats"] += len(page.page.candidates) - len(page.candidates)
        here = series.told_whole(under_own_ids(page, follows))
        known_by_move = any(move.to_url == here.url for move in moves)
        page_counts, told = _admit_page(desk, draft, here, news=not known_by_move, furniture=rebuilt.furniture)
        counts += page_counts
        findings += told
        seen |= {candidate.key for candidate in here.candidates}
    findings += [*series.add_dates(), *series.cancel_dates()]
    told_of, moved = _note_moves(desk, draft, where, moves, follows.values())
    counts["moved_pages"] = len(moved)
    counts["followed"] = len(follows)
    return Admitted(
        counts=counts,
        seen=frozenset(seen),
        believed=frozenset(fresh),
        findings=(*findings, *told_of),
        moved=moved,
    )


def _back_on_lists(draft: HostDraft, where: Whereabouts) -> set[str]:
    """The candidates whose page is gone and that are told where they stood before, as entries of a list mostly."""
    told = {one.key for page in draft.drafted for one in page.candidates}
    return told.intersection(one for url in where.left for one in where.stood.get(url, ()))


def _yielded(whole: Iterable[Admissible], fresh: Collection[str]) -> list[str]:
    """The candidates on pages that were not read again that repeat what another page tells in full."""
    unread = [page for page in whole if page.url not in fresh and not page.duplicate_of]
    kept = {candidate.key for page in unread for candidate in page.candidates}
    return [one.key for page in unread for one in page.page.candidates if one.key not in kept]


def _note_moves(
    desk: Desk, draft: HostDraft, where: Whereabouts, moves: Iterable[PageMove], follows: Iterable[Follow]
) -> tuple[list[Finding], frozenset[str]]:
    """Keeps where pages and services went; gives what there is to tell of it, and the pages that were found."""
    store, told = desk.store, list[Finding]()
    titles = {page.url: page.title for page in where.gone}
    for move in moves:
        news = store.moves.note_page(desk.locality, move, run_id=desk.run_id)
        if move.way is Way.REDIRECT:
            answer = draft.answers[move.from_url].fetch
            left = store.pages.note_fetch(desk.locality, replace(answer, url=move.from_url, status=HTTP_MOVED))
            note_next_visit(desk, left, changed=False)
        if not news:
            continue
        title = titles.get(move.from_url, "")
        told.append(Finding(kind=FindingKind.MOVED_PAGE, name=title, url=move.from_url, went_to=move.to_url))
    for one in follows:
        store.moves.note_follow(desk.locality, one, run_id=desk.run_id)
        name = one.to_name if one.from_name == one.to_name else f"{one.from_name}, now {one.to_name}"
        told.append(Finding(kind=FindingKind.MOVED_SERVICE, name=name, url=one.from_url, went_to=one.to_url))
    return told, frozenset(move.from_url for move in moves)


def _context(desk: Desk, draft: HostDraft) -> list[DraftedPage]:
    """The pages that were not drafted again, as far as repeats of their services elsewhere are judged by them."""
    if not draft.drafted:
        return []
    from flows.discovery.drafting import DraftedPage

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


def _admit_page(
    desk: Desk, draft: HostDraft, admissible: Admissible, *, news: bool, furniture: Furniture
) -> tuple[Counter[str], list[Finding]]:
    store, drafted, original = desk.store, admissible.page, admissible.duplicate_of
    page = drafted.reading.page
    answer = draft.answers[page.url]
    fetch = replace(answer.fetch, url=page.url, status=HTTP_NOT_MODIFIED if answer.unmodified else 200)
    if not desk.links_read:  # so that the next discovery is given the page, and its new links, and no 304
        fetch = replace(fetch, etag="", last_modified="")
    stored = store.pages.note_fetch(desk.locality, fetch, body_hash=draft.hashes[page.url])
    changed = answer.known is not None and answer.known.text_hash != drafted.text_hash
    result = ReadResult(text=page.text, text_hash=drafted.text_hash, title=page.title, kind=drafted.reading.kind.value)
    version_id = store.pages.note_reading(stored, result, duplicate_of=original, drafted_by=desk.rules)
    stored = store.pages.get(desk.locality, page.url)
    note_next_visit(desk, stored, changed=changed)
    counts: Counter[str] = Counter({"duplicate_pages": 1} if original else {})
    known_bytes = answer.known.body_hash if answer.known else ""
    counts["changed_bytes"] = bool(known_bytes) and known_bytes != draft.hashes[page.url]
    findings = []
    if changed or (answer.known is None and news):
        kind = FindingKind.CHANGED_PAGE if changed else FindingKind.NEW_PAGE
        findings.append(Finding(kind=kind, name=page.title, url=page.url))
    evidence_changed = False
    for candidate in admissible.candidates:
        known = store.queue.find(candidate.key, as_read=True)
        action = next_action(
            known,
            candidate,
            page_text=page.text,
            approved=store.queue.approved.of_candidate(candidate.key) if known and known.state in DECIDED else None,
            passing=desk.passing,
            furniture=furniture,
        )
        _apply(desk, action, candidate, stored=stored, version_id=version_id)
        counts[action.action.value] += 1
        counts["touched_fields"] += len(action.fields) if action.action is Action.REOPEN else 0
        evidence_changed |= changed and bool(action.fields)
        findings += _told(action, candidate, changed=changed)
    counts["changed_evidence"] = evidence_changed
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
        case Action.MOVE:
            fetched = stored.checked_at or desk.now
            reason = f"found again at {candidate.page_url}"
            queue.move(candidate, version_id=version_id, run_id=run_id, reason=reason, fetched_at=fetched)
        case Action.TOUCH | Action.KEEP_AND_REPORT:
            queue.touch(candidate.key, fetched_at=stored.checked_at or desk.now)
        case Action.MARK_MISSING | Action.NOTHING:
            raise AssertionError(f"a candidate that was seen cannot be {action.action}")
