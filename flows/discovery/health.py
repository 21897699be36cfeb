"""Whether a run, and each host in it, is to be believed; and which candidates a believed run should have seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from flows.discovery.gathering import Answered, Gathered
from flows.discovery.host_drafts import HostDraft
from register.codes.vocabulary import FIELD_NAMES, Cause, PageKind, Status
from register.hosts import host_of
from register.localities.locality import Locality
from register.models import Candidate, Fetch
from review.queue.lifecycle import plain

if TYPE_CHECKING:
    from flows.discovery.drafting import DraftedPage

# Answers that say that a page is no more; anything else may be a passing fault or a refusal.
GONE = frozenset({Cause.NOT_FOUND.value, Cause.GONE.value})
# Limits that leave pages unvisited which an earlier run may have visited.
CUT_SHORT = frozenset({"max_pages", "timeout"})
# A run's pages and services may fall by this share of the median of the last healthy runs, and by a few in any case.
# A greater fall at once is taken for a fault, not for a season's change.
TOLERANCE, FEW = 0.3, 3
RUNS_REMEMBERED = 5
# Of a host's known pages, this share may fail or go at once; fewer than so many say nothing of the host.
SHARE_BROKEN, FEWEST_BROKEN = 0.5, 3
# Of the pages of a host that changed its stock, this share is known from before.
SHARE_KEPT = 0.2
# Of what was read, this share must be drafted.
SHARE_DRAFTED = 0.8
# Services, or values of a field, on pages that changed: with fewer before than this, a fall to nothing may be chance.
FEWEST_SERVICES, SHARE_OF_SERVICES = 4, 0.5
FEWEST_VALUES, SHARE_OF_VALUES = 5, 0.2
FILLED = tuple(name for name in FIELD_NAMES if name.startswith(("fact.", "tidier.")))
# Facts by which a service that took another name is known on its page.
TELLING = frozenset(
    f"fact.{name}" for name in ("phones", "emails", "postcodes", "addresses", "weekdays", "times", "dates")
)
# A listing may miss a few of the entries that it claims: some are counted and not shown.
SHARE_OF_LIST, FEW_OF_LIST = 0.95, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why something is not to be believed, in a sentence with its numbers, and the cause as far as one can be named."""

    sentence: str
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How many pages and services a run should find: `least` of each, and the `usual` number, 0 where nobody knows."""

    least_pages: int
    usual_pages: int
    least_services: int
    usual_services: int
    source: str


def expected_range(locality: Locality, history: Sequence[Mapping[str, int]]) -> Expected:
    """What the locality file asks for, or the last healthy runs (their counts, newest first) lead to expect."""
    pages = [counts["found"] for counts in history if "found" in counts]
    services = [counts["found_services"] for counts in history if "found_services" in counts]
    usual_pages, usual_services = (int(median(numbers)) if numbers else 0 for numbers in (pages, services))
    return Expected(
        least_pages=max(locality.expected_pages, _least(usual_pages)),
        usual_pages=usual_pages,
        least_services=max(locality.expected_services, _least(usual_services)),
        usual_services=usual_services,
        source=f"the last {len(pages)} healthy runs" if pages else f"expected_pages of {locality.key}",
    )


def _least(usual: int) -> int:
    return max(0, min(round(usual * (1 - TOLERANCE)), usual - FEW))


def doubt_of_run(
    locality: Locality, gathered: Gathered, expected: Expected | None, *, found: int, services: int
) -> Doubt | None:
    """Why the run as a whole is not to be believed; None where it is. A recheck expects no number."""
    if gathered.stats.finish_reason != "finished":
        return Doubt(sentence=f"the crawl ended early: {gathered.stats.finish_reason}")
    if expected is None:
        return None
    if found < expected.least_pages:
        usual = f"{expected.usual_pages} are usual" if expected.usual_pages else f"expected_pages of {locality.key}"
        return Doubt(sentence=f"{found} pages found, expected at least {expected.least_pages} ({usual})")
    if services < expected.least_services:
        usual = f"{expected.usual_services} are usual" if expected.usual_services else "expected_services"
        return Doubt(sentence=f"{services} services found, expected at least {expected.least_services} ({usual})")
    return None


def doubt_of_hosts(doubted: Mapping[str, Doubt], known: Iterable[str]) -> Doubt | None:
    """A run whose doubted hosts hold half of the known pages is doubted itself."""
    hosts = Counter(host_of(url) for url in known)
    broken = sum(hosts[host] for host in doubted)
    if not doubted or broken < SHARE_BROKEN * hosts.total():
        return None
    worst = max(doubted, key=lambda host: (hosts[host], host))
    others = f"; so are {len(doubted) - 1} other hosts" if len(doubted) > 1 else ""
    return Doubt(sentence=f"{worst}: {doubted[worst].sentence}{others}", cause=doubted[worst].cause)


def doubt_of_host(
    draft: HostDraft, gathered: Gathered, before: Mapping[str, Candidate], aside: frozenset[str] = frozenset()
) -> Doubt | None:
    """Why a host's answers are not to be believed; None where they are.

    `before` are the known drafts, by id, of the candidates that stood on the pages read now, `aside` the addresses of
    pages whose failing says nothing of the host: those found elsewhere, and dates that are over.
    """
    return _broken(draft, gathered, aside) or _undrafted(draft) or _changed(draft, before) or _short(draft, gathered)


def dates_gone(draft: HostDraft, dates: Set[str]) -> frozenset[str]:
    """Those of the pages of further dates that are no more: a calendar takes its dates down together."""
    return frozenset(fetch.url for fetch in draft.failed if fetch.cause in GONE and fetch.url in dates)


def _broken(draft: HostDraft, gathered: Gathered, aside: frozenset[str]) -> Doubt | None:
    """Many pages that were good before fail, or are gone, at once, and no others stand in their place."""
    failed = [fetch for fetch in draft.failed if fetch.url in gathered.known and fetch.url not in aside]
    gone_wrong = {fetch.url for fetch in failed}
    asked = len(failed) + sum(page.known is not None for url, page in draft.answers.items() if url not in gone_wrong)
    by_cause = Counter(fetch.cause for fetch in failed)
    broken = [fetch for fetch in failed if fetch.cause not in GONE]
    many = len(failed) >= FEWEST_BROKEN and len(failed) > SHARE_BROKEN * asked
    if not failed or not (many or len(broken) == asked) or _replaced(draft, failed, asked):
        return None
    cause, _ = by_cause.most_common(1)[0]
    told = ", ".join(f"{number} {name}" for name, number in by_cause.most_common())
    return Doubt(sentence=f"{len(failed)} of {asked} pages that were good before give none now ({told})", cause=cause)


def _replaced(draft: HostDraft, failed: Sequence[Fetch], asked: int) -> bool:
    """Whether the host merely changed its stock, as a calendar does: what fails is gone, some of what was known is
    there, and there are about as many pages as before."""
    if any(fetch.cause not in GONE for fetch in failed):
        return False
    here = len(draft.same) + len(draft.drafted)
    new = sum(draft.answers[page.reading.page.url].known is None for page in draft.drafted)
    kept = here - new
    return here >= (1 - TOLERANCE) * asked and kept >= SHARE_KEPT * asked and new >= SHARE_BROKEN * len(failed)


def _undrafted(draft: HostDraft) -> Doubt | None:
    read, lost = len(draft.hashes), len(draft.issues)
    if not read or read - lost >= SHARE_DRAFTED * read:
        return None
    return Doubt(sentence=f"{lost} of {read} pages could not be drafted, expected nearly all; the issues say why")


def _changed(draft: HostDraft, before: Mapping[str, Candidate]) -> Doubt | None:
    """Pages answered and hold words, but what extraction used to find on them is gone."""
    changed = {
        page.reading.page.url: page
        for page in draft.drafted
        if _text_changed(draft, page.reading.page.url, page.text_hash)
    }
    lost = {fetch.url for fetch in draft.failed if fetch.cause == Cause.CHANGED_LAYOUT}
    had = [old for old in before.values() if old.page_url in changed or old.page_url in lost]
    names = {plain(candidate.name) for page in draft.drafted for candidate in page.candidates}
    texts = {url: plain(page.reading.page.text) for url, page in changed.items()}
    kept = sum(
        plain(old.name) in names
        or plain(old.name) in texts.get(old.page_url, "")
        or (old.page_url in changed and _renamed(old, changed[old.page_url]))
        for old in had
    )
    if len(had) >= FEWEST_SERVICES and kept < SHARE_OF_SERVICES * len(had):
        where = f"{len(changed) + len(lost)} pages that changed"
        sentence = f"of {len(had)} services on {where}, {kept} are found again: the layout may have changed"
        return Doubt(sentence=sentence, cause=Cause.CHANGED_LAYOUT)
    return _unfilled(changed.values(), before)


def _renamed(old: Candidate, page: DraftedPage) -> bool:
    """Whether a service on its page states as much of what it stated: it took another name, which no layout does."""
    stated = _stated(old)
    return any(2 * len(stated & _stated(new)) >= len(stated) > 0 for new in page.candidates)


def _stated(candidate: Candidate) -> frozenset[tuple[str, str]]:
    """What tells it from others: the values of its facts that are no choice of a few."""
    return frozenset(
        (field.name, str(field.value)) for field in candidate.fields if field.name in TELLING and field.value
    )


def _unfilled(changed: Iterable[DraftedPage], before: Mapping[str, Candidate]) -> Doubt | None:
    """A field that most services stated, and none states now."""
    after = {candidate.key: candidate for page in changed for candidate in page.candidates}
    both = [(before[key], candidate) for key, candidate in after.items() if key in before]
    for name in FILLED:
        were = sum(_states(old, name) for old, _ in both)
        are = sum(_states(new, name) for _, new in both)
        if were >= FEWEST_VALUES and are <= SHARE_OF_VALUES * were:
            sentence = f"{name} is stated by {are} of {len(both)} services on pages that changed, by {were} before"
            return Doubt(sentence=f"{sentence}: the layout may have changed", cause=Cause.CHANGED_LAYOUT)
    return None


def _text_changed(draft: HostDraft, url: str, text_hash: str) -> bool:
    known = draft.answers[url].known
    return known is not None and known.text_hash != text_hash


def _states(candidate: Candidate, name: str) -> bool:
    return any(field.name == name and field.status is Status.REPORTED for field in candidate.fields)


def _short(draft: HostDraft, gathered: Gathered) -> Doubt | None:
    """A listing or feed that claims more entries than it gave."""
    limited = bool(CUT_SHORT & set(gathered.stats.truncated_by.split(",")))
    for report in gathered.stats.lists:
        if host_of(report.url) != draft.host or report.claimed is None or limited:
            continue
        if any(_is_part(page, report.url) for page in draft.same):
            continue  # an unchanged page of the list is not read again, so its entries were not counted
        if report.entries < SHARE_OF_LIST * report.claimed and report.claimed - report.entries >= FEW_OF_LIST:
            sentence = f"{report.url} says that it has {report.claimed} entries and gave {report.entries}"
            return Doubt(sentence=sentence, cause=Cause.TRUNCATED)
    return None


def _is_part(page: Answered, listing: str) -> bool:
    return page.url.startswith(listing.partition("?")[0]) and not (page.known and page.known.kind == PageKind.SERVICE)


def should_be_seen(
    pages_of_candidates: Iterable[tuple[str, str]],
    gathered: Gathered,
    *,
    believed: frozenset[str],
    doubted_hosts: frozenset[str],
    whole: bool,
) -> Iterator[str]:
    """Ids of the candidates that this run should have seen, were they still there.

    Only a page that was read (`believed`) or that is gone (404, 410) says that a candidate is missing; in a run over
    the whole locality that nothing cut short, so does a page to which nothing leads any more. A page that failed, was
    not due, or stands on a host that was left early or is doubted says nothing.
    """
    left = doubted_hosts | {report.host for report in gathered.stats.hosts if report.cause}
    gone = {fetch.url for fetch in gathered.failed if fetch.cause in GONE}
    complete = whole and not CUT_SHORT & set(gathered.stats.truncated_by.split(","))
    unled = gathered.unasked if complete else frozenset()
    for candidate_id, url in pages_of_candidates:
        if host_of(url) not in left and (url in believed or url in gone or url in unled):
            yield candidate_id


def shortfalls(gathered: Gathered, doubted: Mapping[str, Doubt], expected: Expected | None, *, found: int) -> str:
    """What a believed run did not reach, or found beyond what is usual, in words; empty where there is nothing."""
    told = [f"{host} is quarantined: {doubt.sentence}" for host, doubt in sorted(doubted.items())]
    told += [f"{report.host} was left early ({report.stopped})" for report in gathered.stats.hosts if report.cause]
    cut = sorted(CUT_SHORT & set(gathered.stats.truncated_by.split(",")))
    if cut:
        told.append(f"the crawl was cut short by {', '.join(cut)}")
    if told:
        told.append("nothing there was marked missing")
    if gathered.stats.trapped:
        told.append(f"a trap: {gathered.stats.trapped} addresses were left out that go on without end")
    if expected and expected.usual_pages > FEW and found > 2 * expected.usual_pages:
        told.append(f"{found} pages found, {expected.usual_pages} are usual: a new source?")
    return "; ".join(told)
