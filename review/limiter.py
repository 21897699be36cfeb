"""How often somebody may try to sign in: failures are counted by name, by address and by both together."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

from register.models import Clock

WINDOW = timedelta(minutes=15)
# One person mistyping is stopped at 5; the wider limits stop guessing spread over many names or many addresses.
FAILURES_OF_BOTH = 5
FAILURES_OF_NAME = 30
FAILURES_OF_ADDRESS = 30
MOST_KEYS = 10_000

Key = tuple[str, str]


class SignInLimiter:
    """Counts the failures of the last 15 minutes in memory; a restart forgets them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: dict[Key, deque[datetime]] = {}
        self._lock = Lock()

    def wait(self, name: str, address: str) -> timedelta:
        """How long until this name may be tried again from this address; zero where it may be now."""
        now = self._clock()
        with self._lock:
            waits = [self._wait(key, limit, now) for key, limit in _limits(name, address)]
        return max(waits)

    def note_failure(self, name: str, address: str) -> None:
        now = self._clock()
        with self._lock:
            for key, _ in _limits(name, address):
                self._failures.setdefault(key, deque()).append(now)
            if len(self._failures) > MOST_KEYS:
                self._forget_old(now)

    def forget(self, name: str, address: str) -> None:
        """A sign-in succeeded: this name's failures from this address no longer count."""
        with self._lock:
            self._failures.pop((name, address), None)

    def _wait(self, key: Key, limit: int, now: datetime) -> timedelta:
        failures = self._failures.get(key, deque())
        while failures and failures[0] <= now - WINDOW:
            failures.popleft()
        if len(failures) < limit:
            return timedelta(0)
        return failures[-limit] + WINDOW - now

    def _forget_old(self, now: datetime) -> None:
        for key in [k for k, failures in self._failures.items() if failures[-1] <= now - WINDOW]:
            del self._failures[key]


def _limits(name: str, address: str) -> tuple[tuple[Key, int], ...]:
    return (
        ((name, address), FAILURES_OF_BOTH),
        ((name, ""), FAILURES_OF_NAME),
        (("", address), FAILURES_OF_ADDRESS),
    )
