"""Which addresses a crawl asks for: the sources' rules, depth, page limits, and an end to endless calendars."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from crawlers.addresses import Canonical, host_of, path_and_query
from crawlers.job import CrawlJob
from crawlers.visits import LISTING, PAGE, SITEMAP, Found, Link, Visit
from register.locality import Source


class Frontier:
    """Admits each address once; counts what it leaves out and why."""

    def __init__(self, job: CrawlJob, canonical: Canonical) -> None:
        self._sources, self._limits, self._canonical = job.locality.sources, job.limits, canonical
        self._known = tuple(known.url for known in job.known) if job.only_known else ()
        self._only_known = job.only_known
        self._seen: set[str] = set()
        self._too_deep: set[str] = set()
        self._pages: Counter[int] = Counter()
        self._per_path: Counter[str] = Counter()
        self._full = False
        self.hosts = self._allowed_hosts()
        self.skipped_types: set[str] = set()
        self.trapped: set[str] = set()

    def start(self) -> Iterator[Visit]:
        """The first visits: the known pages of a recheck, else the start addresses of all sources."""
        if self._only_known:
            for url in self._known:
                yield from self._admit(Visit(url=self._canonical(url), source=-1))
            return
        for n, source in enumerate(self._sources):
            kind = PAGE if source.kind == "site" else source.kind
            for address in source.start:
                url = self._canonical(address)
                if kind == SITEMAP and urlsplit(url).path == "/":
                    url += "robots.txt"
                yield from self._admit(Visit(url=url, source=n, kind=kind))

    def visits_from(self, visit: Visit, found: Found) -> Iterator[Visit]:
        """The visits to which the links of an answer lead, by the rules of the visit's source."""
        if visit.source < 0:
            return
        source = self._sources[visit.source]
        if source.kind != "site" and visit.kind == PAGE:
            return  # a listing or a sitemap leads to pages; their own links lead elsewhere
        for link in found.links:
            url = self._canonical(link.url, base=found.base)
            if url and host_of(url) in self.hosts and url not in self._seen:
                yield from self._follow(source, visit, link, url)

    @property
    def truncated_by(self) -> set[str]:
        cut = {"max_pages"} if self._full else set()
        return cut | ({"max_depth"} if self._too_deep - self._seen else set())

    def _follow(self, source: Source, visit: Visit, link: Link, url: str) -> Iterator[Visit]:
        where = path_and_query(url)
        kind = link.kind
        if kind != SITEMAP and any(re.search(pattern, where) for pattern in source.skip):
            return
        if source.kind == LISTING and source.next_page and re.search(source.next_page, where):
            kind = LISTING
        if kind:  # further pages of the same list: no depth
            first = visit.first or visit.url
            yield from self._admit(Visit(url=url, source=visit.source, depth=visit.depth, kind=kind, first=first))
            return
        matches = [match for pattern in source.follow if (match := re.search(pattern, where))]
        if matches or not source.follow:
            listed = source.kind not in ("site", LISTING)
            named = listed or any(match.end() > len(urlsplit(url).path) for match in matches)
            depth = visit.depth if listed else visit.depth + 1
            yield from self._admit(Visit(url=url, source=visit.source, depth=depth, named=named))

    def _admit(self, visit: Visit) -> Iterator[Visit]:
        url, source = visit.url, self._sources[visit.source] if visit.source >= 0 else None
        if not url or url in self._seen:
            return
        if visit.kind == SITEMAP:  # no page, so no limit of pages holds for it
            if host_of(url) in self.hosts:
                self._seen.add(url)
                yield visit
            return
        if PurePosixPath(urlsplit(url).path.lower()).suffix in self._limits.skipped_suffixes:
            self.skipped_types.add(url)
        elif source and visit.depth > source.max_depth:
            self._too_deep.add(url)
        elif source and self._pages[visit.source] >= source.max_pages:
            self._full = True
        elif visit.kind == PAGE and self._is_trap(visit):
            self.trapped.add(url)
        else:
            self._seen.add(url)
            self._pages[visit.source] += 1
            yield visit

    def _is_trap(self, visit: Visit) -> bool:
        if self._only_known:
            return False
        parts = urlsplit(visit.url)
        segments = Counter(segment for segment in parts.path.split("/") if segment)
        if max(segments.values(), default=0) > self._limits.repeats_in_path:
            return True
        if not parts.query or visit.named:
            return False
        path = f"{host_of(visit.url)}{parts.path}"
        if self._per_path[path] >= self._limits.addresses_per_path:
            return True
        self._per_path[path] += 1
        return False

    def _allowed_hosts(self) -> frozenset[str]:
        if self._only_known:
            return frozenset(host_of(url) for url in self._known)
        return frozenset(host_of(address) for source in self._sources for address in source.start)
