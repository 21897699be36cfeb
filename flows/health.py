"""Whether a run is to be believed, and which candidates it should have seen."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from flows.gathering import Gathered
from register.locality import Locality
from register.store import Store

# Answers that say that a page is no more; anything else may be a passing fault or a refusal.
GONE = (404, 410)
# A run that finds less than this share of what was known before, or drafts less of what it read, is not believed.
SHARE_OF_KNOWN = 0.5
SHARE_DRAFTED = 0.8
# Limits that leave pages unvisited which an earlier run may have visited.
CUT_SHORT = frozenset({"max_pages", "timeout"})


def complaint(
    locality: Locality, gathered: Gathered, *, known_pages: int, known_candidates: int, seen: int, undrafted: int
) -> str:
    """Why a discovery is not to be believed; empty where it is."""
    found = len(gathered.saved)
    if gathered.stats.finish_reason != "finished":
        return f"the crawl ended early: {gathered.stats.finish_reason}"
    if found < locality.expected_pages:
        return f"{found} pages read, expected at least {locality.expected_pages} (expected_pages of {locality.key})"
    if found < SHARE_OF_KNOWN * known_pages:
        return f"{found} pages read, expected at least half of the {known_pages} known from earlier runs"
    if found - undrafted < SHARE_DRAFTED * found:
        return f"{undrafted} of {found} pages could not be drafted, expected nearly all; the issues say why"
    if seen < SHARE_OF_KNOWN * known_candidates:
        return f"{seen} services found, expected at least half of the {known_candidates} known from earlier runs"
    return ""


def recheck_complaint(gathered: Gathered, *, asked: int, undrafted: int) -> str:
    """Why a recheck is not to be believed; empty where it is."""
    if gathered.stats.finish_reason != "finished":
        return f"the crawl ended early: {gathered.stats.finish_reason}"
    answered = len(gathered.saved) + sum(1 for status in gathered.failed.values() if 400 <= status < 500)
    if asked and not answered:
        return f"none of {asked} pages answered"
    if len(gathered.saved) - undrafted < SHARE_DRAFTED * len(gathered.saved):
        return f"{undrafted} of {len(gathered.saved)} pages could not be drafted, expected nearly all"
    return ""


def should_be_seen(
    store: Store, locality: str, gathered: Gathered, *, undrafted: frozenset[str], asked: frozenset[str] | None = None
) -> Iterator[str]:
    """Ids of the candidates that this run should have seen, were they still there.

    A candidate whose page failed to answer (but for 404 and 410), could not be drafted, or stands on a host that the
    crawl left early, is left alone: nobody knows. So is every one where the crawl was cut short. `asked` is the pages
    that a recheck asked for; None where the whole locality was crawled.
    """
    if asked is None and CUT_SHORT & set(gathered.stats.truncated_by.split(",")):
        return
    left = {report.host for report in gathered.stats.hosts if report.stopped}
    unsure = undrafted | {url for url, status in gathered.failed.items() if status not in GONE}
    for candidate_id, url in store.queue.pages_of_candidates(locality):
        if url not in unsure and urlsplit(url).netloc not in left and (asked is None or url in asked):
            yield candidate_id


def shortfalls(gathered: Gathered) -> str:
    """What a believed run did not reach, in words; empty where it reached all."""
    left = [f"{report.host} was left early ({report.stopped})" for report in gathered.stats.hosts if report.stopped]
    cut = sorted(CUT_SHORT & set(gathered.stats.truncated_by.split(",")))
    if cut:
        left.append(f"the crawl was cut short by {', '.join(cut)}")
    return "; ".join([*left, "nothing there was marked missing"]) if left else ""
