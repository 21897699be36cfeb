"""The words for what a run counts, so that summary, artifact and review application say the same."""

from __future__ import annotations

from collections.abc import Mapping

# Counts in the order in which a person asks for them, with the words for one and for many.
COUNT_WORDS = (
    ("pages", "page read", "pages read"),
    ("untouched", "page known and not due yet", "pages known and not due yet"),
    ("new_pages", "page new", "pages new"),
    ("changed_bytes", "page whose bytes changed", "pages whose bytes changed"),
    ("changed_pages", "page whose words changed", "pages whose words changed"),
    ("changed_evidence", "page where words behind a value changed", "pages where words behind a value changed"),
    ("moved_pages", "page found again under another address", "pages found again under other addresses"),
    ("unchanged", "page unchanged since the last visit", "pages unchanged since the last visit"),
    ("failed_pages", "page not to be had", "pages not to be had"),
    ("refused_by_robots", "address left alone, robots.txt asks so", "addresses left alone, robots.txt asks so"),
    ("opted_out", "address left alone, its owner opted out", "addresses left alone, their owners opted out"),
    ("refused_private", "address on a private network refused", "addresses on private networks refused"),
    ("duplicate_pages", "page says the same as another", "pages say the same as another"),
    ("candidates", "service found", "services found"),
    ("elsewhere", "candidate is for elsewhere, not counted", "candidates are for elsewhere, not counted"),
    ("national_reference", "candidate is national, not counted", "candidates are national, not counted"),
    ("repeats", "mention of a service left to its fuller page", "mentions of services left to their fuller pages"),
    ("add", "new in the queue", "new in the queue"),
    ("replace", "undecided candidate drafted again", "undecided candidates drafted again"),
    ("refresh", "undecided candidate moved on its page", "undecided candidates moved on their pages"),
    ("followed", "service found again elsewhere or renamed", "services found again elsewhere or renamed"),
    ("move", "of them says the same there", "of them say the same there"),
    ("reopen", "accepted candidate re-opened", "accepted candidates re-opened"),
    ("touched_fields", "field re-opened", "fields re-opened"),
    ("requeue", "rejected candidate queued again", "rejected candidates queued again"),
    ("touch", "candidate seen again, unchanged", "candidates seen again, unchanged"),
    ("keep_and_report", "accepted candidate kept, our rules differ", "accepted candidates kept, our rules differ"),
    ("mark_missing", "candidate missing", "candidates missing"),
    ("is_live", "published record is live", "published records are live"),
    ("is_changed", "published record changed on its page", "published records changed on their pages"),
    ("is_moved", "published record moved with its page", "published records moved with their pages"),
    ("is_closing", "published record is closing, its page says", "published records are closing, their pages say"),
    ("is_expired", "published record is over by its own dates", "published records are over by their own dates"),
    ("is_dead", "published record is dead", "published records are dead"),
    ("is_soft_404", "published record's page says it is not found", "published records' pages say they are not found"),
    ("is_parked", "published record's domain is parked", "published records' domains are parked"),
    ("is_blocked", "published record cannot be looked at, we are refused", "published records cannot be looked at"),
    ("is_unknown", "published record of which nothing is known now", "published records of which nothing is known now"),
    ("likely", "pair is likely one service, to be judged", "pairs are likely one service each, to be judged"),
    ("records", "record published", "records published"),
    ("records_not_local", "of them not counted for its locality", "of them not counted for their localities"),
    ("merged", "record now leads to the one it was merged into", "records now lead to those they were merged into"),
    ("withdrawn", "record withdrawn", "records withdrawn"),
    ("statements", "statement taken in", "statements taken in"),
    ("issues", "issue noted", "issues noted"),
)


def plural(number: int, one: str, many: str = "") -> str:
    """`number` with the word for it, which takes an s (es behind another s) where `many` says nothing else."""
    return f"{number:,} {one if number == 1 else many or one + ('es' if one.endswith('s') else 's')}"


def worded(counts: Mapping[str, int]) -> tuple[tuple[int, str], ...]:
    """(number, what of) of every count that is not nought, in the order in which a person asks for them."""
    return tuple(
        (number, one if number == 1 else many) for key, one, many in COUNT_WORDS if (number := counts.get(key, 0))
    )
