"""What became of the work of reviewers at once: their journals set beside the register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from register.store import Store, utc_now

PORT = 8340  # of the first server; the next follow
LEASE = 60.0  # seconds, as the plan's data/review.toml has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who works on what: `spare` candidates more than are decided. So many `kills` are spread evenly over their work,
    each fourth one of a server; so many pages are read anew (`rereads`) meanwhile."""

    folder: Path
    reviewers: int = 8
    each: int = 1000
    spare: int = 200
    servers: int = 2
    kills: int = 100
    rereads: int = 100
    port: int = PORT

    @property
    def register(self) -> Path:
        return self.folder / "register.db"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def items(self) -> int:
        return self.reviewers * self.each

    @property
    def keys(self) -> tuple[str, ...]:
        """Ids of all candidates."""
        return tuple(f"c{number:05d}" for number in range(self.items + self.spare))

    def journal(self, number: int) -> Path:
        return self.folder / f"reviewer{number}.tsv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the work.

    served_twice: candidates that *next* gave to one reviewer while another held them, or after they were decided
    lost: decisions that a reviewer was told were saved and that the register does not have, or has of another, and
        candidates that are neither decided nor can be given to anybody
    tried, accepted: stale saves that were sent, and that were accepted; candidates with two decisions among these
    refused: saves that were refused because the page was read again meanwhile
    """

    decisions: int
    seconds: float
    served_twice: int
    lost: int
    tried: int
    accepted: int
    refused: int
    kinds: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a reviewer's journal."""

    at: float
    who: str
    what: str
    key: str


def count(plan: Plan, *, seconds: float) -> Outcome:
    """Sets the journals beside the register."""
    lines = sorted(_lines(plan), key=lambda line: line.at)
    kinds = Counter(line.what for line in lines if line.what.startswith("stale "))
    with Store(plan.register, clock=utc_now) as store:
        rows = store.db.query(
            "SELECT candidate_id, reviewer FROM decisions WHERE field = 'record' AND verdict IN ('approve', 'reject')"
        )
        decided = Counter((row["candidate_id"], row["reviewer"]) for row in rows)
        waiting = {row.id for row in store.queue.rows(states=("undecided", "reopened"), limit=1_000_000)}
    twice = sum(n > 1 for n in Counter(key for key, _ in decided.elements()).values())
    told = {(line.key, line.who) for line in lines if line.what.startswith("decided ")}
    keys = {key for key, _ in decided}
    everything = set(plan.keys)
    return Outcome(
        decisions=len(keys),
        seconds=seconds,
        served_twice=len(served_twice(lines)),
        lost=len(told - set(decided)) + len(everything - keys - waiting) + len(keys & waiting),
        tried=sum(kinds.values()),
        accepted=sum(n for kind, n in kinds.items() if kind.endswith("accepted")) + twice,
        refused=sum(line.what == "refused" for line in lines),
        kinds=tuple(sorted(kinds.items())),
    )


def _lines(plan: Plan) -> Iterator[Line]:
    for number in range(plan.reviewers):
        for text in plan.journal(number).read_text(encoding="utf-8").splitlines():
            at, what, key = text.split("\t")
            yield Line(at=float(at), who=f"reviewer{number}", what=what, key=key)


def served_twice(lines: list[Line]) -> set[str]:
    """Candidates that were given to somebody while another had them, or once they were decided.

    A reviewer has a candidate from when they were given it until they begin to skip or decide it, or until the lease
    ends after the last sign of them.
    """
    having: dict[str, Line] = {}
    decided: dict[str, float] = {}
    twice: set[str] = set()
    for line in lines:
        other = having.get(line.key)
        if line.what == "given":
            if line.key in decided or (other and other.who != line.who and line.at < other.at + LEASE):
                twice.add(line.key)
            having[line.key] = line
        elif line.what in ("skipped", "deciding"):
            having.pop(line.key, None)
        elif line.what.startswith("decided "):
            decided[line.key] = line.at
        elif line.what in ("refused", "found") or line.what.startswith("stale "):
            having[line.key] = line
    return twice
