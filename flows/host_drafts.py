"""One host's answers: which of its pages need drafting, what they say, and which fail by their content."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.addresses import host_of
from flows.gathering import Answered, Gathered
from flows.settings import Stages
from register.errors import CrawlError
from register.models import Fetch, SavedPage, SiteProfile
from register.serial import digest
from register.store.pages import Standing
from register.store.runs import Issue
from register.vocabulary import Cause

if TYPE_CHECKING:
    from flows.drafting import DraftedPage, DraftedSite

# The same few words under so many addresses that nobody would write so: an error page that answers 200.
SAME_WORDS, SAME_ADDRESSES = 60, 5
WHY = {
    Cause.EMPTY: "no visible words",
    Cause.SOFT_404: "the same few words as at other addresses of the host",
}
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
    no_pages: Mapping[str, str],
    stages: Callable[[], Stages],
    advance: Callable[[str], None],
) -> HostDraft:
    """Reads and drafts the pages of `host` that changed, or that were drafted by other rules than `rules`.

    `standings` say what stood on each page when it was last drafted, `no_pages` which bytes were no page. Models are
    loaded, by `stages`, only where there is something to draft.
    """
    pages = sorted((page for page in gathered.pages if page.host == host), key=lambda page: page.url)
    bodies = _Bodies(archive, rules, no_pages)
    waiting = iter(bodies.read(pages))
    first = next(waiting, None)
    failed = tuple(fetch for fetch in gathered.failed if host_of(fetch.url) == host)
    if first is None:
        issues, answers = tuple(bodies.issues), {page.url: page for page in pages}
        failed = (*failed, *bodies.broken)
        return HostDraft(
            host=host, same=tuple(bodies.same), failed=failed, issues=issues, answers=answers, hashes=bodies.hashes
        )
    from flows.drafting import draft_site  # with it come the libraries that read pages, which take seconds

    site = draft_site(
        _chain(first, waiting), host=host, locality=locality, known=known_profile, stages=stages(), advance=advance
    )
    drafted, broken, doubted = _judge(site, {page.url: page for page in pages}, standings)
    return HostDraft(
        host=host,
        profile=site.profile,
        drafted=drafted,
        same=tuple(bodies.same),
        failed=(*failed, *bodies.broken, *broken),
        issues=(*bodies.issues, *site.issues),
        answers={page.url: page for page in pages},
        hashes=bodies.hashes,
        doubted=doubted,
        parsed=len(site.pages) + len(site.issues),
    )


def _chain(first: SavedPage, rest: Iterator[SavedPage]) -> Iterator[SavedPage]:
    yield first
    yield from rest


def seen_as(cause: str, body_hash: str, rules: str) -> str:
    """What is noted of bytes that were no page: the same bytes under the same rules are none again."""
    return digest(f"{cause} {rules} {body_hash}")


class _Bodies:
    """Reads bodies from the archive one at a time, and leaves out those that say nothing new."""

    def __init__(self, archive: Path, rules: str, no_pages: Mapping[str, str]) -> None:
        self._archive, self._rules, self._no_pages = archive, rules, no_pages
        self.broken: list[Fetch] = []
        self.same: list[Answered] = []
        self.issues: list[Issue] = []
        self.hashes: dict[str, str] = {}

    def read(self, pages: list[Answered]) -> Iterator[SavedPage]:
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
        """Why the very same bytes were no page, as far as that is known."""
        noted = self._no_pages.get(page.url)
        return next((c for c in WHY if noted == seen_as(c.value, self.hashes[page.url], self._rules)), None)


def _judge(
    site: DraftedSite, answers: dict[str, Answered], standings: Mapping[str, Standing]
) -> tuple[tuple[DraftedPage, ...], tuple[Fetch, ...], dict[str, str]]:
    """The pages that are to be believed, the answers to those that are not, each with its cause, and the hashes of the
    main texts that are merely doubted."""
    alike: dict[str, list[DraftedPage]] = defaultdict(list)
    for page in site.pages:
        alike[page.text_hash].append(page)
    repeated = {text_hash for text_hash, group in alike.items() if _is_error_page(group, answers)}
    believed: list[DraftedPage] = []
    failed: list[Fetch] = []
    doubted: dict[str, str] = {}
    for page in site.pages:
        answer = answers[page.reading.page.url]
        cause, why = _cause(page, answer, repeated, standings.get(answer.url))
        if cause is None:
            believed.append(page)
        else:
            failed.append(replace(answer.fetch, url=answer.url, cause=cause, error=why))
        if cause is Cause.CHANGED_LAYOUT:
            doubted[answer.url] = page.text_hash
    return tuple(believed), tuple(failed), doubted


def _cause(
    page: DraftedPage, answer: Answered, repeated: set[str], before: Standing | None
) -> tuple[Cause | None, str]:
    text, known = page.reading.page.text, answer.known
    if not text.strip():
        return Cause.EMPTY, WHY[Cause.EMPTY]
    if page.text_hash in repeated:
        return Cause.SOFT_404, WHY[Cause.SOFT_404]
    if before is None or known is None or page.candidates or page.text_hash in (known.text_hash, known.doubted):
        return None, ""
    if len(text) >= SHARE_OF_WORDS * before.text_length:
        return None, ""
    return Cause.CHANGED_LAYOUT, "its services and most of its words are gone; believed if the next run finds the same"


def _is_error_page(group: list[DraftedPage], answers: dict[str, Answered]) -> bool:
    """Whether pages with the same main text are one error page: many of them, or ones that told them apart before."""
    if len(group) < 2 or len(group[0].reading.page.text.split()) > SAME_WORDS:
        return False
    before = [known.text_hash for page in group if (known := answers[page.reading.page.url].known)]
    return len(group) >= SAME_ADDRESSES or (len(before) >= 2 and len(set(before)) == len(before))
