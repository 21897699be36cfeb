"""What each host answered in this crawl, and which hosts are to be left alone for the rest of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crawlers.causes import cause_of_words
from crawlers.job import Ended, HostReport
from register.hosts import host_of

if TYPE_CHECKING:
    from crawlers.frontier import Frontier

_REFUSALS = frozenset({401, 403, 429})


class HostWatch:
    """Stops a host after `most_failures` refusals, server errors or missing answers in a row."""

    def __init__(self, most_failures: int) -> None:
        self._most = most_failures
        self._in_a_row: Counter[str] = Counter()
        self._pages: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._stopped: dict[str, tuple[str, Ended]] = {}

    def note(self, url: str, status: int, error: str) -> None:
        """Count one fetch: status 0 with its error, or the answer's status."""
        host = host_of(url)
        failed = status == 0 or status in _REFUSALS or status >= 500
        self._failures[host] += failed or bool(error)
        self._pages[host] += 200 <= status < 400 and not error
        self._in_a_row[host] = self._in_a_row[host] + 1 if failed else 0
        if self._in_a_row[host] >= self._most:
            reason = f"{self._most} failures in a row, the last: {error or f'status {status}'}"
            self.stop(url, reason, ended=Ended.FAILURES)

    def stop(self, url: str, reason: str, *, ended: Ended) -> None:
        """Ask nothing more of the address's host; the first reason stands."""
        self._stopped.setdefault(host_of(url), (reason, ended))

    def stopped(self, url: str) -> str:
        """Why the address's host is left alone, or ""."""
        return self._stopped[host_of(url)][0] if self._stopped and host_of(url) in self._stopped else ""

    def is_stopped(self, host: str) -> bool:
        return host in self._stopped

    def reports(self, frontier: Frontier, *, cut: Ended | None) -> tuple[HostReport, ...]:
        """One report a host; `cut` is how the whole run was cut short, None where it was not."""
        left = Counter(host_of(one.visit.url) for one in frontier.left())
        hosts = sorted({*self._pages, *self._failures, *self._stopped, *left})
        return tuple(self._report(host, frontier, left=left[host], cut=cut) for host in hosts)

    def _report(self, host: str, frontier: Frontier, *, left: int, cut: Ended | None) -> HostReport:
        reason, ended = self._stopped.get(host, ("", frontier.ended(host)))
        if not reason and ended is Ended.BUDGET and cut is not None:
            ended = cut
        return HostReport(
            host=host,
            pages=self._pages[host],
            failures=self._failures[host],
            stopped=reason,
            cause=cause_of_words(reason).value if reason else "",
            ended=ended,
            relevant=frontier.relevant(host),
            left=left,
        )
