"""The lists: the published records with their evidence, and the runs with what went wrong in them."""

from __future__ import annotations

from starlette.responses import Response

from register.store.listing import QueueRow
from register.store.users import ROLES
from register.vocabulary import SCOPE_FIELD, Scope
from review.queue_filter import ORDERS, STATES, QueueFilter, read_filter
from review.quotes import mark_quotes
from review.serving import serve_next, with_others
from review.visit import Visit, redirect
from review.wording import field_guides, say, spell

PAGE_LENGTH = 50  # lines of a list
RUNS_SHOWN = 50
ISSUES_SHOWN = 100


def show_queue(visit: Visit) -> Response:
    query, store = visit.request.query_params, visit.store
    queue = read_filter(query)
    rows, more = _rows(visit, queue)
    counts = store.queue.counts(queue.locality)
    after = store.queue.find(query.get("after", "")) if query.get("said") in ("accepted", "rejected") else None
    return visit.render(
        "queue.html",
        queue=queue,
        rows=rows,
        more=more,
        first=(queue.page - 1) * PAGE_LENGTH + 1,
        total=store.queue.count(**queue.filters),
        tallies=_tallies(counts),
        decided=counts["accepted"] + counts["rejected"],
        everything=sum(counts.values()),
        localities=store.browse.localities(),
    if went := _went_to(visit, candidate_id):
        return redirect(f"/record/{went}", {"from": record.id})
        orders=ORDERS,
        scopes=tuple((scope.value, spell(scope.value)) for scope in Scope),
        away=_away(visit, rows),
        changed=_changed(visit, rows),
        said=query.get("said", ""),
        ended=query.get("end") == "1",
        with_others=with_others(visit, queue),
        likely=visit.store.pairs.rows_of(candidate_id),
        from_record=visit.request.query_params.get("from", ""),
        mine=() if queue.locality else store.assignments.of(visit.reviewer),
        after=after,
        after_decisions=len(store.decisions.history(after.id)) if after else 0,
    )


def open_first(visit: Visit) -> Response:
    """The first candidate of the filtered queue that nobody else holds; the queue itself where there is none."""
def _went_to(visit: Visit, candidate_id: str) -> str | None:
    """The record of the candidate that this one was merged into; None where it stands for itself."""
    kept = visit.store.judgements.went_to(candidate_id)
    return visit.store.records.id_of_candidate(kept) if kept != candidate_id else None


    queue = read_filter(visit.request.query_params)
    chosen = serve_next(visit, queue)
    return redirect(f"/candidate/{chosen}", queue.values()) if chosen else redirect("/", {**queue.values(), "end": "1"})


def show_records(visit: Visit) -> Response:
    queue = read_filter(visit.request.query_params)
    rows = visit.store.browse.records(
        locality=queue.locality,
        search=queue.search,
        limit=PAGE_LENGTH + 1,
        offset=(queue.page - 1) * PAGE_LENGTH,
    )
    return visit.render(
        "records.html",
        queue=queue,
        rows=rows[:PAGE_LENGTH],
        more=len(rows) > PAGE_LENGTH,
        localities=visit.store.browse.localities(),
    )


def show_record(visit: Visit) -> Response:
    settings, record = visit.bench.settings, visit.store.records.get(visit.request.path_params["id"])
    candidate_id = visit.store.browse.candidate_of_record(record.id)
    known = visit.store.queue.get(candidate_id)
    fields = {field.name: field for field in record.fields}
    guides = tuple(guide for guide in field_guides(settings.checklist) if guide.name in fields)
    return visit.render(
        "record.html",
        record=record,
        candidate_id=candidate_id,
        state=known.state.value,
        guides=guides,
        fields=fields,
        values={name: say(name, field.value, settings.codebook) for name, field in fields.items()},
        marks=mark_quotes(((n, f.evidence) for n, f in fields.items()), known.page_text, spans=known.draft.spans),
    )


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


def _rows(visit: Visit, queue: QueueFilter) -> tuple[tuple[QueueRow, ...], bool]:
    offset = (queue.page - 1) * PAGE_LENGTH
    rows = visit.store.queue.rows(**queue.filters, order=queue.order, limit=PAGE_LENGTH + 1, offset=offset)
    return rows[:PAGE_LENGTH], len(rows) > PAGE_LENGTH


def _tallies(counts: dict[str, int]) -> tuple[tuple[str, str, int | None], ...]:
    """Key, label and number of candidates of each choice of the filter; None where nobody counted."""
    numbers: dict[str, int | None] = {
        key: sum(counts[state] for state in states) for key, (_, states) in STATES.items()
    }
    numbers |= {"missing": None, "all": sum(counts.values())}
    return tuple((key, label, numbers[key]) for key, (label, _) in STATES.items())


def _away(visit: Visit, rows: tuple[QueueRow, ...]) -> dict[str, tuple[str, str]]:
    """Scope in words, and the reason for it, of those of these rows that are not counted for their locality."""
    away = {row.id: row.scope for row in rows if row.scope in (Scope.ELSEWHERE, Scope.NATIONAL)}
    reasons = visit.store.browse.reasons(tuple(away), SCOPE_FIELD)
    return {one: (spell(scope.value), reasons.get(one, "")) for one, scope in away.items()}


def _changed(visit: Visit, rows: tuple[QueueRow, ...]) -> dict[str, tuple[str, ...]]:
    """Labels of the fields that changed, for the reopened of these rows."""
    labels = {guide.name: guide.label for guide in field_guides(visit.bench.settings.checklist)}
    reopened = tuple(row.id for row in rows if row.state.value == "reopened")
    found = visit.store.browse.open_fields(reopened)
    return {one: tuple(label for name, label in labels.items() if name in names) for one, names in found.items()}
