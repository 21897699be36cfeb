"""Runs the crawl subprocess and turns its answers into saved pages and issues."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from crawlers.archive import read_body
from crawlers.job import CrawlJob, CrawlStats, Known
from crawlers.limits import read_limits, read_opt_out, user_agent
from crawlers.run import crawl
from crawlers.signs import read_signs
from flows.settings import Settings
from register.locality import Locality
from register.models import Fetch, SavedPage
from register.store import Store
from register.store.pages import StoredPage
from register.store.runs import Issue

HTTP_OK, HTTP_MOVED, HTTP_NOT_MODIFIED = 200, 301, 304


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A crawl's answers. `unchanged` are addresses that answered 304; their saved pages come from the archive.

    `failed` holds the HTTP status of each address that gave no page, 0 where no answer came.
    """

    saved: tuple[SavedPage, ...]
    unchanged: frozenset[str]
    issues: tuple[Issue, ...]
    failed: dict[str, int]
    stats: CrawlStats


def crawl_locality(
    locality: Locality,
    *,
    store: Store,
    settings: Settings,
    out: Path,
    only: Iterable[StoredPage] | None = None,
    on_fetch: Callable[[Fetch], None] | None = None,
) -> Gathered:
    """Crawls the locality (or, with `only`, asks again for those pages alone) and keeps every answer in the store."""
    limits = read_limits(settings.data)
    pages = tuple(only) if only is not None else store.pages.of_locality(locality.key)
    job = CrawlJob(
        locality=locality,
        out=out,
        archive=store.archive,
        user_agent=user_agent(limits, contact=locality.contact),
        known=tuple(_known(page) for page in pages if page.archive),
        only_known=only is not None,
        opt_out=read_opt_out(settings.data),
        limits=limits,
        signs=read_signs(settings.data),
    )
    result = crawl(job, on_fetch=on_fetch)
    return _keep(store, locality.key, result.fetches, result.stats)


def _known(page: StoredPage) -> Known:
    return Known(
        url=page.url,
        etag=page.etag,
        last_modified=page.last_modified,
        archive=page.archive,
        offset=page.archive_offset,
    )


def _keep(store: Store, locality: str, fetches: tuple[Fetch, ...], stats: CrawlStats) -> Gathered:
    saved: dict[str, SavedPage] = {}
    issues: list[Issue] = []
    unchanged: set[str] = set()
    failed: dict[str, int] = {}
    with store.transaction():
        for fetch in fetches:
            if fetch.status == HTTP_NOT_MODIFIED:
                stored = store.pages.note_fetch(locality, fetch, body=None)
                saved[fetch.url] = _from_archive(store, stored)
                unchanged.add(fetch.url)
            elif fetch.status == HTTP_OK and fetch.archive and not fetch.error:
                page = _fetched(store, locality, fetch)
                saved.setdefault(page.url, page)
            else:
                issues.append(_issue(fetch))
                failed[fetch.url] = fetch.status
                store.pages.note_fetch(locality, fetch, body=None)
    return Gathered(
        saved=tuple(saved.values()),
        unchanged=frozenset(unchanged),
        issues=(*_left_early(stats), *issues),
        failed=failed,
        stats=stats,
    )


def _fetched(store: Store, locality: str, fetch: Fetch) -> SavedPage:
    """A page that moved counts at its new address, once; one that we know already keeps the address that we know."""
    moved = fetch.final_url and fetch.final_url != fetch.url
    if moved and not store.pages.holds(locality, fetch.url):
        store.pages.note_fetch(locality, replace(fetch, status=HTTP_MOVED), body=None)
        fetch = replace(fetch, url=fetch.final_url)
    body, content_type = read_body(store.archive, fetch.archive, fetch.offset)
    stored = store.pages.note_fetch(locality, fetch, body=body)
    return SavedPage(
        url=stored.url, body=body, content_type=content_type or fetch.content_type, fetched_at=fetch.fetched_at
    )


def _from_archive(store: Store, stored: StoredPage) -> SavedPage:
    body, content_type = read_body(store.archive, stored.archive, stored.archive_offset)
    return SavedPage(
        url=stored.url,
        body=body,
        content_type=content_type or stored.content_type,
        fetched_at=stored.fetched_at or stored.checked_at or store.clock(),
    )


def _left_early(stats: CrawlStats) -> list[Issue]:
    """Hosts that the crawl gave up on: they may have given no answer at all, and that must be told too."""
    return [Issue(url=h.host, kind="host left early", message=h.stopped) for h in stats.hosts if h.stopped]


def _issue(fetch: Fetch) -> Issue:
    if fetch.error:
        return Issue(url=fetch.url, kind="no answer" if not fetch.status else "bad answer", message=fetch.error)
    return Issue(url=fetch.url, kind=f"HTTP {fetch.status}", message=f"answered {fetch.status}")
