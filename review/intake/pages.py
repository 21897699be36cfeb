"""Taking in what somebody said: choose how it came to us, put it down, and it waits in the queue like all else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from starlette.responses import Response

from register.errors import NotFoundError, TidiermapError
from register.hosts import STATEMENT
from register.models import Evidence
from register.reviewing.intake import LONGEST_ANSWER, LONGEST_NAME, Route, Statement, compose
from register.reviewing.provider_form import read_day
from register.store import Store
from register.store.intake.statements import KnownStatement
from register.store.intake.tasks import KINDS, Task
from review.addresses import whole_number
from review.intake.desk import IntakeDesk
from review.intake.statements import TakenIn, check_said, take_in
from review.quality.curtain import hidden_copy
from review.record.quotes import mark_quotes
from review.record.snapshot_pages import show_version
from review.visit import Visit, has_role, redirect

NAME, CONTACT = "about", "contact"
LATEST_SHOWN = 10
SEES_WHO = "adjudicator"  # the least role that is told who said something; so is whoever typed it


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a form was not taken, and what in it may be a private person's."""

    message: str
    personal: tuple[tuple[str, str], ...] = ()


def show_intake(visit: Visit) -> Response:
    """The routes to choose from; with one chosen, its form."""
    desk, query = visit.bench.settings.intake, visit.request.query_params
    task = _task(visit, query.get("task", ""))
    route = desk.rules.route(query.get("route", "") or ("chain_referral" if task else ""))
    if route is None:
        hidden, latest = visit.hidden, visit.home.statements.latest(LATEST_SHOWN)
        return visit.render(
            "intake.html",
            routes=desk.rules.offered,
            labels={one.key: one.label for one in desk.rules.routes},
            latest=tuple(one for one in latest if one.candidate_id not in hidden),
            open_tasks=visit.home.tasks.count("open"),
            answers=len(visit.home.provider.waiting()),
        )
    for locality in desk.localities()[:1]:
        desk.warm(locality)
    return _form(visit, desk, route, task=task, typed=dict(query))


def save_statement(visit: Visit) -> Response:
    """Keeps the statement and queues its candidate; what is refused stays on the form as it was typed."""
    desk = visit.bench.settings.intake
    route, task = desk.rules.route(visit.field("route")), _task(visit, visit.field("task"))
    if route is None:
        return redirect("/intake")
    try:
        statement = _statement(visit, desk, route, task)
    except (TidiermapError, ValueError) as error:
        return _form(visit, desk, route, task=task, typed=visit.form_values(), refusal=Refusal(message=str(error)))
    if (personal := _personal(visit, desk)) and visit.field("own") != "1":
        message = "Some of this may be a private person's. What stands here is published as evidence."
        refusal = Refusal(message=message, personal=personal)
        return _form(visit, desk, route, task=task, typed=visit.form_values(), refusal=refusal)

    def note_whom_to_ask(told: tuple[TakenIn, ...]) -> None:
        if visit.field("next_name").strip() and not told[0].known:
            _add_task(visit, statement)

    taken = take_in(visit.home, [statement], read=desk.read, keep=desk.keep, with_them=note_whom_to_ask)[0]
    said = "known" if taken.known else "taken"
    return redirect(f"/statement/{statement.url.removeprefix(STATEMENT)}", {"said": said})


def show_statement(visit: Visit) -> Response:
    """One statement: what was said, when, by which route; who said it only for those who may know."""
    known = _known(visit)
    store, may = visit.home, _may_know(visit, known)
    with _as_met(visit, known) as (lies_in, key):
        candidate, likely = lies_in.queue.get(key), lies_in.pairs.rows_of(key)
    return visit.render(
        "statement.html",
        known=known,
        words=said_words(visit, known.url),
        likely=likely,
        label=visit.bench.settings.intake.rules.label(known.route),
        candidate=candidate,
        informant=store.statements.informant(known.url) if may else None,
        may_know=may,
        may_forget=visit.session is not None and has_role(visit.session.user.role, SEES_WHO),
        page_address=f"/statement/{known.url.removeprefix(STATEMENT)}/page",
        said=visit.request.query_params.get("said", ""),
    )


def show_statement_page(visit: Visit) -> Response:
    """The archived words alone, as archived pages are shown, with the quotes that a record takes from them."""
    known, store = _known(visit), visit.home
    version = store.pages.version(store.statements.version_of(known.url))
    with _as_met(visit, known) as (lies_in, key):
        decided, own = lies_in.records.decided_fields(key), lies_in.queue.get(key).draft.page_url
    quoted = ((field.name, _here(field.evidence, known.url, own=own)) for field, _ in decided)
    marks = mark_quotes(quoted, version.text)
    return show_version(version, tuple(marks.values()), visit.bench.settings)


