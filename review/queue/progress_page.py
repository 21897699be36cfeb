"""How far each locality is, and about how long the rest will take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from starlette.responses import Response

from review.visit import Visit

LOOKED_BACK = timedelta(days=28)
FEWEST = 20  # decisions from which a median says something


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A locality's candidates by state; `hours` that the rest will take, None where nobody can tell yet."""

    locality: str
    reopened: int
    undecided: int
    accepted: int
    rejected: int
    hours: float | None

    @property
    def waiting(self) -> int:
        return self.reopened + self.undecided

    @property
    def everything(self) -> int:
        return self.waiting + self.accepted + self.rejected


def show_progress(visit: Visit) -> Response:
    store = visit.store
    seconds = [one.seconds for one in store.openings.timed(store.clock() - LOOKED_BACK)]
    typical = median(seconds) if len(seconds) >= FEWEST else None
    rows = tuple(_row(name, numbers, typical) for name, numbers in store.queue.lists.progress().items())
    return visit.render(
        "progress.html",
        rows=sorted(rows, key=lambda row: (-row.waiting, row.locality)),
        typical=typical,
        timed=len(seconds),
        days=LOOKED_BACK.days,
        hours=None if typical is None else sum(row.hours or 0 for row in rows),
    )


def _row(locality: str, numbers: tuple[int, int, int, int], typical: float | None) -> Row:
    reopened, undecided, accepted, rejected = numbers
    hours = None if typical is None else (reopened + undecided) * typical / 3600
    return Row(
        locality=locality,
        reopened=reopened,
        undecided=undecided,
        accepted=accepted,
        rejected=rejected,
        hours=hours,
    )
