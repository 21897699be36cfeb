"""Leases: which reviewer holds which candidate until when, so that two do not decide on one unawares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from register.database import Database
from register.errors import TidiermapError
from register.models import Clock
from register.serial import to_text, with_times

# Of the queue's lines q: nobody else holds it. Parameters: who asks, and the time as the register writes it.
FREE = """NOT EXISTS
(SELECT 1 FROM leases l WHERE l.candidate_id = q.candidate_id AND l.holder <> ? AND l.expires_at > ?)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """`holder` has the candidate until `expires_at`; `taken_from` is the reviewer from whom they took it over."""

    candidate: str
    holder: str
    taken_at: datetime
    expires_at: datetime
    taken_from: str = ""


class HeldError(TidiermapError):
    """Somebody else holds the candidate; `lease` is theirs."""

    def __init__(self, lease: Lease, *, who: str) -> None:
        until = f"{lease.expires_at:%H:%M} UTC"
        took = lease.taken_from == who
        said = f"{lease.holder} took this over from you at {lease.taken_at:%H:%M} UTC and has" if took else ""
        super().__init__(f"{said or lease.holder + ' has'} it until {until}, so nothing was saved; take it over first")
        self.lease = lease


class LeaseTables:
    """All of it inside the caller's transaction: `store.transaction()` holds the write lock from its begin, so of
    two who ask at once one comes second, and sees what the first took."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def of(self, candidate_id: str) -> Lease | None:
        """The lease that is in force on the candidate."""
        return next(iter(self._select("candidate_id = ? AND expires_at > ?", [candidate_id, self._now()])), None)

    def held(self, holder: str = "") -> tuple[Lease, ...]:
        """Every lease in force, of that holder where one is named; those that end first come first."""
        return self._select("expires_at > ? AND ? IN ('', holder)", [self._now(), holder])

    def held_by_others(self, who: str, candidate_ids: tuple[str, ...]) -> dict[str, Lease]:
        """Those of these candidates that somebody else holds, with the lease."""
        holes = ", ".join("?" * len(candidate_ids))
        found = self._select(
            f"expires_at > ? AND holder <> ? AND candidate_id IN ({holes})", [self._now(), who, *candidate_ids]
        )
        return {lease.candidate: lease for lease in found}

    def take(self, candidate_id: str, holder: str, *, minutes: int) -> Lease:
        """Takes or prolongs the lease, unless another holds it; gives the one that is in force then."""
        standing = self.of(candidate_id)
        if standing and standing.holder != holder:
            return standing
        taken_at = standing.taken_at if standing else self._clock()
        return self._put(candidate_id, holder, minutes, taken_at, standing.taken_from if standing else "")

    def take_over(self, candidate_id: str, holder: str, *, minutes: int) -> Lease:
        """Takes the lease from whoever holds it; `taken_from` of the new one says who did."""
        standing = self.of(candidate_id)
        if standing is None or standing.holder == holder:
            return self.take(candidate_id, holder, minutes=minutes)
        return self._put(candidate_id, holder, minutes, self._clock(), standing.holder)

    def check(self, candidate_id: str, who: str) -> None:
        """Raises HeldError where somebody else holds the candidate."""
        if (standing := self.of(candidate_id)) and standing.holder != who:
            raise HeldError(standing, who=who)

    def give_back(self, holder: str, candidate_id: str = "") -> int:
        """Ends the holder's lease on the candidate, on all of them where none is named; gives how many it ended."""
        return self._db.execute(
            "DELETE FROM leases WHERE holder = ? AND ? IN ('', candidate_id)", [holder, candidate_id]
        ).rowcount

    def finish(self, candidate_id: str) -> None:
        """The candidate is decided: nobody holds it any more."""
        self._db.execute("DELETE FROM leases WHERE candidate_id = ?", [candidate_id])

    def _put(self, candidate_id: str, holder: str, minutes: int, taken_at: datetime, taken_from: str) -> Lease:
        lease = Lease(
            candidate=candidate_id,
            holder=holder,
            taken_at=taken_at,
            expires_at=self._clock() + timedelta(minutes=minutes),
            taken_from=taken_from,
        )
        self._db.execute(
            "INSERT INTO leases (candidate_id, holder, taken_at, expires_at, taken_from) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (candidate_id) DO UPDATE SET holder = excluded.holder, taken_at = excluded.taken_at, "
            "expires_at = excluded.expires_at, taken_from = excluded.taken_from",
            [candidate_id, holder, to_text(taken_at), to_text(lease.expires_at), taken_from],
        )
        return lease

    def _now(self) -> str:
        return to_text(self._clock())

    def _select(self, clause: str, parameters: list[str]) -> tuple[Lease, ...]:
        rows = self._db.query(
            "SELECT candidate_id AS candidate, holder, taken_at, expires_at, taken_from FROM leases "  # noqa: S608 (ours)
            f"WHERE {clause} ORDER BY expires_at, candidate_id",
            parameters,
        )
        return tuple(Lease(**with_times(row, "taken_at", "expires_at")) for row in rows)
