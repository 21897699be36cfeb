"""How often somebody tried to sign in: counted by name, by address and by both, over all processes and restarts."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from register.database import Database
from register.models import Clock
from register.serial import digest, from_text, to_text

WINDOW, DAY = timedelta(minutes=15), timedelta(days=1)
# One person mistyping is stopped at 5; the wider limits stop guessing spread over many names or many addresses.
OF_BOTH = 5
OF_NAME = 30
OF_NAME_A_DAY = 100
OF_ADDRESS = 30
# Of the name only so many hexadecimal digits of a digest: enough to tell some hundred names apart, too few to find out
# what was typed, which may have been a password.
NAME_DIGITS = 5
NETWORK_BITS = 64  # of an IPv6 address: one connection has all the rest to itself


class SignInTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def admit(self, name: str, address: str) -> timedelta:
        """Zero where this name may be tried from this address now, and the attempt is counted; else how long to wait.

        Counts before the password is checked, so that many attempts at once are not more than one after another.
        """
        wait = self.wait(name, address)
        if not wait:
            now = self._clock()
            self._db.execute("DELETE FROM sign_in_attempts WHERE at <= ?", [to_text(now - DAY)])
            self._db.execute(
                "INSERT INTO sign_in_attempts (name, address, at) VALUES (?, ?, ?)",
                [_name(name), network_of(address), to_text(now)],
            )
        return wait

    def wait(self, name: str, address: str) -> timedelta:
        """How long until this name may be tried again from this address; zero where it may be now."""
        now, who, where = self._clock(), _name(name), network_of(address)
        by_name = "SELECT at FROM sign_in_attempts WHERE name = ? "
        waits = (
            self._wait(by_name + "AND address = ? ", [who, where], OF_BOTH, WINDOW, now),
            self._wait(by_name, [who], OF_NAME, WINDOW, now),
            self._wait(by_name, [who], OF_NAME_A_DAY, DAY, now),
            self._wait("SELECT at FROM sign_in_attempts WHERE address = ? ", [where], OF_ADDRESS, WINDOW, now),
        )
        return max(waits)

    def forget(self, name: str, address: str) -> None:
        """The password was right: this name's attempts from this address no longer count."""
        self._db.execute(
            "DELETE FROM sign_in_attempts WHERE name = ? AND address = ?", [_name(name), network_of(address)]
        )

    def _wait(self, query: str, keys: list[str], limit: int, window: timedelta, now: datetime) -> timedelta:
        rows = self._db.query(
            query + "AND at > ? ORDER BY at DESC LIMIT 1 OFFSET ?", [*keys, to_text(now - window), limit - 1]
        )
        return next((from_text(row["at"]) + window - now for row in rows), timedelta(0))


def _name(name: str) -> str:
    return digest(name)[:NAME_DIGITS]


def network_of(address: str) -> str:
    """The address; of IPv6 the network that one connection has, of anything else nothing."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(IPv6Address(int(found) >> NETWORK_BITS << NETWORK_BITS))
    return str(found)
