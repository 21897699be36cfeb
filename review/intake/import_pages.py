"""Importing a spreadsheet of statements: upload it, look at what would happen, then import it or drop it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePath

from starlette.datastructures import UploadFile
from starlette.responses import Response

from register.errors import NotFoundError, TidiermapError
from register.reviewing.intake import LONGEST_NAME
from register.serial import digest
from register.store import Store
from register.store.intake.imports import Import
from register.store.intake.tasks import KINDS
from review.addresses import whole_number
from review.intake.desk import IntakeDesk
from review.intake.directory_rows import read_any
from review.intake.import_rows import BadRow, Reading, Source, read_rows, rejected_csv
from review.intake.sheets import LARGEST_FILE, MOST_ROWS
from review.intake.statements import TakenIn, take_in
from review.visit import Visit, redirect

ROWS_SHOWN = 200
IMPORTS_SHOWN = 10


def show_import(visit: Visit) -> Response:
    return _show_form(visit)


def upload(visit: Visit) -> Response:
    """Keeps the file to be looked at; nothing is imported yet."""
    desk, sent = visit.bench.settings.intake, visit.form.get("file")
    route, locality = desk.rules.route(visit.field("route")), visit.field("locality")
    if route is None or locality not in desk.localities():
        return _show_form(visit, message="Choose the route and the locality.")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return _show_form(visit, message="Choose a file.")
    body = sent.file.read(LARGEST_FILE + 1)
    name = PurePath(sent.filename.replace("\\", "/")).name[:LONGEST_NAME]
    try:
        sheets = read_any(body, desk.rules, file_name=name)
        now = visit.home.clock()
        read_rows(sheets, desk.rules, Source(locality=locality, route=route, typed_by=visit.reviewer, said_at=now))
    except TidiermapError as error:
        return _show_form(visit, message=str(error))
    with visit.home.transaction():
        import_id = visit.home.imports.add(
            digest=digest(body),
            locality=locality,
            route=route.key,
            file_name=name,
            body=body,
            made_by=visit.reviewer,
        )
    return redirect(f"/intake/import/{import_id}")


def show_preview(visit: Visit) -> Response:
    """What the file would add, what is known, and which rows are refused; or, once imported, what became of it."""
    one, desk = _import(visit), visit.bench.settings.intake
    if one.body is None:
        return visit.render("import_done.html", one=one, label=desk.rules.label(one.route), shown=ROWS_SHOWN)
    reading = read_import(one, desk, now=visit.home.clock())
    known = {row.statement.url for row in reading.good if visit.home.statements.find(row.statement.url) is not None}
    parts = {part.key: part.label or part.question for part in desk.rules.parts}
    return visit.render(
        "import_preview.html",
        reading=reading,
        known=known,
        fresh=len({row.statement.url for row in reading.good} - known),
        before=visit.home.imports.before(one.digest, one.locality),
        meanings={heading: parts.get(key, MEANINGS.get(key, key)) for heading, key in reading.columns},
        personal={row.where: found for row in reading.good if (found := desk.personal(row.statement.body))},
        labels={route.key: route.label for route in desk.rules.routes},
        one=one,
        shown=ROWS_SHOWN,
    )


MEANINGS = {
    "said_on": "when it was said",
    "route": "route",
    "who": "who said it (private)",
    "reach": "how to reach them (private)",
    "next_name": "whom to ask next (private, makes a task)",
    "next_why": "why to ask them",
}


def finish_import(visit: Visit) -> Response:
    """Imports the good rows, or drops the file."""
    one, desk, store = _import(visit), visit.bench.settings.intake, visit.home
    if one.body is None:
        return redirect(f"/intake/import/{one.id}")
    if visit.field("action") != "import":
        with store.transaction():
            store.imports.drop(one.id)
        return redirect("/intake/import")
    reading = read_import(one, desk, now=store.clock())
    try:
        import_good(store, reading, desk, import_id=one.id)
    except TidiermapError as error:
        return visit.render("message.html", status=422, title="Nothing was imported", message=str(error))
    return redirect(f"/intake/import/{one.id}")


def import_good(store: Store, reading: Reading, desk: IntakeDesk, *, import_id: int) -> tuple[int, int]:
    """Takes in the good rows and keeps the others for mending; gives how many were added, and how many known."""
    statements = [row.statement for row in reading.good]

    def finish(taken: tuple[TakenIn, ...]) -> None:
        _add_tasks(store, reading, taken)
        added, who = _count_added(taken), store.imports.get(import_id).made_by
        store.imports.finish(import_id, rejected=_kept(reading.bad), added=added, known=len(taken) - added)
        store.audit.note(who, "import", f"import {import_id}", after=f"{added} added, {len(reading.bad)} refused")

    taken = take_in(store, statements, read=desk.read, keep=desk.keep, import_id=import_id, with_them=finish)
    return _count_added(taken), len(taken) - _count_added(taken)


def _count_added(taken: tuple[TakenIn, ...]) -> int:
    return len({one.statement.url for one in taken if not one.known})


def _add_tasks(store: Store, reading: Reading, taken: tuple[TakenIn, ...]) -> None:
    for row, one in zip(reading.good, taken, strict=True):
        if row.ask_next and not one.known:
            store.tasks.add(
                locality=one.statement.locality,
                kind=KINDS[0],
                name=row.ask_next.name,
                reach="",
                why=row.ask_next.why,
                made_by=one.statement.typed_by,
                statement=one.statement.url,
            )


def download_rejected(visit: Visit) -> Response:
    """The refused rows with their reasons, as a CSV."""
    one = _import(visit)
    rejected = one.rejected
    if one.body is not None:
        rejected = _kept(read_import(one, visit.bench.settings.intake, now=visit.home.clock()).bad)
    headers = {"content-disposition": f'attachment; filename="refused-rows-{one.id}.csv"'}
    return Response(rejected_csv(rejected), media_type="text/csv; charset=utf-8", headers=headers)


def read_import(one: Import, desk: IntakeDesk, *, now: datetime) -> Reading:
    """The file as it reads now. Raises NotFoundError where its route is no longer offered."""
    route = desk.rules.route(one.route)
    if route is None or one.body is None:
        raise NotFoundError(f"import {one.id}: its route {one.route} is no longer offered, or it is finished")
    source = Source(locality=one.locality, route=route, typed_by=one.made_by, said_at=now.astimezone(UTC))
    return read_rows(read_any(one.body, desk.rules, file_name=one.file_name), desk.rules, source)


def _kept(bad: tuple[BadRow, ...]) -> tuple[tuple[str, str, dict[str, str]], ...]:
    return tuple((row.where, row.reason, dict(row.cells)) for row in bad)


def _import(visit: Visit) -> Import:
    """The import, for whoever brought it and for admins: a file may hold names."""
    one = visit.home.imports.get(whole_number(visit.request.path_params["id"]))
    admin = visit.session is not None and visit.session.user.role == "admin"
    if one.made_by != visit.reviewer and not admin:
        raise NotFoundError(f"import {one.id}: only {one.made_by} and admins may see it")
    return one


def _show_form(visit: Visit, *, message: str = "") -> Response:
    desk = visit.bench.settings.intake
    admin = visit.session is not None and visit.session.user.role == "admin"
    latest = [one for one in visit.home.imports.latest(IMPORTS_SHOWN) if admin or one.made_by == visit.reviewer]
    return visit.render(
        "import.html",
        status=422 if message else 200,
        routes=desk.rules.offered,
        localities=desk.localities(),
        parts=desk.rules.parts,
        columns=desk.rules.columns,
        meanings=MEANINGS,
        latest=latest,
        most_rows=MOST_ROWS,
        most_bytes=LARGEST_FILE,
        typed=visit.form_values(),
        message=message,
    )
