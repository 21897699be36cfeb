"""Where the pages and services of one host went that are not where they were: what a run read beside the register.

Pages first, by their words; then services, whose pages are gone or bear another name. A page that nobody reviewed as
long as another one told its service is drafted where that other one is gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from flows.discovery.gathering import Answered
from flows.discovery.health import GONE
from flows.discovery.host_drafts import HostDraft
from flows.discovery.repeats import Admissible, name_words
from flows.settings import Stages
from flows.staleness.following import Telling, follow, what_is_common
from flows.staleness.page_moves import PageTelling, another_day, find_moves, moved_with_their_section
from register.codes.vocabulary import PageKind
from register.hosts import host_of
from register.models import Candidate, SiteProfile
from register.store import Store
from register.store.crawling.moves import Follow, PageMove, Way
from register.store.crawling.pages import Standing
from register.store.queue.listing import QueueState

if TYPE_CHECKING:
    from flows.discovery.drafting import DraftedPage

MOST_BESIDE = 60  # other services of the host by which it is told what all of them say
_Place = tuple[str, bool]  # an address, and whether its page is no list
MOST_SILENT = 4  # pages of one name that are drafted where the one that told its service is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """What is no more where it was on a host: pages that are `gone`, those that are `new`, by address, the `moves` from
    the ones to the others, and the candidates that `stood` on each of its pages."""

    gone: tuple[PageTelling, ...] = ()
    new: Mapping[str, PageTelling]
    moves: tuple[PageMove, ...] = ()
    stood: Mapping[str, tuple[str, ...]]

    @property
    def left(self) -> frozenset[str]:
        """The addresses of pages that are gone, found elsewhere or not."""
        return frozenset(page.url for page in self.gone)


def look_for(store: Store, locality: str, draft: HostDraft) -> Whereabouts:
    """Where the host's pages went that are gone, now or since an earlier run."""
    now = [fetch.url for fetch in draft.failed if fetch.cause in GONE]
    led = _redirected(store, locality, draft)
    gone = [
        PageTelling(url=page.url, title=page.title, text=page.text, text_hash=page.text_hash)
        for page in store.moves.gone(locality, GONE, now=[*now, *(move.from_url for move in led)])
        if host_of(page.url) == draft.host and (page.url not in draft.answers or page.url in {m.from_url for m in led})
    ]
    new = {page.reading.page.url: page for page in draft.drafted if draft.answers[page.reading.page.url].known is None}
    stood: dict[str, list[str]] = defaultdict(list)
    for candidate, url in store.queue.pages_of_candidates(locality):
        if host_of(url) == draft.host:
            stood[url].append(candidate)
    tellings = {url: _telling(page, draft.profile) for url, page in new.items()} if gone else {}
    ends = {url for move in led for url in (move.from_url, move.to_url)}
    left, found = ([page for page in pages if page.url not in ends] for pages in (gone, tellings.values()))
    moves = (*led, *find_moves(left, found))
    answered = {url for url, answer in draft.answers.items() if answer.known is None}
    return Whereabouts(
        gone=tuple(gone),
        new=tellings,
        moves=(*moves, *moved_with_their_section(moves, now, answered)),
        stood={url: tuple(ids) for url, ids in stood.items()},
    )


def _redirected(store: Store, locality: str, draft: HostDraft) -> tuple[PageMove, ...]:
    """The known addresses that lead to a page which was read under its own address too, and was not known before, or
    was found by this very way: the page stands there now. Where many lead to one, such as the home page, none moved."""
    leads: dict[str, list[str]] = defaultdict(list)
    for url, answer in draft.answers.items():
        goes = answer.fetch.final_url
        there = draft.answers.get(goes)
        if answer.known is None or answer.unmodified or goes == url or there is None:
            continue
        before = store.moves.page_of(locality, url)
        if there.known is None or (before is not None and before.to_url == goes):
            leads[goes].append(url)
    return tuple(
        PageMove(from_url=urls[0], to_url=goes, way=Way.REDIRECT) for goes, urls in leads.items() if len(urls) == 1
    )


