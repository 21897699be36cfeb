"""What one crawl of a locality leaves for the next: addresses that it did not get to, and how it came to the others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.queue import Waiting
from crawlers.visits import Visit

if TYPE_CHECKING:
    from crawlers.job import CrawlJob

KEPT_FILE, ASKED_FILE = "frontier.jsonl", "asked.jsonl"
FETCHED, FAILED, LEFT = "fetched", "failed", "left"
_VERSION = 1  # of how links are read; a new one has all pages read for links once more
_MOST_TRIES = 5  # crawls in a row in which an address may fail before it is dropped
_BUDGETS = {"max_pages", "max_pages_per_host", "barren_after"}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVisit:
    """A visit with the score of its link (0-1), what became of it, and in how many crawls in a row it failed."""

    visit: Visit
    prior: float
    state: str
    tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The head of the file `path`: a digest of the rules under which links were admitted, and what was learnt of
    variants; its visits are read on demand, since there may be many."""

    path: Path
    rules: str
    variants: tuple[str, ...]

    def visits(self) -> Iterator[KeptVisit]:
        with self.path.open(encoding="utf-8") as lines:
            next(lines)
            for line in lines:
                url, source, depth, kind, named, first, prior, state, tries = json.loads(line)
                visit = Visit(url=url, source=source, depth=depth, kind=kind, named=named, first=first)
                yield KeptVisit(visit=visit, prior=prior, state=state, tries=tries)


def rules_digest(job: CrawlJob) -> str:
    """Changes when other links would be followed; budgets do not change it."""
    sources = [source.model_dump(mode="json", exclude=_BUDGETS) for source in job.locality.sources]
    parts = [_VERSION, sources, sorted(job.limits.skipped_suffixes), job.limits.ignored_parameters]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def read_kept(out: Path) -> Kept | None:
    """What the last finished crawl left in its folder; None where there was none or it cannot be read."""
    path = out / KEPT_FILE
    try:
        with path.open(encoding="utf-8") as lines:
            head = json.loads(next(lines))
        return Kept(path=path, rules=str(head["rules"]), variants=tuple(head["variants"]))
    except (FileNotFoundError, StopIteration, ValueError, KeyError, TypeError):
        return None


def write_kept(
    out: Path,
    *,
    rules: str,
    variants: tuple[str, ...],
    asked: Iterable[Waiting],
    failed: set[int],
    left: Iterable[Waiting],
    before: Kept | None,
) -> None:
    """Replace the file, whole or not at all: what was asked for now, what waits, and what was not due."""
    part = out / f"{KEPT_FILE}.part"
    tries = {hash(one.visit.url): one.tries for one in before.visits() if one.tries} if before else {}
    done: set[int] = set()
    with part.open("w", encoding="utf-8") as lines:
        lines.write(json.dumps({"rules": rules, "variants": variants}) + "\n")
        for one in asked:
            key = hash(one.visit.url)
            tried = tries.get(key, 0) + 1 if key in failed else 0
            if key not in done and tried < _MOST_TRIES:
                state = FAILED if tried else FETCHED
                lines.write(line_of(one.visit, one.prior, state, tried))
            done.add(key)
        for one in left:
            key = hash(one.visit.url)
            if key not in done:
                lines.write(line_of(one.visit, one.prior, LEFT, tries.get(key, 0)))
            done.add(key)
        for old in before.visits() if before else ():
            if hash(old.visit.url) not in done and old.state == FETCHED:
                lines.write(line_of(old.visit, old.prior, FETCHED))
    part.replace(out / KEPT_FILE)


def line_of(visit: Visit, prior: float, state: str, tries: int = 0) -> str:
    row = (visit.url, visit.source, visit.depth, visit.kind, visit.named, visit.first, round(prior, 3), state, tries)
    return json.dumps(row) + "\n"


def read_asked(out: Path) -> Iterator[Waiting]:
    """The visits that the crawl in this folder handed out, in their order; a torn last line is left out."""
    try:
        with (out / ASKED_FILE).open(encoding="utf-8") as lines:
            for line in lines:
                if not line.endswith("\n"):
                    return
                url, source, depth, kind, named, first, prior, *_ = json.loads(line)
                visit = Visit(url=url, source=source, depth=depth, kind=kind, named=named, first=first)
                yield Waiting(visit=visit, prior=prior)
    except FileNotFoundError:
        return
