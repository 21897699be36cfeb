"""What readers of the public pages tell: the form that anybody may send, and the list in which reviewers answer it."""

from __future__ import annotations

from starlette.responses import Response

from register.errors import TidiermapError
from register.public.service import PublicService
from register.store.intake.reports import Report
from review.public.pages import face_of
from review.public.report_gate import fault_of_form, fault_of_words, open_form
from review.visit import Visit, has_role, redirect

LONGEST_CONTACT = 200  # characters
SEES_CONTACTS = "adjudicator"  # the least role


def show_wrong_form(visit: Visit) -> Response:
    return _form(visit, _published(visit))


def tell_wrong(visit: Visit) -> Response:
    """Keeps what a reader says as a reason on the service's candidate; the published entry stays as it is."""
    rules, service, told = face_of(visit).rules.reports, _published(visit), visit.field("told").strip()
    fault = fault_of_form(visit.field("form"), visit.csrf, service.id, now=visit.store.clock(), rules=rules)
    if not fault and visit.field("about") not in {choice.key for choice in rules.about}:
        fault = "Please choose what is wrong."
    if fault := fault or fault_of_words(told, rules):
        return _form(visit, service, status=400, message=fault)
    if visit.field("website"):  # a field that people do not see: whoever fills it in is told nothing
        return redirect(f"/services/{service.id}/told")
    address = visit.request.client.host if visit.request.client else ""
    contact = visit.field("contact").strip()[:LONGEST_CONTACT]
    store, about = visit.store, visit.field("about")
    with store.transaction():
        admitted = store.reports.admit(address, service.id, rules)
        if admitted and store.reports.add(service.id, about=about, told=told, contact=contact) is not None:
            store.audit.note("a reader", "told us that it is wrong", f"record {service.id}", after=about)
        store.reports.forget_contacts(days=rules.contact_days)
    return redirect(f"/services/{service.id}/told") if admitted else _refuse_for_now(visit, service)


def _refuse_for_now(visit: Visit, service: PublicService) -> Response:
    message = "Much was sent in a short time, so nothing more is taken for now. Please try again in an hour."
    response = _form(visit, service, status=429, message=message)
    response.headers["retry-after"] = "3600"
    return response


def show_thanks(visit: Visit) -> Response:
    return visit.render("told.html", service=_published(visit))


def show_reports(visit: Visit) -> Response:
    """What waits for an answer, oldest first, and what was answered last."""
    return _reports(visit)


def answer_report(visit: Visit) -> Response:
    """Says what came of a report; another service's entry is not touched by it."""
    outcomes = {choice.key for choice in face_of(visit).rules.reports.outcomes}
    outcome, number = visit.field("outcome"), visit.request.path_params["id"]
    if outcome not in outcomes or not number.isascii() or not number.isdigit() or len(number) > 12:
        return _reports(visit, status=400, message="Please choose what came of it.")
    try:
        with visit.store.transaction():
            comment = visit.field("comment").strip()[: face_of(visit).rules.reports.longest]
            visit.store.reports.answer(int(number), outcome=outcome, reviewer=visit.reviewer, comment=comment)
            visit.store.audit.note(visit.reviewer, "answer report", f"report {number}", after=outcome)
    except TidiermapError as error:
        return _reports(visit, status=409, message=str(error))
    back = visit.field("candidate")
    return redirect(f"/candidate/{back}" if back.isalnum() else "/reports")


def _reports(visit: Visit, *, status: int = 200, message: str = "") -> Response:
    face, store, hidden = face_of(visit), visit.store, visit.hidden
    waiting = tuple(one for one in store.reports.waiting() if one.candidate_id not in hidden)
    sees = visit.session is not None and has_role(visit.session.user.role, SEES_CONTACTS)
    return visit.render(
        "reports.html",
        status=status,
        message=message,
        waiting=sorted(waiting, key=_private_first),
        answered=tuple(one for one in store.reports.answered() if one.candidate_id not in hidden),
        contacts={one.id: store.reports.contact(one.id) for one in waiting} if sees else {},
        sees_contacts=sees,
        about={choice.key: choice.words for choice in face.rules.reports.about},
        outcomes={choice.key: choice.words for choice in face.rules.reports.outcomes},
        days=face.rules.reports.contact_days,
    )


def _private_first(report: Report) -> tuple[bool, int]:
    """What shows something private of a person comes before all else."""
    return report.about != "private", report.id


def _published(visit: Visit) -> PublicService:
    """The service or tombstone that the address names; raises NotFoundError for one that is not published."""
    face_of(visit)
    return visit.store.public.get(visit.request.path_params["id"])


def _form(visit: Visit, service: PublicService, *, status: int = 200, message: str = "") -> Response:
    rules = face_of(visit).rules.reports
    return visit.render(
        "wrong.html",
        status=status,
        service=service,
        message=message,
        form=open_form(visit.csrf, service.id, now=visit.store.clock()),
        choices=rules.about,
        about=visit.field("about"),
        words=visit.field("told"),
        contact=visit.field("contact"),
        longest=rules.longest,
        days=rules.contact_days,
    )
