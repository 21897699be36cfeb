"""The lists: the published records with their evidence, and the runs with what went wrong in them."""

from __future__ import annotations

from starlette.responses import Response

from register.staleness.freshness import Freshness, freshness_at
from register.store.people.users import ROLES
from review.decisions.ending_pages import state_of
from review.queue.filter import read_filter
from review.queue.freshness_view import freshness_view
from review.record.private_pages import private_view
from review.record.quotes import mark_quotes
from review.visit import Visit, redirect
from review.wording import field_guides, say

PAGE_LENGTH = 50  # lines of a list
RUNS_SHOWN = 50
ISSUES_SHOWN = 100


def show_records(visit: Visit) -> Response:
    queue = read_filter(visit.request.query_params)
    back = bool(queue.before)
    rows = visit.store.browse.records(
        locality=queue.locality,
        search=queue.search,
        limit=PAGE_LENGTH + 1,
        start=queue.before or queue.start,
        back=back,
    )
    more = len(rows) > PAGE_LENGTH
    rows = rows[-PAGE_LENGTH:] if back else rows[:PAGE_LENGTH]
    hidden = visit.hidden
    return visit.render(
        "records.html",
        queue=queue,
        rows=tuple(row for row in rows if row.candidate_id not in hidden),
        before=queue.query(before=rows[0].place) if rows and (more if back else queue.start) else "",
        behind=queue.query(**{"from": rows[-1].place}) if rows and (more or back) else "",
        localities=visit.store.browse.localities(),
        fresh=_freshness(visit, tuple(row.id for row in rows if row.withdrawn_at is None)),
    )


def _freshness(visit: Visit, ids: tuple[str, ...]) -> dict[str, Freshness]:
    """What may be said of the last check of each of these records."""
    due, now = visit.store.freshness.due_of(ids), visit.store.clock()
    return {one: freshness_at(due.get(one), now, visit.bench.settings.freshness) for one in ids}


def show_record(visit: Visit) -> Response:
    settings, record = visit.bench.settings, visit.store.records.get(visit.request.path_params["id"])
    candidate_id = visit.store.browse.candidate_of_record(record.id)
    if went := _went_to(visit, candidate_id):
        return redirect(f"/record/{went}", {"from": record.id})
    known = visit.store.queue.get(candidate_id)
    fields = {field.name: field for field in record.fields}
    guides = tuple(guide for guide in field_guides(settings.checklist) if guide.name in fields)
    return visit.render(
        "record.html",
        record=record,
        candidate_id=candidate_id,
        fresh=freshness_view(visit.store, record.id, settings),
        private=private_view(visit.store, record, settings),
        likely=visit.store.pairs.rows_of(candidate_id),
        from_record=visit.request.query_params.get("from", ""),
        state=known.state.value,
        standing=state_of(visit, record.id, candidate_id),
        labels=settings.labels,
        guides=guides,
        fields=fields,
        values={name: say(name, field.value, settings.codebook) for name, field in fields.items()},
        marks=mark_quotes(((n, f.evidence) for n, f in fields.items()), known.page_text, spans=known.draft.spans),
    )


def _went_to(visit: Visit, candidate_id: str) -> str | None:
    """The record of the candidate that this one was merged into; None where it stands for itself."""
    kept = visit.store.judgements.went_to(candidate_id)
    return visit.store.records.id_of_candidate(kept) if kept != candidate_id else None


def show_runs(visit: Visit) -> Response:
    runs = visit.store.runs.latest(RUNS_SHOWN)
    told = visit.store.runs
    return visit.render(
        "runs.html",
        runs=runs,
        issues={run.id: told.issues(run.id) for run in runs},
        findings={run.id: told.findings(run.id) for run in runs},
        doubted={run.id: tuple(host for host in told.hosts(run.id) if host.doubt) for run in runs},
        issues_shown=ISSUES_SHOWN,
    )


def show_help(visit: Visit) -> Response:
    return visit.render("help.html", roles=ROLES)
