"""The reviewers' web application: its routes, and who may open which."""

from __future__ import annotations

from threading import BoundedSemaphore

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from review.decisions.alike_pages import decide_alike_group, show_alike, show_alike_group
from review.decisions.batch_pages import do_batch, show_batch, show_batch_plan, show_batches, undo_whole_batch
from review.decisions.ending_pages import decide_on_ending, show_ending, show_ending_page, show_endings
from review.decisions.history_pages import restore_decision, show_history, show_own
from review.decisions.still_so import confirm_still_so
from review.headers import HEADERS, UPLOADS, SecurityHeaders
from review.intake.import_pages import download_rejected, finish_import, show_import, show_preview, upload
from review.intake.pages import forget_informant, save_statement, show_intake, show_statement, show_statement_page
from review.intake.task_pages import add_task, change_task, show_tasks
from review.pairs.pages import judge_pair, open_next_pair, show_pair, show_pairs
from review.people.pages import add_person, change_person, give_password, show_people
from review.people.sign_in import show_sign_in, sign_in, sign_out
from review.pool import StorePool
from review.provider.links import change_links, show_answers, show_links
from review.provider.pages import save_provider, show_provider
from review.public.pages import show_front, show_icon, show_robots, show_service, show_services, show_sitemap
from review.public.report_pages import answer_report, show_reports, show_thanks, show_wrong_form, tell_wrong
from review.quality.adjudicate import SETTLES
from review.quality.adjudicate_pages import (
    answer_question,
    settle_dispute,
    show_dispute,
    show_dispute_page,
    show_disputes,
)
from review.quality.blind import desk_of, open_desk
from review.quality.curtain import kept_blind
from review.quality.pages import note_told, send_agreement, show_quality
from review.queue.freshness_pages import let_expire, show_outbox
from review.queue.list_pages import show_help, show_record, show_records, show_runs
from review.queue.page import open_first
from review.queue.progress_page import show_progress
from review.queue.take_over import take_over_candidate
from review.record.candidate_pages import decide_on_field, decide_on_record, go_to_next, show_candidate
from review.record.codebook_help import show_codebook
from review.record.note_pages import keep_note, keep_typed
from review.record.private_pages import decide_on_private, show_private
from review.record.rule_pages import decide_on_rule
from review.record.snapshot_pages import STATIC, show_candidate_page, show_record_page
from review.settings import ReviewSettings
from review.templating import open_templates
from review.visit import DECIDES, Handler, Workbench, open_door

