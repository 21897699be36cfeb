"""The pages of what two reviewers decided differently: the list, one case side by side, and its archived page."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from register.codes.vocabulary import FIELD_NAMES
from register.errors import NotFoundError, TidiermapError
from register.models import RECORD, Candidate, Evidence
from register.store.decisions.blind import BlindAnswer
from register.store.decisions.disputes import Dispute
from review.addresses import whole_number
from review.keys import Key
from review.quality.adjudicate import SIDES, Case, is_overtaken, may_settle, open_case, settle
from review.record.quotes import Mark, mark_quotes
from review.record.snapshot_pages import show_version
from review.visit import Visit, redirect
from review.wording import field_guide, say, say_absence

LONGEST_REASON = 2_000  # characters
PLACES = ("left", "right")  # how a form names the sides: not as the first and the second
NOT_YOURS = "Here you are one of the two who decided, so somebody else has to settle it. Then you are told."
VERDICTS = {"approve": "accepted", "reject": "rejected"}
CHOSE = {"first": "the first answer", "second": "the second answer", "overtaken": "as the record has it since"}
KEYS = {
    key.name: key
    for key in (
        Key(name="left", press=("1",), shown="1", does="the answer at the left stands"),
        Key(name="right", press=("2",), shown="2", does="the answer at the right stands"),
        Key(name="record", press=("e",), shown="e", does="neither: open the record to decide otherwise"),
        Key(name="skip", press=("s",), shown="s", does="skip to the next dispute, nothing settled"),
        Key(name="help", press=("?",), shown="?", does="show these keys"),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One side's answer in words: its values, or which kind of absence it says, with its quotes and comment."""

    place: str
    values: tuple[str, ...]
    quotes: tuple[tuple[str, str], ...]  # words, and the id of their mark on the page ("" where it has none)
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A field in dispute with both answers, in the order in which they stand; `overtaken` ones cannot be chosen of."""

    field: str
    label: str
    question: str
    said: tuple[Said, ...]
    overtaken: bool


def show_disputes(visit: Visit) -> Response:
    waiting = _waiting(visit)
    drafts = {one.key: visit.store.queue.get(one.candidate_id).draft for one in waiting}
    with visit.bench.copies.lend() as desk:
        asked = tuple((note, desk.queue.get(note.candidate).draft) for note in desk.notes.questions())
    return visit.render(
        "disputes.html",
        waiting=waiting,
        drafts=drafts,
        asked=asked,
        labels=visit.bench.settings.labels,
        due=visit.store.blind.count_due(),
    )


def answer_question(visit: Visit) -> Response:
    """Answers what a reviewer asked about a copy: no colleague sees it, for none of them has that copy."""
    number, said = whole_number(visit.field("note")), visit.field("said").strip()[:LONGEST_REASON]
    if said:
        with visit.bench.copies.lend() as desk, desk.transaction():
            note = desk.notes.get(number)
            if note.open:
                desk.notes.answer(note.id, said=said, author=visit.reviewer)
    return redirect("/disputes")


def show_dispute(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    case = open_case(visit.store, visit.request.path_params["key"])
    if not _may_see(visit, case):
        return visit.render("message.html", status=403, title="Not yours to settle", message=NOT_YOURS)
    marks = _marks(case)
    following = next((one.key for one in _waiting(visit) if one.key != case.review.key), None)
    return visit.render(
        "dispute.html",
        status=status,
        case=case,
        keys=KEYS,
        questions=tuple(_question(visit, case, field, marks) for field in case.left),
        labels=visit.bench.settings.labels,
        chose=CHOSE,
        proposed=_proposed(visit, case) if RECORD in case.left else (),
        reviewers={one.side: one.reviewer for one in case.answers},
        following=following,
        trouble=trouble,
    )


def settle_dispute(visit: Visit) -> Response:
    """Settles one field and comes back; after the last goes on to the next dispute."""
    key, reason = visit.request.path_params["key"], visit.field("reason").strip()[:LONGEST_REASON]
    field = visit.field("field")
    try:
        side = dict(zip(PLACES, open_case(visit.store, key).order, strict=True)).get(visit.field("side"), "")
        case = settle(visit.store, key, field, side, adjudicator=visit.reviewer, reason=reason)
    except TidiermapError as error:
        return show_dispute(visit, trouble=str(error), status=422)
    if case.left:
        return redirect(f"/dispute/{key}")
    following = next(iter(_waiting(visit)), None)
    return redirect(f"/dispute/{following.key}" if following else "/disputes", {"settled": key})


def show_dispute_page(visit: Visit) -> Response:
    """The archived page that both read, with the quotes of both."""
    case = open_case(visit.store, visit.request.path_params["key"])
    if not _may_see(visit, case):
        raise NotFoundError(NOT_YOURS)
    version = visit.store.pages.version(visit.store.browse.revision(case.known.id, case.review.revision).version_id)
    marks = _marks(case)
    if RECORD in case.dispute.fields:
        draft = _draft(visit, case)
        marks = mark_quotes(((one.name, one.evidence) for one in draft.fields), version.text, spans=draft.spans)
    return show_version(version, tuple(marks.values()), visit.bench.settings)


def _may_see(visit: Visit, case: Case) -> bool:
    """Whoever gave one of two open answers and saw the other could still take their own back."""
    return not case.left or may_settle(visit.store, case, visit.reviewer)


def _waiting(visit: Visit) -> tuple[Dispute, ...]:
    """The open disputes that the visitor may settle, oldest first."""
    store = visit.store
    return tuple(one for one in store.disputes.open() if _may_see(visit, open_case(store, one.key)))


def _marks(case: Case) -> dict[tuple[str, int], Mark]:
    fields = ((name, _evidence(case, name)) for name in case.dispute.fields if name != RECORD)
    return mark_quotes(fields, case.known.page_text, spans=case.known.draft.spans)


def _draft(visit: Visit, case: Case) -> Candidate:
    """What was proposed to both."""
    return visit.store.browse.revision(case.known.id, case.review.revision).draft


def _proposed(visit: Visit, case: Case) -> tuple[tuple[str, str], ...]:
    """Label and values of each field of the proposal that has any: what there is to go by for the record as a whole."""
    settings = visit.bench.settings
    labels = settings.labels
    fields = ((one.name, say(one.name, one.value, settings.codebook)) for one in _draft(visit, case).fields)
    return tuple((labels[name], " · ".join(values)) for name, values in fields if values)


def _evidence(case: Case, field: str) -> tuple[Evidence, ...]:
    """The quotes of the first, then those of the second: a mark's number tells whose it is."""
    return tuple(one for side in SIDES for one in case.answer(side, field).evidence)


