"""Admits drafted pages to the queue: each candidate gets what the lifecycle table says, in one transaction a site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from flows.drafting import DraftedSite
from flows.repeats import Admissible, once_each
from register.models import Candidate
from register.store import Store
from register.store.pages import ReadResult, StoredPage
from register.vocabulary import PageKind
from review.lifecycle import Action, QueueAction, next_action


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """Counts by action, the ids of the candidates that were seen, the addresses that could not be drafted."""

    counts: Counter[str]
    seen: frozenset[str] = frozenset()
    undrafted: frozenset[str] = frozenset()

    def __add__(self, other: Admitted) -> Admitted:
        return Admitted(
            counts=self.counts + other.counts,
            seen=self.seen | other.seen,
            undrafted=self.undrafted | other.undrafted,
        )


def admit_site(store: Store, site: DraftedSite, *, locality: str, run_id: str) -> Admitted:
    """Keeps the site's profile, pages and candidates, all of them or none."""
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    with store.transaction():
        store.pages.keep_profile(locality, site.profile)
        for issue in site.issues:
            store.runs.note_issue(run_id, issue)
        counts["issues"] = len(site.issues)
        own = store.queue.names_on_pages(locality, site.profile.host, kind=PageKind.SERVICE.value)
        for admissible in once_each(site.pages, own):
            counts += _admit_page(store, admissible, locality=locality, run_id=run_id)
            seen |= {candidate.key for candidate in admissible.candidates}
            counts["repeats"] += len(admissible.page.candidates) - len(admissible.candidates)
    undrafted = frozenset(issue.url for issue in site.issues)
    return Admitted(counts=counts, seen=frozenset(seen), undrafted=undrafted)


def _admit_page(store: Store, admissible: Admissible, *, locality: str, run_id: str) -> Counter[str]:
    drafted, original = admissible.page, admissible.duplicate_of
    page = drafted.reading.page
    stored = store.pages.get(locality, page.url)
    result = ReadResult(text=page.text, text_hash=drafted.text_hash, title=page.title, kind=drafted.reading.kind.value)
    version_id = store.pages.note_reading(stored, result, duplicate_of=original)
    counts: Counter[str] = Counter({"duplicate_pages": 1} if original else {})
    for candidate in admissible.candidates:
        action = next_action(store.queue.find(candidate.key), candidate, page_text=page.text)
        _apply(store, action, candidate, stored=stored, version_id=version_id, run_id=run_id)
        counts[action.action.value] += 1
        counts["touched_fields"] += len(action.fields) if action.action is Action.REOPEN else 0
    return counts


def mark_missing(store: Store, expected: Iterable[str], *, seen: frozenset[str]) -> Counter[str]:
    """Marks candidates that a healthy run should have seen and did not."""
    counts: Counter[str] = Counter()
    for candidate_id in expected:
        if candidate_id in seen:
            continue
        action = next_action(store.queue.get(candidate_id), None)
        if action.action is Action.MARK_MISSING:
            store.queue.mark_missing(candidate_id)
            counts[action.action.value] += 1
    return counts


def _apply(
    store: Store,
    action: QueueAction,
    candidate: Candidate,
    *,
    stored: StoredPage,
    version_id: int,
    run_id: str,
) -> None:
    queue = store.queue
    if action.drifted:
        queue.note_drift(candidate, names=action.drifted, run_id=run_id)
    match action.action:
        case Action.ADD:
            queue.add(candidate, page_id=stored.id, version_id=version_id, run_id=run_id)
        case Action.REPLACE | Action.REFRESH:
            reason = "page text refreshed" if action.action is Action.REFRESH else "drafted again"
            queue.replace(candidate, version_id=version_id, run_id=run_id, reason=reason, changed=action.fields)
        case Action.REOPEN:
            queue.reopen(candidate, version_id=version_id, run_id=run_id, touched=action.fields)
        case Action.REQUEUE:
            queue.requeue(candidate, version_id=version_id, run_id=run_id)
        case Action.TOUCH | Action.KEEP_AND_REPORT:
            queue.touch(candidate.key, fetched_at=stored.checked_at or store.clock())
        case Action.MARK_MISSING | Action.NOTHING:
            raise AssertionError(f"a candidate that was seen cannot be {action.action}")
