"""What a provider answered, as proposals: their words a page of our own, and only the fields that they touch open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from register.codes.codebook import Codebook
from register.codes.values import check_value
from register.codes.vocabulary import Status
from register.errors import TidiermapError
from register.grounding import ground
from register.models import DraftField, Evidence, RecordField, Value
from register.reviewing.intake import ReadStatement, Statement, compose, tidy
from register.reviewing.provider_form import FieldQuestion
from register.store import Store
from register.store.intake.provider import ProviderLink
from register.store.queue.candidates import PROVIDER_RUN
from register.store.queue.listing import QueueState
from review.decisions.edits import read_value
from review.intake.desk import IntakeDesk
from review.intake.statements import keep_page, run_of_day
from review.provider.tokens import record_behind
from review.queue.lifecycle import signature
from review.wording import say

ROUTE = "provider"
RULE = "provider"  # who found the evidence
SCORE = 0.9  # of a value that the provider gave
NETS = ("eligibility.wide", "eligibility.strict")
CLOSED, NOTHING, ELSE = "We have closed", "we do not have this", "Anything else"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is right of one field: its value (None: there is nothing), and the words that say so."""

    question: FieldQuestion
    value: Value
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All that one form says, checked: that all is `right`, or has `closed` (`since` that day), or what is right
    instead; `more` is free text, `monitoring` the answers to the monitoring form by question."""

    right: bool = False
    closed: bool = False
    since: date | None = None
    corrections: tuple[Correction, ...] = ()
    more: str = ""
    monitoring: Mapping[str, str]

    @property
    def verdict(self) -> str:
        if self.closed:
            return "closed"
        if self.corrections or self.more:
            return "corrections"
        return "right" if self.right else "monitoring"


def read_correction(
    question: FieldQuestion, typed: Sequence[str], *, none: bool, codebook: Codebook
) -> Correction | None:
    """The correction that was typed for a field, None where there is none.

    Raises ValueError with what is wrong, in plain words.
    """
    if none:
        return Correction(question=question, value=None, words=NOTHING)
    value = read_value(control_of(question.field), [tidy(one) for one in typed])
    if value is None:
        return None
    try:
        value = check_value(question.field, value, codebook=codebook)
    except TidiermapError as error:
        raise ValueError("Please pick one of the answers shown.") from error
    return Correction(question=question, value=value, words=", ".join(say(question.field, value, codebook)))


def control_of(field: str) -> str:
    """text, lines, boxes or choice, as on the record page; a provider needs no more."""
    group, _, own = field.partition(".")
    return "text" if group == "tidier" else _CONTROLS.get(own, "text")


_CONTROLS = {"cost": "choice", "referral": "boxes", "phones": "lines", "emails": "lines", "websites": "lines"}


def take_answer(store: Store, link: ProviderLink, told: Told, desk: IntakeDesk, *, codebook: Codebook) -> int:
    """Keeps an answer, all of it or nothing; gives its id. What it says of the service waits for a reviewer."""
    record = record_behind(link, store)
    candidate_id = store.browse.candidate_of_record(record.id)
    statement = reading = place = None
    if told.verdict in ("closed", "corrections"):
        statement = _statement(store, record.locality, record.name, told)
        reading = desk.read(statement)
        if store.statements.find(statement.url) is None:
            place = desk.keep([statement])[0]
    opened: tuple[str, ...] = ()
    with store.transaction():
        if statement and reading:
            if place and store.statements.find(statement.url) is None:
                keep_page(store, statement, reading, place)
                store.routes.note(statement.locality, statement.url, [(ROUTE, statement.url)])
                store.statements.note(statement, candidate_id=candidate_id)
            proposals = propose(told, reading, statement, fields=record.fields)
            opened = _reopen(store, candidate_id, statement, proposals, told)
        url = statement.url if statement else ""
        answer_id = store.provider.add_answer(link.id, record.id, verdict=told.verdict, statement=url, opened=opened)
        store.monitoring.add(answer_id, record.id, told.monitoring)
        store.audit.note("provider", "provider's answer", f"record {record.id}", after=told.verdict)
    return answer_id


def propose(
    told: Told, reading: ReadStatement, statement: Statement, *, fields: tuple[RecordField, ...]
) -> dict[str, DraftField]:
    """The proposals that an answer makes, by field: what was corrected, and what is read of the same words.

    A field that hangs on a corrected one (the weekday on "when") and that the new words do not say opens as not stated:
    what was published of it no longer has words that stand.
    """
    published = {field.name: field for field in fields}
    found: dict[str, DraftField] = {}
    if told.closed:
        quote = _span(reading.text, CLOSED, 0)
        evidence = (replace(ground(reading.text, *quote, rule=RULE), page=statement.url),)
        return {
            n: DraftField(name=n, status=Status.REPORTED, value="exclude", evidence=evidence, score=SCORE) for n in NETS
        }
    at = 0
    for correction in told.corrections:
        start, end = _span(reading.text, f"{correction.question.label}: {' '.join(correction.words.split())}", at)
        at = end
        words = (start + len(correction.question.label) + 2, end)
        found[correction.question.field] = _proposal(correction, reading.text, words, statement.url)
        found |= _read_of(correction.question, reading, words, statement.url, published)
    return {name: field for name, field in found.items() if _differs(field, published.get(name))}


def _differs(field: DraftField, published: RecordField | None) -> bool:
    """Whether it says something else than is published."""
    if published is None:
        return True
    same = DraftField(name=field.name, status=published.status, value=published.value)
    return signature(field) != signature(same)


def _proposal(correction: Correction, text: str, span: tuple[int, int], page: str) -> DraftField:
    name = correction.question.field
    if correction.value is None:
        return DraftField(name=name, status=Status.NOT_REPORTED, score=SCORE)
    whole = replace(ground(text, *span, rule=RULE), page=page)
    evidence: tuple[Evidence, ...] = (whole,)
    if isinstance(correction.value, tuple):
        evidence = tuple(replace(whole, supports=one) for one in correction.value)
    return DraftField(name=name, status=Status.REPORTED, value=correction.value, evidence=evidence, score=SCORE)


def _read_of(
    question: FieldQuestion,
    reading: ReadStatement,
    span: tuple[int, int],
    page: str,
    published: Mapping[str, RecordField],
) -> dict[str, DraftField]:
    found: dict[str, DraftField] = {}
    for field in reading.candidate.fields:
        if field.name not in question.reads:
            continue
        inside = tuple(replace(e, page=page) for e in field.evidence if span[0] <= e.start and e.end <= span[1])
        if inside and len(inside) == len(field.evidence):
            found[field.name] = replace(field, evidence=inside)
        elif (was := published.get(field.name)) is not None and was.value is not None:
            found[field.name] = DraftField(name=field.name, status=Status.NOT_REPORTED, score=SCORE)
    return found


def _span(text: str, words: str, at: int) -> tuple[int, int]:
    start = text.index(words, at)
    return start, start + len(words)


def _statement(store: Store, locality: str, name: str, told: Told) -> Statement:
    now = store.clock()
    said: list[tuple[str, str]] = [("", name), ("", f"What its provider told us on {now.day} {now:%B %Y}.")]
    if told.closed:
        said.append(("", f"{CLOSED}{f', since {told.since.day} {told.since:%B %Y}' if told.since else ''}."))
    said += [(one.question.label, one.words) for one in told.corrections]
    return Statement(
        locality=locality,
        route=ROUTE,
        about=name,
        body=compose([*said, (ELSE, told.more)]),
        said_at=now,
        typed_by="provider",
    )


def _reasons(proposals: Mapping[str, DraftField], told: Told) -> dict[str, str]:
    """Why each field is open, for the reviewer."""
    hangs_on = {name: one.question.label for one in told.corrections for name in one.question.reads}
    found: dict[str, str] = {}
    for name, field in proposals.items():
        if told.closed:
            found[name] = "the provider says that it has closed"
        elif field.evidence:
            found[name] = "the provider says so"
        elif name in hangs_on:
            found[name] = f"the provider changed “{hangs_on[name]}”, and the new words do not say it"
        else:
            found[name] = "the provider says that there is none"
    return found


def _reopen(
    store: Store, candidate_id: str, statement: Statement, proposals: Mapping[str, DraftField], told: Told
) -> tuple[str, ...]:
    """Opens the fields that the answer touches, with the provider's words; gives their names.

    A candidate that was rejected since has no record to mend: the answer is kept, and a reviewer sees it in the list.
    """
    known = store.queue.get(candidate_id)
    if not proposals or known.state not in (QueueState.ACCEPTED, QueueState.REOPENED):
        return ()
    draft = replace(
        known.draft,
        fields=tuple(proposals.get(field.name, field) for field in known.draft.fields),
        reasons=tuple((dict(known.draft.reasons) | _reasons(proposals, told)).items()),
    )
    store.queue.reopen(
        draft,
        version_id=known.version_id,
        run_id=run_of_day(store, statement.locality, PROVIDER_RUN),
        touched=frozenset(proposals),
        told="the provider answered",
    )
    return tuple(sorted(proposals))
