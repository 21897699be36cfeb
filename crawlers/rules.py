"""Which addresses a crawl may ask for: the sources' rules, depth, and an end to endless calendars."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from crawlers.addresses import Canonical, path_and_query
from crawlers.job import CrawlJob
from crawlers.likeness import Variants
from crawlers.readers import READINGS
from crawlers.visits import LISTING, PAGE, SITEMAP, Found, Link, Visit
from register.hosts import host_of
from register.localities.locality import Source

_NO_LINK = Link(url="")
_DIGITS = re.compile(r"\d+")
_DATE = re.compile(r"\d{4}-\d\d?(-\d\d?)?")  # as a calendar's paths have it: /events/2026-11/
_LONGEST = 1000  # characters of an address
_MOST_SEGMENTS = 20
_ROOM_FOR_RELEVANT = 10  # times `addresses_per_path`, where the addresses that differ by query lead to services
_LEAST_RELEVANCE = 0.6  # more than of what nothing is known
_MOST_REMEMBERED = 20_000  # canonical forms of links


class SourceRules:
    """Admits each address once; counts what it leaves out and why. `relevance` tells how relevant (0-1) pages with an
    address like this one were so far."""

    def __init__(
        self, job: CrawlJob, canonical: Canonical, *, relevance: Callable[[str], float] = lambda url: 0.0
    ) -> None:
        self._sources, self._limits, self._canonical = job.locality.sources, job.limits, canonical
        self._known = tuple(known.url for known in job.known) if job.only_known else ()
        self._only_known, self._relevance = job.only_known, relevance
        self._seen: set[int] = set()
        self._too_deep: set[int] = set()
        self._per_path: Counter[str] = Counter()
        self._skip = tuple(tuple(re.compile(pattern) for pattern in source.skip) for source in self._sources)
        self._addresses: dict[tuple[str, str], str] = {}
        self._listed: dict[tuple[int, str], set[int]] = {}
        self.hosts = self._allowed_hosts()
        self.skipped_types: set[str] = set()
        self.trapped: set[str] = set()
        self.variants = Variants()

    def start(self) -> Iterator[Visit]:
        """The first visits: the known pages of a recheck, else the start addresses of all sources."""
        if self._only_known:
            for url in self._known:
                yield from (visit for visit, _ in self._admit(Visit(url=self._canonical(url), source=-1), _NO_LINK))
            return
        for n, source in enumerate(self._sources):
            kind = PAGE if source.kind == "site" else source.kind
            for address in source.start:
                url = self._canonical(READINGS[kind].start(self._canonical(address)))
                yield from (visit for visit, _ in self._admit(Visit(url=url, source=n, kind=kind), _NO_LINK))

    def visits_from(self, visit: Visit, found: Found) -> Iterator[tuple[Visit, Link]]:
        """The visits to which the links of an answer lead, by the rules of the visit's source, each with its link."""
        if visit.source < 0:
            return
        source = self._sources[visit.source]
        if source.kind != "site" and visit.kind == PAGE:
            return  # a listing or a sitemap leads to pages; their own links lead elsewhere
        if visit.kind not in (PAGE, SITEMAP) and self._repeats(source, visit, found):
            return
        for url, link in self._merged(found).items():
            yield from self._follow(source, visit, link, url)

    def mark(self, url: str) -> bool:
        """Count a canonical address as admitted; False where it was already."""
        key = hash(url)
        new = key not in self._seen
        self._seen.add(key)
        return new

    @property
    def too_deep(self) -> bool:
        """Whether an address was left out for its depth and reached on no shorter way."""
        return bool(self._too_deep - self._seen)

    def _merged(self, found: Found) -> dict[str, Link]:
        """The links to addresses that are new, by canonical address: of several to one the words are put together."""
        merged: dict[str, Link] = {}
        for link in found.links:
            url = self._address(link.url, found.base)
            if not url or host_of(url) not in self.hosts:
                continue
            url = self.variants.plain(url)
            if hash(url) in self._seen:
                continue
            known = merged.get(url)
            if known is None:
                merged[url] = link
            elif link.anchor not in known.anchor or link.kind:
                anchor = f"{known.anchor} {link.anchor}".strip()
                merged[url] = replace(known, anchor=anchor, kind=known.kind or link.kind)
        return merged

    def _repeats(self, source: Source, visit: Visit, found: Found) -> bool:
        """Whether a further page of a list names no entry that the list did not have: nor would those after it."""
        listed = self._listed.setdefault((visit.source, visit.first or visit.url), set())
        before = len(listed)
        for link in found.links:
            url = self._address(link.url, found.base) if link.kind != visit.kind else ""
            if url and (not source.follow or any(re.search(row, path_and_query(url)) for row in source.follow)):
                listed.add(hash(url))
        return bool(visit.first) and len(listed) == before

    def _address(self, link: str, base: str) -> str:
        """Menus name the same addresses on every page, so their canonical forms are remembered."""
        start = base.find("/", base.find("://") + 3)
        key = (base[:start] if link.startswith("/") and not link.startswith("//") else base, link)
        url = self._addresses.get(key)
        if url is None:
            if len(self._addresses) >= _MOST_REMEMBERED:
                self._addresses.clear()
            url = self._addresses[key] = self._canonical(link, base=base)
        return url

    def _follow(self, source: Source, visit: Visit, link: Link, url: str) -> Iterator[tuple[Visit, Link]]:
        where = path_and_query(url)
        kind = link.kind
        if kind != SITEMAP and any(pattern.search(where) for pattern in self._skip[visit.source]):
            return
        if source.kind == LISTING and source.next_page and re.search(source.next_page, where):
            kind = LISTING
        if kind:  # further pages of the same list: no depth
            first = visit.first or visit.url
            yield from self._admit(Visit(url=url, source=visit.source, depth=visit.depth, kind=kind, first=first), link)
            return
        matches = [match for pattern in source.follow if (match := re.search(pattern, where))]
        if matches or not source.follow:
            listed = source.kind not in ("site", LISTING)
            named = listed or any(match.end() > len(urlsplit(url).path) for match in matches)
            depth = visit.depth if listed else visit.depth + 1
            yield from self._admit(Visit(url=url, source=visit.source, depth=depth, named=named), link)

    def _admit(self, visit: Visit, link: Link) -> Iterator[tuple[Visit, Link]]:
        url, source = visit.url, self._sources[visit.source] if visit.source >= 0 else None
        if not url or hash(url) in self._seen:
            return
        if not READINGS[visit.kind].counted:  # no page, so no limit of pages holds for it
            if host_of(url) in self.hosts and self.mark(url):
                yield visit, link
            return
        linked = visit.kind in (PAGE, LISTING) and not self._only_known  # not asked for by its kind
        if linked and PurePosixPath(urlsplit(url).path.lower()).suffix in self._limits.skipped_suffixes:
            self.skipped_types.add(url)
        elif source and visit.depth > source.max_depth:
            self._too_deep.add(hash(url))
        elif visit.kind == PAGE and self._is_trap(visit):
            self.trapped.add(url)
        elif self.mark(url):
            yield visit, link

    def _is_trap(self, visit: Visit) -> bool:
        if self._only_known:
            return False
        parts = urlsplit(visit.url)
        segments = [segment for segment in parts.path.split("/") if segment]
        if len(visit.url) > _LONGEST or len(segments) > _MOST_SEGMENTS:
            return True
        if max(Counter(segments).values(), default=0) > self._limits.repeats_in_path:
            return True
        dated = sum(segment.isdigit() for segment in segments) > 1 or any(map(_DATE.fullmatch, segments))
        if visit.named or not (parts.query or dated):
            return False
        path = f"{host_of(visit.url)}{_DIGITS.sub('#', parts.path)}"
        if self._per_path[path] >= self._limits.addresses_per_path:
            useful = self._relevance(visit.url) >= _LEAST_RELEVANCE
            if not useful or self._per_path[path] >= _ROOM_FOR_RELEVANT * self._limits.addresses_per_path:
                return True
        self._per_path[path] += 1
        return False

    def _allowed_hosts(self) -> frozenset[str]:
        started = (address for source in self._sources for address in source.start)
        return frozenset(host_of(url) for url in (*self._known, *started))
