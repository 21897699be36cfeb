"""What each host answered in this crawl, and which hosts are to be left alone for the rest of it."""

from __future__ import annotations

from collections import Counter

from crawlers.addresses import host_of
from crawlers.causes import cause_of_words
from crawlers.job import HostReport

_REFUSALS = frozenset({401, 403, 429})


class HostWatch:
    """Stops a host after `most_failures` refusals, server errors or missing answers in a row."""

    def __init__(self, most_failures: int) -> None:
        self._most = most_failures
        self._in_a_row: Counter[str] = Counter()
        self._pages: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._stopped: dict[str, str] = {}

    def note(self, url: str, status: int, error: str) -> None:
        """Count one fetch: status 0 with its error, or the answer's status."""
        host = host_of(url)
        failed = status == 0 or status in _REFUSALS or status >= 500
        self._failures[host] += failed or bool(error)
        self._pages[host] += 200 <= status < 400 and not error
        self._in_a_row[host] = self._in_a_row[host] + 1 if failed else 0
        if self._in_a_row[host] >= self._most:
            self.stop(url, f"{self._most} failures in a row, the last: {error or f'status {status}'}")

    def stop(self, url: str, reason: str) -> None:
        """Ask nothing more of the address's host; the first reason stands."""
        self._stopped.setdefault(host_of(url), reason)

    def stopped(self, url: str) -> str:
        """Why the address's host is left alone, or ""."""
        return self._stopped.get(host_of(url), "")

    def reports(self) -> tuple[HostReport, ...]:
        hosts = sorted({*self._pages, *self._failures, *self._stopped})
        return tuple(
            HostReport(
                host=h,
                pages=self._pages[h],
                failures=self._failures[h],
                stopped=self._stopped.get(h, ""),
                cause=cause_of_words(self._stopped[h]).value if h in self._stopped else "",
            )
            for h in hosts
        )