def said_words(visit: Visit, url: str) -> str:
    """A statement with its lines as they were put down; its text alone where the archive has lost it."""
    store, read_body = visit.home, visit.bench.settings.read_body
    version = store.pages.version(store.statements.version_of(url))
    try:
        return read_body(version.archive, version.archive_offset)[0].decode()
    except (OSError, ValueError, TidiermapError):
        return version.text


def _here(evidence: tuple[Evidence, ...], url: str, *, own: str) -> tuple[Evidence, ...]:
    """The quotes as the page `url` alone has them, of a candidate whose `own` page bears no name in its evidence."""
    return tuple(replace(one, page="" if (one.page or own) == url else one.page or own) for one in evidence)


def forget_informant(visit: Visit) -> Response:
    """Takes who said it out of the register; what was said stays."""
    known, store = _known(visit), visit.home
    with store.transaction():
        if store.statements.forget_informant(known.url):
            store.audit.note(visit.reviewer, "informant forgotten", known.url)
    return redirect(f"/statement/{known.url.removeprefix(STATEMENT)}", {"said": "forgotten"})


def _known(visit: Visit) -> KnownStatement:
    found = visit.home.statements.find(f"{STATEMENT}{visit.request.path_params['id']}")
    if found is None:
        raise NotFoundError("There is no such statement.")
    return found


@contextmanager
def _as_met(visit: Visit, known: KnownStatement) -> Iterator[tuple[Store, str]]:
    """Where the reviewer meets the statement's candidate, and as what: their copy of it, while they are to decide on it
    without knowing how it was decided."""
    if copy := hidden_copy(visit, {known.candidate_id}):
        with visit.bench.copies.lend() as desk:
            yield desk, copy
    else:
        yield visit.home, known.candidate_id


def _may_know(visit: Visit, known: KnownStatement) -> bool:
    role = visit.session.user.role if visit.session else "viewer"
    return has_role(role, SEES_WHO) or known.typed_by == visit.reviewer


def _task(visit: Visit, typed: str) -> Task | None:
    number = whole_number(typed)
    return visit.home.tasks.get(number) if number else None


def _statement(visit: Visit, desk: IntakeDesk, route: Route, task: Task | None) -> Statement:
    locality, about = visit.field("locality"), " ".join(visit.field(NAME).split())
    if locality not in desk.localities():
        raise TidiermapError("Choose the locality that the service is in.")
    if len(about) > LONGEST_NAME:
        raise TidiermapError(f"The name has {len(about)} characters; a name has at most {LONGEST_NAME}.")
    if long := next((p for p in desk.rules.parts if len(visit.field(p.key)) > LONGEST_ANSWER), None):
        raise TidiermapError(f"“{long.question}” has more than {LONGEST_ANSWER:,} characters.")
    now, said_on = visit.home.clock(), visit.field("said_on")
    statement = Statement(
        locality=locality,
        route=route.key,
        about=about,
        body=compose((p.label if p.key != NAME else "", visit.field(p.key)) for p in desk.rules.parts),
        said_at=datetime.combine(read_day(said_on), time(0), UTC) if said_on.strip() else now,
        typed_by=visit.reviewer,
        who=visit.field("who").strip()[:LONGEST_NAME],
        reach=visit.field("reach").strip()[:LONGEST_NAME],
        task_id=task.id if task else None,
    )
    check_said(statement, now=now)
    return statement


def _personal(visit: Visit, desk: IntakeDesk) -> tuple[tuple[str, str], ...]:
    """What may be a private person's, outside the answer that asks for the service's own contact."""
    return desk.personal("\n".join(visit.field(part.key) for part in desk.rules.parts if part.key != CONTACT))


def _add_task(visit: Visit, statement: Statement) -> None:
    kind = visit.field("next_kind")
    task_id = visit.home.tasks.add(
        locality=statement.locality,
        kind=kind if kind in KINDS else KINDS[0],
        name=visit.field("next_name").strip()[:LONGEST_NAME],
        reach=visit.field("next_reach").strip()[:LONGEST_NAME],
        why=visit.field("next_why").strip()[:LONGEST_ANSWER],
        made_by=visit.reviewer,
        statement=statement.url,
    )
    visit.home.audit.note(visit.reviewer, "task", f"task {task_id}", after=f"from {statement.url}")


def _form(
    visit: Visit,
    desk: IntakeDesk,
    route: Route,
    *,
    task: Task | None,
    typed: dict[str, str],
    refusal: Refusal | None = None,
) -> Response:
    today = visit.home.clock().date().isoformat()
    return visit.render(
        "intake_form.html",
        status=422 if refusal else 200,
        route=route,
        parts=desk.rules.parts,
        localities=desk.localities(),
        kinds=KINDS,
        task=task,
        typed={"said_on": today, "locality": task.locality if task else "", **typed},
        today=today,
        refusal=refusal,
    )
