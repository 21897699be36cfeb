"""The page that a provider opens without signing in: what we publish about it, is it right, and a short form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.responses import Response

from register.errors import NotFoundError
from register.models import ServiceRecord
from register.reviewing.intake import tidy
from register.reviewing.provider_form import LONGEST_TEXT, FieldQuestion, read_day
from register.store.intake.provider import ProviderLink
from review.provider.answers import Correction, Told, control_of, read_correction, take_answer
from review.provider.tokens import NoLongerOpenError, open_token, record_behind
from review.visit import Visit, redirect
from review.wording import Choice, choices, say

MOST_A_DAY = 10  # answers through one address
FROM = {"expired": 410, "revoked": 410, "withdrawn": 410}
NOT_FOR_SEARCH = {"x-robots-tag": "noindex, nofollow"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of what we publish: the question, what it says now, and how it is mended."""

    question: FieldQuestion
    values: tuple[str, ...]
    control: str
    choices: tuple[Choice, ...]

    @property
    def key(self) -> str:
        return self.question.field.replace(".", "-")


def show_provider(visit: Visit) -> Response:
    try:
        link = open_token(visit.request.path_params["token"], visit.store, visit.bench.settings.intake)
    except (NotFoundError, NoLongerOpenError) as error:
        return _closed(visit, error)
    with visit.store.transaction():
        visit.store.provider.note_opened(link.id)
    visit.bench.settings.intake.warm(record_behind(link, visit.store).locality)
    return _show(visit, link)


def save_provider(visit: Visit) -> Response:
    """Keeps what was answered, for a reviewer to look at; what is wrong is told beside its question."""
    desk, store = visit.bench.settings.intake, visit.store
    try:
        link = open_token(visit.request.path_params["token"], store, desk)
    except (NotFoundError, NoLongerOpenError) as error:
        return _closed(visit, error)
    told, faults = read_form(visit)
    if told.verdict == "monitoring" and not any(told.monitoring.values()) and not faults:
        faults = {"all": "You have not told us anything yet. Tick “all of this is right”, or fill something in."}
    if faults:
        return _show(visit, link, status=422, faults=faults)
    if store.provider.answers_since(link.id, store.clock() - timedelta(days=1)) >= MOST_A_DAY:
        faults = {"all": "You have sent many answers today. Please come back tomorrow: what you sent is safe."}
        return _show(visit, link, status=429, faults=faults)
    take_answer(store, link, told, desk, codebook=visit.bench.settings.codebook)
    return redirect(f"/provider/{visit.request.path_params['token']}", {"said": told.verdict})


def read_form(visit: Visit) -> tuple[Told, dict[str, str]]:
    """What the form says, and what is wrong with it, by the name of the form's field."""
    settings, faults = visit.bench.settings, dict[str, str]()
    corrections: list[Correction] = []
    for question in settings.intake.form.fields:
        key = question.field.replace(".", "-")
        typed, none = visit.fields(key), visit.field(f"{key}-none") == "1"
        try:
            if sum(map(len, typed)) > LONGEST_TEXT:
                raise ValueError(f"Please keep to {LONGEST_TEXT:,} letters.")
            if found := read_correction(question, typed, none=none, codebook=settings.codebook):
                corrections.append(found)
        except ValueError as error:
            faults[key] = str(error)
    monitoring: dict[str, str] = {}
    for one in settings.intake.form.questions:
        try:
            monitoring[one.key] = one.read(visit.fields(one.key))
        except ValueError as error:
            faults[one.key] = str(error)
    since: date | None = None
    try:
        since = read_day(visit.field("since")) if visit.field("since").strip() else None
    except ValueError as error:
        faults["since"] = str(error)
    closed, more = visit.field("closed") == "1", tidy(visit.field("more"))
    if since and not closed:
        faults["since"] = "You gave a day. Please tick “We have closed” too, or leave the day empty."
    if len(more) > LONGEST_TEXT:
        faults["more"] = f"Please keep to {LONGEST_TEXT:,} letters."
    told = Told(
        right=visit.field("right") == "1",
        closed=closed,
        since=since,
        corrections=tuple(corrections),
        more=more,
        monitoring=monitoring,
    )
    return told, faults


def lines_of(record: ServiceRecord, visit: Visit) -> tuple[Line, ...]:
    """What we publish, in the order and the words of the form."""
    settings, fields = visit.bench.settings, {field.name: field for field in record.fields}
    return tuple(
        Line(
            question=question,
            values=say(question.field, fields[question.field].value, settings.codebook)
            if question.field in fields
            else (),
            control=control_of(question.field),
            choices=choices(question.field, settings.codebook),
        )
        for question in settings.intake.form.fields
    )


def _show(visit: Visit, link: ProviderLink, *, status: int = 200, faults: Mapping[str, str] | None = None) -> Response:
    record, form = record_behind(link, visit.store), visit.bench.settings.intake.form
    names = {line.key: line.question.label for line in lines_of(record, visit)}
    names |= {question.key: question.label for question in form.questions} | {
        "since": "Closed since",
        "more": "Anything else",
    }
    response = visit.render(
        "provider.html",
        status=status,
        record=record,
        link=link,
        lines=lines_of(record, visit),
        form=form,
        names=names,
        faults=faults or {},
        typed=visit.form,
        said=visit.request.query_params.get("said", "") if status == 200 else "",
        before=tuple(one for one in visit.store.provider.answers(record.id) if one.link_id == link.id),
    )
    response.headers.update(NOT_FOR_SEARCH)
    return response


WHY_CLOSED = {
    "expired": "This address has run out. Please ask whoever sent it to you for a new one.",
    "revoked": "This address was taken back. Please ask whoever sent it to you for a new one.",
    "withdrawn": "We no longer show this service. If that is wrong, please tell whoever sent you this address.",
}


def _closed(visit: Visit, error: NotFoundError | NoLongerOpenError) -> Response:
    state = error.state if isinstance(error, NoLongerOpenError) else ""
    response = visit.render(
        "provider_closed.html",
        status=FROM.get(state, 404),
        title="This address is no longer open" if state else "This address is not right",
        message=WHY_CLOSED.get(state, str(error)),
    )
    response.headers.update(NOT_FOR_SEARCH)
    return response
