"""One host's answers: which of its pages need drafting, what they say, and which fail by their content."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from flows.discovery.gathering import Answered, Gathered
from flows.settings import Stages
from register.codes.vocabulary import Cause
from register.errors import CrawlError
from register.hosts import host_of
from register.models import Fetch, SavedPage, SiteProfile
from register.serial import digest
from register.store.crawling.pages import Standing
from register.store.crawling.runs import Issue

if TYPE_CHECKING:
    from flows.discovery.drafting import DraftedPage, DraftedSite

# The same few words under so many addresses that nobody would write so: an error page that answers 200.
SAME_WORDS, SAME_ADDRESSES = 60, 5
WHY = {
    Cause.EMPTY: "no visible words, or only a heading and links that other addresses of the host have too",
    Cause.SOFT_404: "the same few words as at other addresses of the host",
    Cause.CHANGED_LAYOUT: "its services are gone, and most of its words or all but headings and links; believed if the "
    "next run finds the same",
}
# What is none for the same bytes, as long as our rules stay; a changed layout depends on what stood there before.
NO_PAGE = (Cause.EMPTY, Cause.SOFT_404)
# A known page that lost its services and most of its words is believed only when a second run meets it so again.
SHARE_OF_WORDS = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class HostDraft:
    """What a run makes of one host.

    `answers` are all that answered; `drafted` the pages that were read, with the hashes of their bytes, `same` those
    that need no reading, because neither they nor our rules changed; `failed` every answer that is no page; `doubted`
    the hashes of main texts that are believed if another run finds the same; `parsed` how many bodies were parsed.
    """

    host: str
    profile: SiteProfile | None = None
    drafted: tuple[DraftedPage, ...] = ()
    same: tuple[Answered, ...] = ()
    failed: tuple[Fetch, ...] = ()
    issues: tuple[Issue, ...] = ()
    answers: dict[str, Answered] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    doubted: dict[str, str] = field(default_factory=dict)
    parsed: int = 0


def draft_host(
    host: str,
    gathered: Gathered,
    *,
    archive: Path,
    locality: str,
    rules: str,
    known_profile: SiteProfile | None,
    standings: Mapping[str, Standing],
    no_pages: frozenset[str],
    stages: Callable[[], Stages],
    advance: Callable[[str], None],
) -> HostDraft:
    """Reads and drafts the pages of `host` that changed, or that were drafted by other rules than `rules`.

    `standings` say what stood on each page when it was last drafted, `no_pages` which bytes were no page. Models are
    loaded, by `stages`, only where there is something to draft.
    """
    answers = {page.url: page for page in sorted(gathered.pages, key=lambda page: page.url) if page.host == host}
    bodies = _Bodies(archive, rules, no_pages)
    waiting = bodies.read(answers.values())
    site, judged = None, _Judged()
    if (first := next(waiting, None)) is not None:
        from flows.discovery.drafting import (
            draft_site,  # with it come the libraries that read pages, which take seconds
        )

        saved = chain((first,), waiting)
        site = draft_site(saved, host=host, locality=locality, known=known_profile, stages=stages(), advance=advance)
        judged = _judge(site, answers, standings)
    return HostDraft(
        host=host,
        profile=site.profile if site else None,
        drafted=judged.believed,
        same=tuple(bodies.same),
        failed=(*(f for f in gathered.failed if host_of(f.url) == host), *bodies.broken, *judged.failed),
        issues=(*bodies.issues, *(site.issues if site else ())),
        answers=answers,
        hashes=bodies.hashes,
        doubted=judged.doubted,
        parsed=len(site.pages) + len(site.issues) if site else 0,
    )


def seen_as(cause: str, body_hash: str, rules: str) -> str:
    """What is noted of bytes that were no page: the same bytes under the same rules are none again."""
    return digest(f"{cause} {rules} {body_hash}")


class _Bodies:
    """Reads bodies from the archive one at a time, and leaves out those that say nothing new."""

    def __init__(self, archive: Path, rules: str, no_pages: frozenset[str]) -> None:
        self._archive, self._rules, self._no_pages = archive, rules, no_pages
        self.broken: list[Fetch] = []
        self.same: list[Answered] = []
        self.issues: list[Issue] = []
        self.hashes: dict[str, str] = {}

    def read(self, pages: Iterable[Answered]) -> Iterator[SavedPage]:
        for page in pages:
            current = page.known is not None and page.known.drafted_by == self._rules and not page.known.cause
            if page.unmodified and current:
                self.same.append(page)
                continue
            try:
                saved = page.read(self._archive)
            except CrawlError as error:
                self.issues.append(Issue(url=page.url, kind="unreadable", message=str(error)))
                continue
            self.hashes[page.url] = digest(saved.body)
            cause = self._cause_before(page)
            if cause is not None:
                self.broken.append(replace(page.fetch, url=page.url, cause=cause, error=WHY[cause]))
                continue
            if current and page.known is not None and page.known.body_hash == self.hashes[page.url]:
                self.same.append(page)
                continue
            yield saved

    def _cause_before(self, page: Answered) -> Cause | None:
        """Why the very same bytes were no page, here or at another address, as far as that is known."""
        body_hash = self.hashes[page.url]
        return next((c for c in NO_PAGE if seen_as(c.value, body_hash, self._rules) in self._no_pages), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """The pages that are to be believed, the answers that are no page, each with its cause, and the hashes of the main
    texts that are merely doubted."""

    believed: tuple[DraftedPage, ...] = ()
    failed: tuple[Fetch, ...] = ()
    doubted: dict[str, str] = field(default_factory=dict)


def _judge(site: DraftedSite, answers: dict[str, Answered], standings: Mapping[str, Standing]) -> _Judged:
    repeated = _repeated(site, answers)
    believed: list[DraftedPage] = []
    failed: list[Fetch] = []
    doubted: dict[str, str] = {}
    for page in site.pages:
        answer = answers[page.reading.page.url]
        cause = _cause(page, answer, repeated, standings.get(answer.url), site.profile)
        if cause is None:
            believed.append(page)
        else:
            failed.append(replace(answer.fetch, url=answer.url, cause=cause, error=WHY[cause]))
        if cause is Cause.CHANGED_LAYOUT:
            doubted[answer.url] = page.text_hash
    return _Judged(believed=tuple(believed), failed=tuple(failed), doubted=doubted)


def _cause(
    page: DraftedPage,
    answer: Answered,
    repeated: Mapping[str, Cause],
    before: Standing | None,
    profile: SiteProfile | None,
) -> Cause | None:
    text, known = page.reading.page.text, answer.known
    if not text.strip():
        return Cause.EMPTY
    if page.text_hash in repeated:
        return repeated[page.text_hash]
    if before is None or known is None or page.text_hash in (known.text_hash, known.doubted):
        return None
    shrunk = not page.candidates and len(text) < SHARE_OF_WORDS * before.text_length
    kept = {candidate.key for candidate in page.candidates} & set(before.candidates)
    return Cause.CHANGED_LAYOUT if shrunk or not (kept or _has_prose(page, profile)) else None


def _repeated(site: DraftedSite, answers: dict[str, Answered]) -> dict[str, Cause]:
    """The main texts, by hash, of few words that are those of no page, because other addresses have them too."""
    alike: dict[str, list[DraftedPage]] = defaultdict(list)
    for page in site.pages:
        alike[page.text_hash].append(page)
    causes = ((text_hash, _cause_of_repeats(group, answers, site.profile)) for text_hash, group in alike.items())
    return {text_hash: cause for text_hash, cause in causes if cause is not None}


def _cause_of_repeats(
    group: list[DraftedPage], answers: dict[str, Answered], profile: SiteProfile | None
) -> Cause | None:
    """What pages with the same main text are: an error page where there are many, or where they said different things
    before; empty where they are many and hold nothing but a heading or links. None where they may be pages."""
    if len(group) < 2 or len(group[0].reading.page.text.split()) > SAME_WORDS:
        return None
    before = [known.text_hash for page in group if (known := answers[page.reading.page.url].known)]
    if len(before) >= 2 and len(set(before)) == len(before):
        return Cause.SOFT_404
    if len(group) < SAME_ADDRESSES:
        return None
    return Cause.SOFT_404 if _has_prose(group[0], profile) else Cause.EMPTY


def _has_prose(page: DraftedPage, profile: SiteProfile | None) -> bool:
    from extract.services import has_prose  # as draft_site is, with what it needs

    return has_prose(page.reading.page, profile=profile)
