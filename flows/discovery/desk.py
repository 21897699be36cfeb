"""What admission notes beside candidates: answers that are no page, pages of a doubted host, when to ask again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from crawlers.addresses import Canonical
from crawlers.limits import read_limits
from flows.discovery.health import GONE, Doubt
from flows.discovery.host_drafts import NO_PAGE, HostDraft, seen_as
from flows.discovery.rules import rules_digest
from flows.settings import Settings
from flows.staleness.revisits import Revisits, class_of, due_after, read_revisits
from register.codes.vocabulary import Cause
from register.localities.locality import Locality
from register.models import Fetch, Page
from register.staleness.passing import Passing, read_passing
from register.store import Store
from register.store.crawling.pages import Standing, StoredPage
from register.store.crawling.runs import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What admission needs beside the host's drafts: `rules` is the digest of those that drafted them."""

    store: Store
    locality: str
    run_id: str
    rules: str
    revisits: Revisits
    standings: Mapping[str, Standing]
    passing: Passing
    now: datetime
    links_read: bool  # the crawl followed the links of what it read; a recheck does not
    canonical: Canonical  # as the crawl writes addresses


def open_desk(
    store: Store,
    settings: Settings,
    *,
    locality: Locality,
    run_id: str,
    standings: Mapping[str, Standing],
    now: datetime,
    links_read: bool,
) -> Desk:
    """The desk of a run over `locality`, with the rules that stand in its data."""
    data = settings.data
    return Desk(
        store=store,
        locality=locality.key,
        run_id=run_id,
        rules=rules_digest(data, locality=locality, model=settings.learned_model),
        revisits=read_revisits(data),
        standings=standings,
        passing=read_passing(data),
        now=now,
        links_read=links_read,
        canonical=Canonical(ignored=read_limits(data).ignored_parameters),
    )


def unread_issue(page: Page) -> Issue:
    """A page that nobody may guess at: somebody who reads its language is asked to."""
    message = f"in the language {page.language!r}, which is not read: for a person who reads it"
    return Issue(url=page.url, kind="another language", message=message)


def keep_as_it_was(desk: Desk, draft: HostDraft, doubt: Doubt) -> None:
    """Notes what a doubted host answered without believing it."""
    for page in draft.drafted:
        answer = draft.answers[page.reading.page.url]
        cause = doubt.cause or Cause.OTHER.value
        if not answer.unmodified:
            desk.store.pages.note_fetch(desk.locality, replace(answer.fetch, url=answer.url, cause=cause))


def note_failed(desk: Desk, draft: HostDraft) -> None:
    """Notes the failures. A page that is gone is asked for ever more rarely; any other failed page stays due."""
    for fetch in draft.failed:
        stored = desk.store.pages.note_fetch(desk.locality, fetch)
        if fetch.cause in GONE:
            note_next_visit(desk, stored, changed=False)
        elif fetch.cause in NO_PAGE and fetch.url in draft.hashes:
            desk.store.pages.note_no_page(stored, seen_as(fetch.cause, draft.hashes[fetch.url], desk.rules))
        elif fetch.url in draft.doubted:
            desk.store.pages.note_doubt(stored, draft.doubted[fetch.url])


def note_next_visit(desk: Desk, page: StoredPage, *, changed: bool) -> None:
    """When the page is to be asked for again."""
    interval = desk.revisits.next_interval(class_of(page), page.interval_days, changed=changed)
    desk.store.pages.note_due(page, interval_days=interval, due_at=due_after(interval, now=desk.now))


def issue_of(fetch: Fetch) -> Issue:
    """What there is to tell of an answer that is no page."""
    told = fetch.error or f"answered {fetch.status}"
    return Issue(url=fetch.url, kind=fetch.cause or Cause.OTHER.value, message=told)
