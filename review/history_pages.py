"""A candidate's history with a way back to each entry, and a reviewer's own recent decisions."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from register.errors import TidiermapError
from register.models import RECORD
from register.verdicts import is_rule
from review.history import HistoryEntry, history_of
from review.queue_filter import read_filter
from review.record_page import refuse, seen_by
from review.restore import restore
from review.visit import Visit, redirect
from review.wording import field_guides, rule_label

PER_PAGE = 50


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
    return visit.render(
        "history.html",
        known=known,
        entries=history_of(visit.store, candidate_id, settings.codebook),
        labels=labels_of(visit),
        queue=read_filter(visit.request.query_params),
        decisions=len(visit.store.decisions.history(candidate_id)),
    )


def restore_decision(visit: Visit) -> Response:
    """Decides again as an earlier decision was, and shows the record."""
    candidate_id, number = visit.request.path_params["id"], visit.field("decision")
    settings, queue = visit.bench.settings, read_filter(visit.form_values())
    try:
        restore(
            visit.store,
            seen_by(visit),
            int(number) if number.isdecimal() else 0,
            reviewer=visit.reviewer,
            minutes=settings.rules.leases.minutes,
            codebook=settings.codebook,
        )
    except TidiermapError as error:
        return refuse(visit, candidate_id, error, field=visit.field("field") or RECORD)
    return redirect(f"/candidate/{candidate_id}", {**queue.values(), "said": "restored", "at": visit.field("field")})


def show_own(visit: Visit) -> Response:
    """The reviewer's own decisions, the latest first, from the one before `until` on."""
    until = visit.request.query_params.get("until", "")
    store, codebook = visit.home, visit.bench.settings.codebook
    listed = store.decisions.own(visit.reviewer, before=int(until) if until.isdecimal() else None, limit=PER_PAGE + 1)
    own: list[OwnDecision] = []
    told: dict[str, dict[int, HistoryEntry]] = {}
    for number, candidate_id in listed[:PER_PAGE]:
        if candidate_id not in told:
            told[candidate_id] = {entry.id: entry for entry in history_of(store, candidate_id, codebook)}
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
    further = str(listed[PER_PAGE - 1][0]) if len(listed) > PER_PAGE else ""
    return visit.render("own.html", own=own, labels=labels_of(visit), further=further)


def labels_of(visit: Visit) -> dict[str, str]:
    """What each field, and a rule, is called."""
    guides = field_guides(visit.bench.settings.checklist)
    return {guide.name: guide.label for guide in guides} | {RECORD: "Whole record"}


def label(labels: dict[str, str], field: str) -> str:
    return f"Rule: {rule_label(field)}" if is_rule(field) else labels.get(field, field)
