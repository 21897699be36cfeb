"""A reviewer's side of providers' addresses: make one, send it, take it back, and see what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import Response

from register.errors import NotFoundError
from register.models import ServiceRecord
from register.store.intake.monitoring import MonitoringAnswer
from register.store.intake.provider import ProviderAnswer, ProviderLink
from review.addresses import whole_number
from review.intake.pages import said_words
from review.provider.tokens import state_of, token_of
from review.visit import Visit, redirect

ANSWERS_SHOWN = 200
SUBJECT = "Is what we say about {name} right?"
LETTER = """Hello,

We keep a list of groups and services that help people feel well. {name} is on it.

Please look at what we say about it, and tell us if it is right. It takes about five minutes, and you need no password:

{address}

The address works until {until}. It is for you alone, so please do not put it on a website. A person reads your answer
before anything changes.

Thank you.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """An address with its state (open, expired, revoked), how many answers came, and the draft of a letter."""

    link: ProviderLink
    state: str
    address: str
    mail: str
    answers: int


def show_links(visit: Visit) -> Response:
    """A record's addresses and all that came back through them."""
    record = visit.home.records.get(visit.request.path_params["id"])
    store, form = visit.home, visit.bench.settings.intake.form
    answers = store.provider.answers(record.id)
    return visit.render(
        "provider_links.html",
        record=record,
        candidate_id=store.browse.candidate_of_record(record.id),
        views=tuple(view_link(visit, record, link, answers) for link in store.provider.links(record.id)),
        answers=answers,
        told=_by_answer(store.monitoring.of_record(record.id)),
        questions={question.key: question for question in form.questions},
        words={one.id: said_words(visit, one.statement) for one in answers if one.statement},
        labels=visit.bench.settings.labels,
        days=visit.bench.settings.rules.provider_link.days,
    )


def change_links(visit: Visit) -> Response:
    """Make an address, note that it was sent, take it back, or note that an answer was looked at."""
    record = visit.home.records.get(visit.request.path_params["id"])
    provider, action, number = visit.home.provider, visit.field("action"), whole_number(visit.field("link"))
    with visit.home.transaction():
        if action == "make" and record.withdrawn_at is None:
            days = visit.bench.settings.rules.provider_link.days
            number = provider.add_link(record.id, made_by=visit.reviewer, days=days).id
        elif action in ("sent", "revoke"):
            if provider.link(number).record_id != record.id:
                raise NotFoundError("There is no such address of this record.")
            if action == "sent":
                provider.note_sent(number)
            else:
                provider.revoke(number, by=visit.reviewer)
        elif action == "seen" and number in {one.id for one in provider.answers(record.id)}:
            provider.note_seen(number, by=visit.reviewer)
        else:
            raise NotFoundError("There is nothing of the kind to be done with this record.")
        visit.home.audit.note(visit.reviewer, f"provider's address: {action}", f"record {record.id}", after=str(number))
    back = visit.field("back")
    return redirect(f"/{back}" if back in ("answers", "outbox") else f"/record/{record.id}/provider")


def show_answers(visit: Visit) -> Response:
    """Answers that no reviewer has looked at, oldest first."""
    store, hidden = visit.home, visit.hidden_records
    waiting = tuple(one for one in store.provider.waiting(ANSWERS_SHOWN) if one.record_id not in hidden)
    return visit.render(
        "answers.html",
        waiting=waiting,
        records={one.record_id: store.records.get(one.record_id) for one in waiting},
        candidates={one.record_id: store.browse.candidate_of_record(one.record_id) for one in waiting},
        words={one.id: said_words(visit, one.statement) for one in waiting if one.statement},
        labels=visit.bench.settings.labels,
    )


def view_link(visit: Visit, record: ServiceRecord, link: ProviderLink, answers: tuple[ProviderAnswer, ...]) -> LinkView:
    """An address as a reviewer sees it, with the draft of a letter."""
    desk, request = visit.bench.settings.intake, visit.request
    scheme = "https" if visit.bench.settings.secure_cookies else request.url.scheme
    address = f"{scheme}://{request.url.netloc}/provider/{token_of(link, desk)}"
    until = f"{link.expires_at.day} {link.expires_at:%B %Y}"
    letter = LETTER.format(name=record.name, address=address, until=until)
    emails = next((f.value for f in record.fields if f.name == "fact.emails" and isinstance(f.value, tuple)), ())
    subject = quote(SUBJECT.format(name=record.name))
    return LinkView(
        link=link,
        state=state_of(link, now=visit.home.clock()) or "open",
        address=address,
        mail=f"mailto:{quote(emails[0], safe='@') if emails else ''}?subject={subject}&body={quote(letter)}",
        answers=sum(one.link_id == link.id for one in answers),
    )


def _by_answer(answers: tuple[MonitoringAnswer, ...]) -> Mapping[int, tuple[MonitoringAnswer, ...]]:
    found: dict[int, tuple[MonitoringAnswer, ...]] = {}
    for one in answers:
        found[one.answer_id] = (*found.get(one.answer_id, ()), one)
    return found
