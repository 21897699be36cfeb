"""A candidate's history with a way back to each entry, and a reviewer's own recent decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from register.errors import TidiermapError
from register.models import RECORD
from register.store import Store
from register.store.queue.browse import Reading
from review.addresses import whole_number
from review.decisions.history import HistoryEntry, history_of
from review.decisions.restore import restore
from review.queue.filter import read_filter
from review.record.page import refuse, seen_by
from review.visit import Visit, redirect

PER_PAGE = 50
MOST_COPIES = 200  # decisions on blind reviews that are looked through


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDecision:
    """A decision of the reviewer, with what the form that takes it back has to say."""

    candidate: str
    name: str
    entry: HistoryEntry
    revision: int
    decisions: int


def show_history(visit: Visit) -> Response:
    """Every decision on a candidate, newest first."""
    candidate_id, settings = visit.request.path_params["id"], visit.bench.settings
    known = visit.store.queue.get(candidate_id)
    entries = history_of(visit.store, candidate_id, settings.codebook)
    readings = visit.store.browse.readings(candidate_id)
    timeline: list[HistoryEntry | Reading] = [*entries, *readings]
    return visit.render(
        "history.html",
        known=known,
        entries=entries,
        # By time; of the same time a reading comes before the decision on it.
        timeline=sorted(timeline, key=_moment, reverse=True),
        labels=visit.bench.settings.labels,
        queue=read_filter(visit.request.query_params),
        decisions=len(visit.store.decisions.history(candidate_id)),
    )


def _moment(one: HistoryEntry | Reading) -> tuple[datetime, int]:
    return (one.at, 0) if isinstance(one, Reading) else (one.when, one.id)


def restore_decision(visit: Visit) -> Response:
    """Decides again as an earlier decision was, and shows the record."""
    candidate_id, settings = visit.request.path_params["id"], visit.bench.settings
    queue = read_filter(visit.form_values())
    try:
        restore(
            visit.store,
            seen_by(visit),
            whole_number(visit.field("decision")),
            reviewer=visit.reviewer,
            minutes=settings.rules.leases.minutes,
            codebook=settings.codebook,
        )
    except TidiermapError as error:
        return refuse(visit, candidate_id, error, field=visit.field("field") or RECORD)
    return redirect(f"/candidate/{candidate_id}", {**queue.values(), "said": "restored", "at": visit.field("field")})


def show_own(visit: Visit) -> Response:
    """The reviewer's own decisions, the latest first, from the one before `until` on."""
    until = whole_number(visit.request.query_params.get("until", "")) or None
    listed = visit.home.decisions.own(visit.reviewer, before=until, limit=PER_PAGE + 1)
    own = _own(visit, visit.home, listed[:PER_PAGE])
    further = str(listed[PER_PAGE - 1][0]) if len(listed) > PER_PAGE else ""
    latest = visit.home.decisions.get(until).decided_at if until else None
    earliest = own[-1].entry.when if own and further else None
    own = sorted([*own, *_on_copies(visit, earliest, latest)], key=lambda one: one.entry.when, reverse=True)
    return visit.render("own.html", own=own, labels=visit.bench.settings.labels, further=further)


def _on_copies(visit: Visit, earliest: datetime | None, latest: datetime | None) -> list[OwnDecision]:
    """Decisions on blind reviews between these times: they stand among the others, and are taken back as they are."""
    with visit.bench.copies.lend() as desk:
        own = _own(visit, desk, desk.decisions.own(visit.reviewer, before=None, limit=MOST_COPIES))
    return [o for o in own if (not earliest or o.entry.when > earliest) and (not latest or o.entry.when < latest)]


def _own(visit: Visit, store: Store, listed: Sequence[tuple[int, str]]) -> list[OwnDecision]:
    own: list[OwnDecision] = []
    told: dict[str, dict[int, HistoryEntry]] = {}
    for number, candidate_id in listed:
        if candidate_id not in told:
            entries = history_of(store, candidate_id, visit.bench.settings.codebook)
            told[candidate_id] = {entry.id: entry for entry in entries}
        known = store.queue.get(candidate_id)
        if entry := told[candidate_id].get(number):
            own.append(
                OwnDecision(
                    candidate=candidate_id,
                    name=known.draft.name,
                    entry=entry,
                    revision=known.revision,
                    decisions=len(store.decisions.history(candidate_id)),
                )
            )
    return own
