"""Runs the crawl subprocess and sorts its answers: pages, failures with their causes, and what was not asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from crawlers.addresses import Canonical
from crawlers.archive import read_body
from crawlers.focus import read_focus
from crawlers.job import CrawlJob, CrawlResult, CrawlStats, Judged, Known
from crawlers.limits import Limits, read_limits, read_opt_out, user_agent
from crawlers.run import crawl
from crawlers.signs import read_signs
from crawlers.standby import Standby
from flows.discovery.seeds import Planted, plant, unplanted
from flows.settings import Settings
from flows.staleness.revisits import is_due
from register.codes.vocabulary import Cause
from register.hosts import host_of
from register.localities.locality import Locality
from register.models import Fetch, SavedPage
from register.store import Store
from register.store.crawling.pages import StoredPage

HTTP_OK, HTTP_MOVED, HTTP_NOT_MODIFIED = 200, 301, 304


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A page that answered. `url` is the address under which it counts, `fetch` the answer with the place of its bytes
    in the archive; for one that answered 304 (`unmodified`) that of the bytes that we hold. `known` is the page as the
    register has it, None where it is new."""

    url: str
    fetch: Fetch
    unmodified: bool = False
    known: StoredPage | None = None

    @property
    def host(self) -> str:
        return host_of(self.url)

    def read(self, archive: Path) -> SavedPage:
        """The page with its bytes; raises CrawlError where the archive lost them."""
        body, content_type = read_body(archive, self.fetch.archive, self.fetch.offset)
        held = self.known.fetched_at if self.known and self.unmodified else None
        return SavedPage(
            url=self.url,
            body=body,
            content_type=content_type or self.fetch.content_type,
            fetched_at=held or self.fetch.fetched_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A crawl's answers; no bodies, which are read from the archive one at a time.

    `failed` are the answers that are no page, each with its cause; `moved` those of addresses that lead elsewhere now;
    `untouched` the known pages that were not due, `unasked` those that were due and of which nothing was heard.
    `known` are the pages that were good before, by address; `planted` the locality with its seed files read.
    """

    pages: tuple[Answered, ...]
    failed: tuple[Fetch, ...]
    moved: tuple[Fetch, ...]
    untouched: frozenset[str]
    unasked: frozenset[str]
    known: dict[str, StoredPage]
    stats: CrawlStats
    planted: Planted


def crawl_locality(
    locality: Locality,
    *,
    store: Store,
    settings: Settings,
    out: Path,
    only: Iterable[StoredPage] | None = None,
    everything: bool = True,
    on_fetch: Callable[[Fetch], None] | None = None,
    standby: Standby | None = None,
) -> Gathered:
    """Crawls the locality (or, with `only`, asks again for those pages alone); the register is not changed.

    Unless `everything` is asked for, known pages that are not due are left alone.
    """
    limits, now = read_limits(settings.data), settings.clock()
    planted = plant(locality, settings.data) if only is None else unplanted(locality)
    locality = planted.locality
    canonical = Canonical(ignored=limits.ignored_parameters)
    held = tuple(only) if only is not None else store.pages.of_locality(locality.key)
    known = {canonical(page.url): page for page in held if page.archive}
    starts = {canonical(address) for source in locality.sources for address in source.start}
    due = frozenset(known) if everything else _due(known, now=now) | (starts & known.keys())
    job = CrawlJob(
        locality=locality,
        out=out,
        archive=store.archive,
        user_agent=user_agent(limits, contact=locality.contact),
        known=tuple(_known(url, page, due=url in due) for url, page in known.items()),
        only_known=only is not None,
        opt_out=read_opt_out(settings.data),
        limits=limits,
        signs=read_signs(settings.data),
        focus=read_focus(settings.data),
        judged=tuple(Judged(url=url, relevant=worth) for url, worth in store.pages.worth(locality.key)),
    )
    return _sort(crawl(job, on_fetch=on_fetch, standby=standby), known, due, limits=limits, now=now, planted=planted)


def ask(urls: Iterable[str], *, locality: Locality, store: Store, settings: Settings, out: Path) -> tuple[Fetch, ...]:
    """The answers to these addresses of the locality's hosts, and to nothing else; the register is not changed.

    Raises CrawlError where the crawl broke down.
    """
    limits = read_limits(settings.data)
    job = CrawlJob(
        locality=unplanted(locality).locality,
        out=out,
        archive=store.archive,
        user_agent=user_agent(limits, contact=locality.contact),
        known=tuple(Known(url=url) for url in urls),
        only_known=True,
        opt_out=read_opt_out(settings.data),
        limits=limits,
        signs=read_signs(settings.data),
    )
    return crawl(job).fetches


def _due(known: dict[str, StoredPage], *, now: datetime) -> frozenset[str]:
    """The pages that are due; not those that repeat another one that still answers."""
    alive = {page.url for page in known.values() if page.status in (HTTP_OK, HTTP_NOT_MODIFIED)}
    return frozenset(url for url, page in known.items() if is_due(page, now=now) and page.duplicate_of not in alive)


def _known(url: str, page: StoredPage, *, due: bool) -> Known:
    return Known(
        url=url,
        etag=page.etag,
        last_modified=page.last_modified,
        archive=page.archive,
        offset=page.archive_offset,
        due=due,
        checked_at=page.checked_at,
    )


def _sort(
    result: CrawlResult,
    known: dict[str, StoredPage],
    due: frozenset[str],
    *,
    limits: Limits,
    now: datetime,
    planted: Planted,
) -> Gathered:
    canonical = Canonical(ignored=limits.ignored_parameters)
    pages: dict[str, Answered] = {}
    failed: dict[str, Fetch] = {}
    moved: dict[str, Fetch] = {}
    for fetch in result.fetches:
        answer = _answered(fetch, known, canonical)
        if answer is None:
            stored = known.get(fetch.url)
            url = stored.url if stored else fetch.url
            failed[url] = replace(fetch, url=url, cause=fetch.cause or Cause.OTHER)
            continue
        if answer.unmodified:
            pages[answer.url] = answer  # asked for by name, which tells more than what a redirect led to
        pages.setdefault(answer.url, answer)
        if fetch.url not in known and answer.fetch.url != fetch.url:
            moved[fetch.url] = replace(fetch, status=HTTP_MOVED)
    heard = {*pages, *failed, *moved}
    silent = {page.url for url, page in known.items() if page.url not in heard and url in due}
    unheard = _of_stopped_hosts(silent, result.stats, now=now)
    failed |= unheard
    return Gathered(
        pages=tuple(pages.values()),
        failed=tuple(fetch for url, fetch in failed.items() if url not in pages),
        moved=tuple(fetch for url, fetch in moved.items() if url not in pages),
        untouched=frozenset(page.url for url, page in known.items() if url not in due and page.url not in heard),
        unasked=frozenset(silent - unheard.keys()),
        known={page.url: page for page in known.values()},
        stats=result.stats,
        planted=planted,
    )


def _answered(fetch: Fetch, known: dict[str, StoredPage], canonical: Canonical) -> Answered | None:
    """The page that `fetch` gave; None where it is none.

    A page that moved counts at its new address; one that we know keeps the address that we know.
    """
    stored = known.get(fetch.url)
    if fetch.status == HTTP_NOT_MODIFIED and stored is not None:
        where = replace(fetch, archive=stored.archive, offset=stored.archive_offset, content_type=stored.content_type)
        return Answered(url=stored.url, fetch=where, unmodified=True, known=stored)
    if fetch.status != HTTP_OK or not fetch.archive or fetch.error or fetch.cause:
        return None
    url = stored.url if stored else fetch.url
    if stored is None and fetch.final_url and canonical(fetch.final_url) != fetch.url:
        url = canonical(fetch.final_url) or fetch.url
        stored = known.get(url)
    return Answered(url=stored.url if stored else url, fetch=replace(fetch, url=url), known=stored)


def _of_stopped_hosts(urls: set[str], stats: CrawlStats, *, now: datetime) -> dict[str, Fetch]:
    """A failure for each address that was not asked for because its host was left alone."""
    stopped = {report.host: report for report in stats.hosts if report.cause}
    return {
        url: Fetch(url=url, final_url="", status=0, fetched_at=now, error=report.stopped, cause=report.cause)
        for url in urls
        if (report := stopped.get(host_of(url))) is not None
    }
