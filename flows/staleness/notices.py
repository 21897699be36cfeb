"""Notices of closing on what a run read: whose they are, and which published services they seem to mean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from extract.closing import ORGANISATION, Closing, ClosingReader
from flows.discovery.gathering import Gathered
from flows.discovery.host_drafts import HostDraft
from register.codes.vocabulary import Cause
from register.hosts import host_of
from register.models import Fetch, Page, SavedPage
from register.staleness.closing import read_closing
from register.store import Store
from register.store.staleness.endings import Notice
from register.store.staleness.staleness import LivingRecord
from review.queue.lifecycle import plain

# Answers that are no page, and may say why: "we have closed" often stands where all else was taken away.
TELLING = frozenset(
    {Cause.NOT_FOUND.value, Cause.GONE.value, Cause.SOFT_404.value, Cause.CHANGED_LAYOUT.value, Cause.EMPTY.value}
)
TITLE_PARTS = re.compile(r"\s+[|–—:·»-]\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A notice with the published records that it may be about: (id, whether it seems to mean it)."""

    notice: Notice
    records: tuple[tuple[str, bool], ...]


@dataclass  # no slots: the cached part lives in its dict
class NoticeDesk:
    """Looks for notices on a locality's hosts that have published `records`; `providers` are these records' own."""

    store: Store
    data: Path
    locality: str
    today: date
    records: tuple[LivingRecord, ...]
    providers: dict[str, str]

    @cached_property
    def hosts(self) -> frozenset[str]:
        return frozenset(host_of(record.page_url) for record in self.records if record.page_id is not None)

    def read(self, draft: HostDraft, gathered: Gathered) -> tuple[Found, ...]:
        """The notices among what a host gave now that were not there when its pages were read before."""
        if draft.host not in self.hosts:
            return ()
        titles = [page.reading.page.title for page in draft.drafted]
        titles += [known.title for url, known in gathered.known.items() if host_of(url) == draft.host]
        reader, found = self._reader(draft.host, titles), []
        for page, fetch in (*self._read_pages(draft), *self._failed_pages(draft)):
            before = plain(self.store.pages.words_of(fetch.url))
            for closing in reader.read(page):
                if plain(closing.evidence.quote) not in before:
                    found.append(self._found(draft.host, fetch, closing))
        return tuple(found)

    def _read_pages(self, draft: HostDraft) -> Iterator[tuple[Page, Fetch]]:
        for drafted in draft.drafted:
            page = drafted.reading.page
            yield page, draft.answers[page.url].fetch

    def _failed_pages(self, draft: HostDraft) -> Iterator[tuple[Page, Fetch]]:
        from crawlers.archive import read_body
        from extract.reading import read_page
        from register.errors import CrawlError

        for fetch in draft.failed:
            if fetch.cause not in TELLING or not fetch.archive:
                continue
            try:
                body, kind = read_body(self.store.archive, fetch.archive, fetch.offset)
            except CrawlError:
                continue
            saved = SavedPage(
                url=fetch.url, body=body, content_type=kind or fetch.content_type, fetched_at=fetch.fetched_at
            )
            yield (
                read_page(
                    saved.body,
                    url=saved.url,
                    content_type=saved.content_type,
                    locality=self.locality,
                    fetched_at=saved.fetched_at,
                ),
                fetch,
            )

    def _reader(self, host: str, titles: Iterable[str]) -> ClosingReader:
        mine = [record for record in self.records if host_of(record.page_url) == host]
        providers = {self.providers[one.id] for one in mine if one.id in self.providers}
        parts = Counter(part for title in titles for part in set(TITLE_PARTS.split(title)) if len(part.split()) > 1)
        sites = {part for part, number in parts.items() if number > 1} - {one.name for one in mine}
        names = {one.name for one in mine} | {part for part in parts if len(part.split()) > 1}
        return ClosingReader(read_closing(self.data), names | providers, providers | sites)

    def _found(self, host: str, fetch: Fetch, closing: Closing) -> Found:
        notice = Notice(
            locality=self.locality,
            host=host,
            about=closing.about,
            page_url=fetch.url,
            quote=closing.evidence.quote,
            start=closing.evidence.start,
            day=self.today,
            archive=fetch.archive,
            archive_offset=fetch.offset,
            content_type=fetch.content_type,
        )
        meant = self._meant(host, fetch.url, closing)
        near = [one for one in self.records if host_of(one.page_url) == host or one.id in meant]
        return Found(notice=notice, records=tuple((one.id, one.id in meant) for one in near))

    def _meant(self, host: str, url: str, closing: Closing) -> frozenset[str]:
        """The records that a notice seems to mean: those that it names, or that stand on its page; of an organisation,
        all of the same provider, or of its host where that has one provider alone."""
        here = [one for one in self.records if host_of(one.page_url) == host]
        named = {one.id for one in here if plain(one.name) in closing.names}
        named |= {one.id for one in self.records if plain(self.providers.get(one.id, "-")) in closing.names}
        on_page = {one.id for one in here if one.page_url == url}
        if closing.about != ORGANISATION:
            return frozenset(named or on_page)
        providers = {plain(self.providers[one.id]) for one in here if one.id in self.providers}
        if len(providers) <= 1:
            named |= {one.id for one in here}
        theirs = {plain(self.providers[one]) for one in named or on_page if one in self.providers}
        same = {one.id for one in self.records if plain(self.providers.get(one.id, "-")) in theirs}
        return frozenset((named or on_page) | same)