def _telling(page: DraftedPage, profile: SiteProfile | None) -> PageTelling:
    from extract.services import main_text  # loaded by whatever drafted the page

    read = page.reading.page
    main = main_text(read, profile=profile)
    return PageTelling(url=read.url, title=read.title, text=read.text, text_hash=page.text_hash, main=main)


def with_silent(
    store: Store,
    draft: HostDraft,
    where: Whereabouts,
    standings: Mapping[str, Standing],
    *,
    locality: str,
    archive: Path,
    stages: Callable[[], Stages],
) -> HostDraft:
    """The draft without the addresses that merely lead to where their pages stand now, and with those unchanged pages
    that bear the name of a service whose page is gone: no candidate was made of them as long as that page told it."""
    draft = _without(draft, frozenset(move.from_url for move in where.moves if move.way is Way.REDIRECT))
    silent = [
        page
        for page in draft.same
        if page.url not in standings and page.known is not None and page.known.kind == PageKind.SERVICE
    ]
    titles = {page.url: name_words(page.known.title) for page in silent if page.known}
    wanted: dict[str, Answered] = {}
    for candidate in (one for url in where.left for one in where.stood.get(url, ())):
        name = name_words(store.queue.get(candidate).draft.name)
        wanted |= islice(((page.url, page) for page in silent if name and name <= titles[page.url]), MOST_SILENT)
    if not wanted:
        return draft
    drafted = tuple(_draft_again(wanted.values(), draft, locality=locality, archive=archive, stages=stages()))
    again = {page.reading.page.url for page in drafted}
    held = {url: page.known.body_hash for url, page in wanted.items() if url in again and page.known}
    return replace(
        draft,
        drafted=(*draft.drafted, *drafted),
        same=tuple(page for page in draft.same if page.url not in again),
        hashes=draft.hashes | held,
    )


def _without(draft: HostDraft, addresses: frozenset[str]) -> HostDraft:
    return replace(
        draft,
        drafted=tuple(page for page in draft.drafted if page.reading.page.url not in addresses),
        same=tuple(page for page in draft.same if page.url not in addresses),
    )


def _draft_again(
    pages: Iterable[Answered], draft: HostDraft, *, locality: str, archive: Path, stages: Stages
) -> Iterable[DraftedPage]:
    from flows.discovery.drafting import draft_site

    saved = [page.read(archive) for page in pages]
    site = draft_site(saved, host=draft.host, locality=locality, known=draft.profile, stages=stages)
    return site.pages


def find_follows(
    store: Store, admissible: Sequence[Admissible], where: Whereabouts, *, yielded: Collection[str] = ()
) -> dict[str, Follow]:
    """By the key under which it is drafted now, each service that stands elsewhere or bears another name.

    The candidates that `yielded` stand on pages that are as they were, and another page tells all that they tell: where
    that is a page of the service's own, which was read now, they stand there from now on.
    """
    now = {one.key: Telling(one, page.page.reading.page.text) for page in admissible for one in page.candidates}
    known = {key for key in now if store.queue.find(key) is not None}
    fresh = [telling for key, telling in now.items() if key not in known]
    lost = _lost(where, {page.url for page in admissible}, now)
    alone = (one for page in admissible if _tells_one(page) for one in page.candidates)
    own = {name_words(one.name) for one in alone if one.key not in known}
    lost += (one for one in yielded if one not in now and name_words(store.queue.get(one).draft.name) in own)
    if not lost or not fresh:
        return {}
    before = [_as_known(store, one) for one in lost]
    beside = [_as_known(store, one) for one in islice(_others(where, {*lost, *known}), MOST_BESIDE)]
    common = what_is_common([*before, *beside, *(now[key] for key in known)], [*now.values(), *beside])
    ways = {(move.from_url, move.to_url): move.way for move in where.moves}
    found = (replace(one, way=ways.get((one.from_url, one.to_url), one.way)) for one in follow(before, fresh, common))
    return {one.key: one for one in found}