# Address, method, handler, and the least role that it needs; None lets in everybody.
PAGES: tuple[tuple[str, str, Handler, str | None], ...] = (
    ("/sign-in", "GET", show_sign_in, None),
    ("/sign-in", "POST", sign_in, None),
    ("/sign-out", "POST", sign_out, "viewer"),
    ("/", "GET", show_front, None),
    ("/services", "GET", show_services, None),
    ("/services/{id}", "GET", show_service, None),
    ("/services/{id}/wrong", "GET", show_wrong_form, None),
    ("/services/{id}/wrong", "POST", tell_wrong, None),
    ("/services/{id}/told", "GET", show_thanks, None),
    ("/robots.txt", "GET", show_robots, None),
    ("/favicon.ico", "GET", show_icon, None),
    ("/sitemap.xml", "GET", show_sitemap, None),
    ("/reports", "GET", show_reports, "viewer"),
    ("/reports/{id}", "POST", answer_report, DECIDES),
    ("/next", "GET", open_first, "viewer"),
    ("/progress", "GET", show_progress, "viewer"),
    ("/candidate/{id}", "GET", show_candidate, "viewer"),
    ("/candidate/{id}/page", "GET", show_candidate_page, "viewer"),
    ("/candidate/{id}/next", "GET", go_to_next, "viewer"),
    ("/candidate/{id}/take-over", "POST", take_over_candidate, DECIDES),
    ("/candidate/{id}/field", "POST", decide_on_field, DECIDES),
    ("/candidate/{id}/record", "POST", decide_on_record, DECIDES),
    ("/candidate/{id}/still-so", "POST", confirm_still_so, DECIDES),
    ("/candidate/{id}/rule", "POST", decide_on_rule, DECIDES),
    ("/candidate/{id}/note", "POST", keep_note, DECIDES),
    ("/candidate/{id}/typed", "POST", keep_typed, DECIDES),
    ("/candidate/{id}/history", "GET", show_history, "viewer"),
    ("/candidate/{id}/codebook/{scheme}", "GET", show_codebook, "viewer"),
    ("/candidate/{id}/restore", "POST", restore_decision, DECIDES),
    ("/own", "GET", show_own, "viewer"),
    ("/records", "GET", show_records, "viewer"),
    ("/record/{id}", "GET", show_record, "viewer"),
    ("/record/{id}/private", "POST", decide_on_private, DECIDES),
    ("/private", "GET", show_private, "viewer"),
    ("/record/{id}/page", "GET", show_record_page, "viewer"),
    ("/alike", "GET", show_alike, "viewer"),
    ("/alike/{key}", "GET", show_alike_group, "viewer"),
    ("/alike/{key}", "POST", decide_alike_group, DECIDES),
    ("/batch", "GET", show_batch_plan, DECIDES),
    ("/batch", "POST", do_batch, DECIDES),
    ("/batches", "GET", show_batches, "viewer"),
    ("/batches/{number}", "GET", show_batch, "viewer"),
    ("/batches/{number}/undo", "POST", undo_whole_batch, DECIDES),
    ("/pairs", "GET", show_pairs, "viewer"),
    ("/pairs/next", "GET", open_next_pair, "viewer"),
    ("/pair/{first}/{second}", "GET", show_pair, "viewer"),
    ("/pair/{first}/{second}", "POST", judge_pair, DECIDES),
    ("/endings", "GET", show_endings, "viewer"),
    ("/endings/{number}", "GET", show_ending, "viewer"),
    ("/endings/{number}", "POST", decide_on_ending, DECIDES),
    ("/endings/{number}/page", "GET", show_ending_page, "viewer"),
    ("/runs", "GET", show_runs, "viewer"),
    ("/intake", "GET", show_intake, DECIDES),
    ("/intake", "POST", save_statement, DECIDES),
    ("/intake/import", "GET", show_import, DECIDES),
    ("/intake/import", "POST", upload, DECIDES),
    ("/intake/import/{id}", "GET", show_preview, DECIDES),
    ("/intake/import/{id}", "POST", finish_import, DECIDES),
    ("/intake/import/{id}/rejected.csv", "GET", download_rejected, DECIDES),
    ("/statement/{id}", "GET", show_statement, "viewer"),
    ("/statement/{id}/page", "GET", show_statement_page, "viewer"),
    ("/statement/{id}/forget", "POST", forget_informant, "adjudicator"),
    ("/record/{id}/provider", "GET", show_links, "viewer"),
    ("/record/{id}/provider", "POST", change_links, DECIDES),
    ("/answers", "GET", show_answers, "viewer"),
    ("/provider/{token}", "GET", show_provider, None),
    ("/provider/{token}", "POST", save_provider, None),
    ("/tasks", "GET", show_tasks, DECIDES),
    ("/tasks", "POST", add_task, DECIDES),
    ("/task/{id}", "POST", change_task, DECIDES),
    ("/quality", "GET", show_quality, "viewer"),
    ("/quality/agreement.csv", "GET", send_agreement, "viewer"),
    ("/quality/expire", "POST", let_expire, SETTLES),
    ("/outbox", "GET", show_outbox, DECIDES),
    ("/quality/told", "POST", note_told, DECIDES),
    ("/disputes", "GET", show_disputes, SETTLES),
    ("/disputes", "POST", answer_question, SETTLES),
    ("/dispute/{key}", "GET", show_dispute, SETTLES),
    ("/dispute/{key}", "POST", settle_dispute, SETTLES),
    ("/dispute/{key}/page", "GET", show_dispute_page, SETTLES),
    ("/help", "GET", show_help, "viewer"),
    ("/people", "GET", show_people, "admin"),
    ("/people/add", "POST", add_person, "admin"),
    ("/people/change", "POST", change_person, "admin"),
    ("/people/password", "POST", give_password, "admin"),
)

PASSWORDS_AT_ONCE = 2


def create_app(settings: ReviewSettings) -> Starlette:
    """The application over one register; it keeps nothing in memory, so several processes may serve it."""
    checking = BoundedSemaphore(PASSWORDS_AT_ONCE)
    stores = StorePool(settings.register, settings.open_store)
    copies = StorePool(desk_of(settings.register), lambda: open_desk(settings))
    bench = Workbench(settings=settings, stores=stores, copies=copies, templates=open_templates(), checking=checking)
    routes: list[BaseRoute] = [
        Route(
            path, open_door(bench, kept_blind(path, handler), role=role, files=int(path in UPLOADS)), methods=[method]
        )
        for path, method, handler, role in PAGES
    ]
    routes.append(Mount("/static", StaticFiles(directory=STATIC)))

    async def say_error(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return _error_page(bench, status)

    return Starlette(
        routes=routes,
        middleware=[Middleware(SecurityHeaders, names=settings.names, https=settings.secure_cookies)],
        exception_handlers={HTTPException: say_error, 500: say_error},
    )


MESSAGES = {
    400: "The form could not be read.",
    404: "There is no such page.",
    405: "This page cannot be used in that way.",
    500: "Something went wrong here, and nothing was saved. The application's log says what; please try again.",
}


def _error_page(bench: Workbench, status: int) -> HTMLResponse:
    page = bench.templates.get_template("message.html")
    message = MESSAGES.get(status, "The request could not be answered.")
    return HTMLResponse(page.render(visit=None, title=f"Error {status}", message=message), status, headers=HEADERS)