def _question(visit: Visit, case: Case, field: str, marks: dict[tuple[str, int], Mark]) -> Question:
    guide = field_guide(field, visit.bench.settings.checklist) if field in FIELD_NAMES else None
    return Question(
        field=field,
        label=guide.label if guide else "Whole record",
        question=guide.question if guide else "Does it belong on the map?",
        said=tuple(
            _said(visit, case, case.answer(side, field), marks, place=place)
            for place, side in zip(PLACES, case.order, strict=True)
        ),
        overtaken=is_overtaken(visit.store, case, field),
    )


def _said(visit: Visit, case: Case, answer: BlindAnswer, marks: dict[tuple[str, int], Mark], *, place: str) -> Said:
    if answer.field == RECORD:
        return Said(place=place, values=(VERDICTS[answer.verdict],), quotes=(), comment=answer.comment)
    before = 0 if answer.side == "first" else len(case.answer("first", answer.field).evidence)
    quotes = tuple(
        (one.quote, mark.id if (mark := marks.get((answer.field, before + number))) else "")
        for number, one in enumerate(answer.evidence)
    )
    values = say(answer.field, answer.value, visit.bench.settings.codebook)
    absent = (
        "rejected, without another value" if answer.verdict == "reject" else say_absence(answer.field, answer.status)
    )
    return Said(place=place, values=values or (absent,), quotes=quotes, comment=answer.comment)