def _lost(where: Whereabouts, read: Set[str], now: Mapping[str, Telling]) -> list[str]:
    """The candidates that stood on pages that were read, or are gone, and are not told there now."""
    left = (stood for url, stood in where.stood.items() if url in read or url in where.left)
    return [one for stood in left for one in stood if one not in now]


def _tells_one(page: Admissible) -> bool:
    return page.page.reading.kind is not PageKind.LISTING and len(page.page.candidates) == 1


def under_own_ids(page: Admissible, follows: Mapping[str, Follow]) -> Admissible:
    """The page with each of its candidates that went there from elsewhere under the id that it has."""
    candidates = (
        replace(one, key=follows[one.key].candidate) if one.key in follows else one for one in page.candidates
    )
    return replace(page, candidates=tuple(candidates))


def rekeyed(store: Store, draft: HostDraft, keys: Mapping[str, str]) -> HostDraft:
    """The draft with the candidates that were followed in an earlier run under the ids that they have, each told at one
    place: rather a page of its own than a list, then where it stands by now, then the first."""
    told: dict[str, list[_Place]] = defaultdict(list)
    for page in draft.drafted:
        for one in page.candidates:
            told[keys.get(one.key, one.key)].append((page.reading.page.url, page.reading.kind is not PageKind.LISTING))
    kept = {own: _told_at(store, own, told[own], draft) for own in set(keys.values()) & told.keys()}
    pages = []
    for page in draft.drafted:
        here, owned = page.reading.page.url, _with_ids(page.candidates, keys)
        pages.append(replace(page, candidates=tuple(one for one in owned if kept.get(one.key, here) == here)))
    return replace(draft, drafted=tuple(pages))


def _with_ids(candidates: Sequence[Candidate], keys: Mapping[str, str]) -> Iterator[Candidate]:
    """One page's candidates under the ids that they have. An old name beside the new one makes them two, of which
    the new one keeps its own key."""
    taken = {one.key for one in candidates}
    for one in candidates:
        own = keys.get(one.key, one.key)
        yield one if own in taken else replace(one, key=own)
        taken.add(own)


def _told_at(store: Store, candidate: str, places: Sequence[_Place], draft: HostDraft) -> str:
    """The address at which the candidate is told; it may be that of a page which is as it was."""
    known = store.queue.find(candidate)
    stands = known.draft.page_url if known else ""
    same = [
        (page.url, page.known is not None and page.known.kind != PageKind.LISTING)
        for page in draft.same
        if page.url == stands
    ]
    return max((*places, *same), key=lambda place: (place[1], place[0] == stands))[0]


def _as_known(store: Store, candidate: str) -> Telling:
    known = store.queue.get(candidate)
    decided = known.state is not QueueState.UNDECIDED
    return Telling(replace(known.draft, key=known.id), known.page_text, decided)


def _others(where: Whereabouts, taken: set[str]) -> Iterable[str]:
    return (one for candidates in where.stood.values() for one in candidates if one not in taken)


def moves_of_services(where: Whereabouts, follows: Iterable[Follow]) -> tuple[PageMove, ...]:
    """The pages that were found elsewhere, those taken in that are known by a service that went there with them."""
    moves = list(where.moves)
    gone = {page.url: page for page in where.gone}
    for one in follows:
        old, new = gone.get(one.from_url), where.new.get(one.to_url)
        taken = any(move.from_url == one.from_url or move.to_url == one.to_url for move in moves)
        if old and new and not taken and not another_day(old, new):
            moves.append(PageMove(from_url=one.from_url, to_url=one.to_url, way=Way.CONTENT))
    return tuple(moves)
