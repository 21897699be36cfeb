"""The queue page: what waits, filtered and in order, with how many there are and why nothing is left where it is so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.responses import Response

from register.codes.vocabulary import SCOPE_FIELD, PageKind, Scope
from register.store.queue.listing import Filters, QueueOrder, QueueRow
from review.decisions.batch_rules import ACTIONS
from review.queue.filter import CHANGED, ORDERS, REASONS, STATES, WAITING, QueueFilter, read_filter
from review.queue.reasons import list_filters, reason_numbers, row_reasons
from review.queue.serving import any_free, serve_next, with_others
from review.record.after import just_decided
from review.visit import Visit, redirect
from review.wording import spell

LONDON = ZoneInfo("Europe/London")
PAGE_LENGTH = 50  # lines of a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a filter, in words, and how many it would leave; None where that is not cheap to say."""

    value: str
    label: str
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The rows of one page of the list, and the addresses of the pages before and behind it ("" for none)."""

    rows: tuple[QueueRow, ...]
    before: str
    behind: str


def show_queue(visit: Visit) -> Response:
    query, store = visit.request.query_params, visit.store
    queue = read_filter(query)
    filters = list_filters(visit, queue)
    part = _part(visit, queue, filters)
    counts, others = store.queue.counts(queue.locality), with_others(visit, queue)
    after, after_decisions = just_decided(visit)
    return visit.render(
        "queue.html",
        queue=queue,
        part=part,
        rows=part.rows,
        total=store.queue.lists.cheap_count(**filters),
        tallies=_tallies(visit, queue, counts),
        decided=counts["accepted"] + counts["rejected"],
        everything=sum(counts.values()),
        today=store.browse.decided_since(visit.reviewer, this_morning(store.clock())),
        choices=_choices(visit, queue, filters),
        chosen=_chosen(visit, queue),
        ways_out=_ways_out(visit, queue) if not part.rows else (),
        orders=_orders(queue),
        why_order=ORDERS[queue.order][1],
        away=_away(visit, part.rows),
        changed=_changed(visit, part.rows),
        reasons=row_reasons(visit, part.rows),
        batch_actions=ACTIONS,
        held={away.lease.candidate: away.lease for away in others},
        said=query.get("said", ""),
        ended=query.get("end") == "1",
        with_others=others,
        any_free=bool(others) and query.get("end") == "1" and any_free(visit, queue),
        mine=() if queue.locality else store.assignments.of(visit.reviewer),
        after=after,
        after_decisions=after_decisions,
    )


def this_morning(now: datetime) -> datetime:
    """The last midnight where the localities lie."""
    return now.astimezone(LONDON).replace(hour=0, minute=0, second=0, microsecond=0)


def open_first(visit: Visit) -> Response:
    """The first candidate of the filtered queue that nobody else holds; the queue itself where there is none."""
    queue = read_filter(visit.request.query_params)
    chosen = serve_next(visit, queue)
    return redirect(f"/candidate/{chosen}", queue.values()) if chosen else redirect("/", {**queue.values(), "end": "1"})


def _part(visit: Visit, queue: QueueFilter, filters: Filters) -> Part:
    back = bool(queue.before)
    rows = visit.store.queue.rows(
        order=queue.order, limit=PAGE_LENGTH + 1, start=queue.before or queue.start, back=back, **filters
    )
    more = len(rows) > PAGE_LENGTH
    rows = rows[-PAGE_LENGTH:] if back else rows[:PAGE_LENGTH]
    if not rows:
        return Part(rows=(), before="", behind="")
    first = max(1, queue.at)
    earlier = more if back else bool(queue.start)
    later = True if back else more
    before = queue.query(before=rows[0].place, at=str(max(1, first - PAGE_LENGTH))) if earlier else ""
    behind = queue.query(**{"from": rows[-1].place}, at=str(first + len(rows))) if later else ""
    hidden = visit.hidden
    return Part(rows=tuple(row for row in rows if row.id not in hidden), before=before, behind=behind)


def _tallies(visit: Visit, queue: QueueFilter, counts: dict[str, int]) -> tuple[tuple[str, str, int], ...]:
    """Key, label and number of candidates of each choice of the state."""
    numbers = {key: sum(counts[state] for state in states) for key, (_, states) in STATES.items()}
    missing = visit.store.queue.lists.tally(queue.locality).get("missing", 0)
    numbers |= {"missing": missing, "all": sum(counts.values())}
    return tuple((key, label, numbers[key]) for key, (label, _) in STATES.items())


def _choices(visit: Visit, queue: QueueFilter, filters: Filters) -> dict[str, tuple[Choice, ...]]:
    """The choices of each filter; those that would leave nothing are left out where that is known."""
    lists = visit.store.queue.lists
    numbers = lists.numbers(**filters)
    known = lists.tally(queue.locality, STATES[queue.state][1])
    waiting = {name: sum(n[:2]) for name, n in lists.progress().items()}
    labels = visit.bench.settings.labels
    reasons = reason_numbers(visit, queue, numbers or {})
    found = {
        "locality": [Choice(value=name, label=name, number=number) for name, number in waiting.items()],
        "kind": [_choice(k.value, k.value, f"kind {k.value}", numbers) for k in PageKind],
        "scope": [_choice(s.value, spell(s.value), f"scope {s.value}", numbers) for s in Scope],
        "reason": [Choice(value=r, label=words, number=reasons.get(r)) for r, words in REASONS.items()],
        "field": [
            Choice(value=name, label=label, number=known[f"field {name}"])
            for name, label in labels.items()
            if known.get(f"field {name}")
        ],
        "changed": [Choice(value=days, label=words) for days, words in CHANGED.items()],
        "waiting": [Choice(value=days, label=words) for days, words in WAITING.items()],
    }
    return {
        name: tuple(c for c in choices if c.number != 0 or c.value == getattr(queue, name) or name == "locality")
        for name, choices in found.items()
    }


def _choice(value: str, label: str, counted: str, numbers: dict[str, int] | None) -> Choice:
    return Choice(value=value, label=label, number=None if numbers is None else numbers.get(counted, 0))


def _chosen(visit: Visit, queue: QueueFilter) -> tuple[tuple[str, str], ...]:
    """What filters, in words, with the address of the list without it."""
    return tuple((_in_words(visit, queue, name), f"/{queue.without(name).query()}") for name in queue.chosen)


def _in_words(visit: Visit, queue: QueueFilter, name: str) -> str:
    value = str(getattr(queue, name))
    labels = visit.bench.settings.labels
    return {
        "locality": f"locality: {value}",
        "search": f"words: {value}",
        "scope": f"reach: {spell(value)}",
        "kind": f"page: {value}",
        "reason": REASONS.get(value, ""),
        "field": f"{labels.get(value, value)} changed",
        "changed": f"changed {CHANGED.get(value, '')}",
        "waiting": f"waiting {WAITING.get(value, '')}",
    }[name]


def _ways_out(visit: Visit, queue: QueueFilter) -> tuple[tuple[str, str, int | None], ...]:
    """Where nothing is left: each filter that could be left out, the address without it, and how many that leaves."""
    found = []
    for name in queue.chosen:
        wider = queue.without(name)
        number = visit.store.queue.lists.cheap_count(**list_filters(visit, wider))
        if number != 0:
            found.append((_in_words(visit, queue, name), f"/{wider.query()}", number))
    return tuple(sorted(found, key=lambda way: (way[2] is None, way[2] or 0)))


def _orders(queue: QueueFilter) -> tuple[tuple[str, str], ...]:
    return tuple(
        (order.value, label) for order, (label, _) in ORDERS.items() if order is not QueueOrder.MATCH or queue.search
    )


def _away(visit: Visit, rows: tuple[QueueRow, ...]) -> dict[str, tuple[str, str]]:
    """Scope in words, and the reason for it, of those of these rows that are not counted for their locality."""
    away = {row.id: row.scope for row in rows if row.scope in (Scope.ELSEWHERE, Scope.NATIONAL)}
    reasons = visit.store.browse.reasons(tuple(away), SCOPE_FIELD)
    return {one: (spell(scope.value), reasons.get(one, "")) for one, scope in away.items()}


def _changed(visit: Visit, rows: tuple[QueueRow, ...]) -> dict[str, tuple[str, ...]]:
    """Labels of the fields that changed, for the reopened of these rows."""
    labels = visit.bench.settings.labels
    reopened = tuple(row.id for row in rows if row.state.value == "reopened")
    found = visit.store.browse.open_fields(reopened)
    return {one: tuple(label for name, label in labels.items() if name in names) for one, names in found.items()}
