"""What a crawl asks for next: scores what the rules admit, keeps the budgets, and knows why each host ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from lxml.etree import _Element  # type: ignore[import-untyped]  # lxml ships no types

from crawlers.addresses import Canonical
from crawlers.focus import UNTOLD
from crawlers.job import CrawlJob, Ended, Known
from crawlers.kept import FETCHED, Kept, KeptVisit, rules_digest
from crawlers.learning import shape_of
from crawlers.queue import HostQueue, Turn, VisitQueue, Waiting
from crawlers.readers import READINGS
from crawlers.rules import SourceRules
from crawlers.texts import SiteTexts
from crawlers.visits import PAGE, Found, Link, Visit
from register.hosts import host_of

RELEVANT = 0.5
_FAILED_BEFORE = 0.5  # by which the score of a link is multiplied that came to nothing in an earlier crawl


class Frontier:
    """Holds what is to be asked for. `fresh` tells that no earlier crawl under the same rules left anything, so that
    links of unchanged pages have to be read once more."""

    def __init__(self, job: CrawlJob, canonical: Canonical, kept: Kept | None = None) -> None:
        self._job, self._canonical = job, canonical
        self._sources, self._limits = job.locality.sources, job.limits
        self._best = job.limits.order == "best"
        self.digest = rules_digest(job)
        self.kept = kept if kept is not None and kept.rules == self.digest and not job.only_known else None
        self.fresh = self.kept is None
        self.queue = VisitQueue(breadth=not self._best)
        self.rules = SourceRules(job, canonical, relevance=self._relevance_of_shape)
        self.known = {canonical(known.url): known for known in job.known}
        self.asked: set[int] = set()
        self.failed: set[int] = set()
        self._texts: dict[str, SiteTexts] = {}
        self._pages: Counter[int] = Counter()
        self._barren: Counter[str] = Counter()
        self._relevant: Counter[str] = Counter()
        self._ended: dict[str, Ended] = {}
        self._over: list[Waiting] = []
        self.untouched = 0

    @property
    def hosts(self) -> frozenset[str]:
        return self.rules.hosts

    def begin(self) -> None:
        """Queue what the crawl starts with: start addresses, known pages that are due, what the last crawl left."""
        for one in self._job.judged:
            url = self._canonical(one.url)
            if host_of(url) in self.hosts:
                learning = self.queue.learning(url)
                learning.note(url, worth=one.relevant, relevance=one.relevant)
        for visit in self.rules.start():
            known = self.known.get(visit.url)
            if self._job.only_known or known is None or self._is_due(known):
                self.queue.add(visit, prior=1.0, turn=Turn.START)
            else:
                self.untouched += 1
        if self.kept is not None:
            self.rules.variants.learn(self.kept.variants)
            for former in self.kept.visits():
                self._resume(former)
            self._queue_known()

    def follow(self, visit: Visit, found: Found, *, relevance: float = UNTOLD, repeats: bool = False) -> None:
        """Queue the links of an answer; learn what addresses like this one are worth from it."""
        self._wake(visit, found)
        promised = new = 0.0
        for next_visit, link in self.rules.visits_from(visit, found):
            score = self._queue(next_visit, link, parent=relevance)
            promised, new = promised + score, new + 1
        if not self._best or not READINGS[visit.kind].archived:
            return
        own = 0.0 if repeats else relevance
        worth = max(own, promised / (1 + new))
        self.queue.learning(visit.url).note(visit.url, worth=worth, relevance=own)
        self._note_barren(visit, own)

    def arrive(self, visit: Visit, final: str) -> None:
        """Learn from the canonical address `final` at which the answer of a visit was found."""
        if self._best and final != visit.url:
            self.rules.variants.note_redirect(visit.url, final)

    def fail(self, visit: Visit, *, repeats: bool = False) -> None:
        """A visit came to no page, so that addresses like its own promise less; or to one that was got before."""
        if hash(visit.url) not in self.failed and self._best and not repeats and READINGS[visit.kind].archived:
            self.queue.learning(visit.url).note(visit.url, worth=0.0, relevance=0.0)
        self.failed.add(hash(visit.url))

    def judge(self, visit: Visit, root: _Element) -> tuple[float, bool]:
        """How relevant (0-1) what this page says and its site did not say before is, and whether it says nothing new
        at all: a page that was read at another address."""
        if not self._best:
            return UNTOLD, False
        host = host_of(visit.url)
        text = self._texts.setdefault(host, SiteTexts()).read(root)
        repeats = bool(self.rules.variants.note(visit.url, text.likeness))
        return self._job.focus.page_score(text.fresh), repeats

    def next_visit(self) -> Waiting | None:
        """What to ask for now; None where every host is busy, used up, or left alone."""
        while True:
            one = self.queue.next(open_to=self._is_open, most_in_flight=self._limits.concurrent_per_host)
            if one is None:
                return None
            visit = one.visit
            if hash(visit.url) in self.asked:
                continue  # the crawl that this one goes on with did so
            plain = self.rules.variants.plain(visit.url)
            if plain != visit.url and visit.depth:  # learnt since it was queued
                if not self.rules.mark(plain):
                    continue
                visit = replace(visit, url=plain)
            known = visit.url in self.known
            if not known and self._was_got(self.rules.variants.twin(visit.url)):
                continue
            if not known and not self._has_budget(visit):
                self._over.append(one)
                continue
            self._count(visit, new=not known)
            return Waiting(visit=visit, prior=one.prior)

    def restore(self, visit: Visit, final: str) -> None:
        """Count a visit as asked for, whose answer came from `final`: an interrupted crawl made it."""
        self.rules.mark(visit.url)
        self.arrive(visit, final)
        self._count(visit, new=visit.url not in self.known)
        self.queue.end(visit)

    def end(self, visit: Visit) -> None:
        """The answer of a visit was read, or there was none."""
        self.queue.end(visit)

    def stop(self, host: str) -> None:
        """Hand out nothing more of a host."""
        self._ended.setdefault(host, Ended.FAILURES)

    def waits(self) -> bool:
        """Whether anything is left that may be asked for."""
        return any(host.waiting and self._is_open(name, host) for name, host in self.queue.hosts.items())

    def left(self) -> Iterator[Waiting]:
        """What was admitted and not asked for, in no order."""
        yield from self._over
        yield from (one for one in self.queue.left() if hash(one.visit.url) not in self.asked)

    def ended(self, host: str) -> Ended:
        """Why nothing more was asked of a host, as far as the frontier knows."""
        if host in self._ended:
            return self._ended[host]
        waits = host in self.queue.hosts and self.queue.hosts[host].waiting
        over = any(host_of(one.visit.url) == host for one in self._over)
        return Ended.BUDGET if waits or over else Ended.FINISHED

    def relevant(self, host: str) -> int:
        return self._relevant[host]

    @property
    def truncated_by(self) -> set[str]:
        cut = {"max_depth"} if self.rules.too_deep else set()
        if self._over or any(h.waiting and name not in self._ended for name, h in self.queue.hosts.items()):
            cut.add("max_pages")
        return cut

    def _queue(self, visit: Visit, link: Link, *, parent: float) -> float:
        learning = self.queue.learning(visit.url)
        score = UNTOLD
        if self._best:
            score = self._job.focus.link_score(link, visit.url, depth=visit.depth, parent=parent)
            score = learning.prior(visit.url, score)
        known = self.known.get(visit.url)
        turn = Turn.NEW if known is None and READINGS[visit.kind].counted else Turn.KNOWN
        self.queue.add(visit, prior=score, turn=turn)
        return learning.score(shape_of(visit.url), score) if self._best else score

    def _wake(self, visit: Visit, found: Found) -> None:
        """Ask for resting pages of which a sitemap says that they changed since we looked."""
        for link in found.links:
            known = self.known.get(self._canonical(link.url, base=found.base)) if link.changed_at else None
            if known is None or self._is_due(known) or not known.checked_at or link.changed_at is None:
                continue
            if link.changed_at > known.checked_at and host_of(known.url) in self.hosts:
                woken = Visit(url=self._canonical(known.url), source=visit.source, depth=visit.depth, named=True)
                self.queue.add(woken, prior=UNTOLD, turn=Turn.KNOWN)
                self.untouched -= 1

    def _resume(self, one: KeptVisit) -> None:
        """Take up a visit of the last crawl."""
        visit = one.visit
        if not 0 <= visit.source < len(self._sources) or host_of(visit.url) not in self.hosts:
            return
        if not self.rules.mark(visit.url):
            return
        known = self.known.get(visit.url)
        if known is None:
            prior = one.prior if one.state != FETCHED and not one.tries else one.prior * _FAILED_BEFORE
            self.queue.add(visit, prior=prior)
        elif self._is_due(known):
            self.queue.add(visit, prior=one.prior, turn=Turn.KNOWN)
        else:
            self.untouched += 1

    def _queue_known(self) -> None:
        """Known pages that the last crawl did not see: they are asked for, and lead nowhere."""
        for url, known in self.known.items():
            if host_of(url) in self.hosts and self.rules.mark(url):
                if self._is_due(known):
                    self.queue.add(Visit(url=url, source=-1), prior=UNTOLD, turn=Turn.KNOWN)
                else:
                    self.untouched += 1

    def _is_due(self, known: Known) -> bool:
        return self.fresh or (known.due and not known.duplicate_of)

    def _is_open(self, name: str, host: HostQueue) -> bool:
        if name in self._ended:
            return False
        if host.first:
            return True
        if host.asked >= self._limits.max_pages_per_host:
            return False
        return self._pages.total() < self._limits.max_pages_per_run

    def _was_got(self, url: str) -> bool:
        return hash(url) in self.asked and hash(url) not in self.failed

    def _has_budget(self, visit: Visit) -> bool:
        if visit.source < 0 or not READINGS[visit.kind].counted:
            return True
        source = self._sources[visit.source]
        most = source.max_pages_per_host
        if most is not None and self.queue.hosts[host_of(visit.url)].asked >= most:
            return False
        return self._pages[visit.source] < source.max_pages

    def _count(self, visit: Visit, *, new: bool) -> None:
        self.queue.begin(visit)
        self.asked.add(hash(visit.url))
        if new and READINGS[visit.kind].counted:
            self._pages[visit.source] += 1
            self.queue.hosts[host_of(visit.url)].asked += 1

    def _note_barren(self, visit: Visit, relevance: float) -> None:
        host = host_of(visit.url)
        self._relevant[host] += relevance >= RELEVANT
        self._barren[host] = 0 if relevance >= RELEVANT else self._barren[host] + 1
        most = self._sources[visit.source].barren_after if visit.source >= 0 else None
        if most and visit.kind == PAGE and self._barren[host] >= most and self.queue.hosts[host].waiting:
            self._ended.setdefault(host, Ended.BARREN)

    def _relevance_of_shape(self, url: str) -> float:
        return self.queue.learning(url).relevance(shape_of(url))
