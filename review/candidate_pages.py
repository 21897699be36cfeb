"""The record page of one candidate: shown, decided on, and left for the next in the queue."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.responses import Response

from register.errors import StaleRevisionError, TidiermapError
from register.models import RECORD, Decision, DecisionVerdict
from register.store.leases import HeldError
from register.vocabulary import FIELD_NAMES
from review.after import as_itself, just_decided
from review.board import Board, FieldView, lay_out
from review.decide import Answer, OvertakenError, Seen, decide
from review.earlier import ChangedField, compare_drafts, decisions_since
from review.edits import check_edit, read_value
from review.precedents import similar_records
from review.queue_filter import QueueFilter, read_filter
from review.serving import hold, serve_next
from review.visit import Visit, redirect
from review.wording import GROUPS, choices, field_guide

LONGEST_COMMENT = 2_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A decision that was refused: why, what was typed, and what changed since the reviewer looked."""

    message: str
    field: str
    verdict: str
    typed: tuple[str, ...] = ()
    quotes: str = ""
    comment: str = ""
    changed: tuple[ChangedField, ...] = ()
    others: tuple[Decision, ...] = ()


def show_candidate(visit: Visit) -> Response:
    return show_board(visit, visit.request.path_params["id"])


def go_to_next(visit: Visit) -> Response:
    candidate_id, queue = visit.request.path_params["id"], read_filter(visit.request.query_params)
    return _next(candidate_id, queue, serve_next(visit, queue, after=candidate_id))


def decide_on_field(visit: Visit) -> Response:
    """Keeps the decision on one field, and shows the page at the next field that is open."""
    candidate_id, name = visit.request.path_params["id"], visit.field("field")
    if name not in FIELD_NAMES:
        return visit.render("message.html", status=422, title="Not understood", message=f"There is no field {name!r}.")
    try:
        answer, minutes = _answer(visit, candidate_id, name), visit.bench.settings.rules.leases.minutes
        decide(visit.store, _seen(visit), answer, reviewer=visit.reviewer, minutes=minutes)
    except TidiermapError as error:
        return _refused(visit, candidate_id, error, field=name)
    board = lay_out(visit.store, candidate_id, visit.bench.settings)
    undone = visit.field("verdict") == DecisionVerdict.UNDO
    at = name if undone else _next_open(board, name)
    queue = read_filter(visit.form_values())
    return redirect(f"/candidate/{candidate_id}", {**queue.values(), "at": at}, anchor=f"field-{at}")


def decide_on_record(visit: Visit) -> Response:
    """Accepts or rejects the whole candidate and goes to the next; undo comes back to the candidate."""
    candidate_id, queue = visit.request.path_params["id"], read_filter(visit.form_values())
    minutes = visit.bench.settings.rules.leases.minutes
    try:
        answer = Answer(field=RECORD, verdict=_verdict(visit), comment=_comment(visit))
        with visit.store.transaction():  # the next is chosen first: a decided candidate has no place in the list
            undoes = answer.verdict is DecisionVerdict.UNDO
            following = None if undoes else serve_next(visit, queue, after=candidate_id)
            decide(visit.store, _seen(visit), answer, reviewer=visit.reviewer, minutes=minutes)
    except TidiermapError as error:
        return _refused(visit, candidate_id, error, field=RECORD)
    if answer.verdict is DecisionVerdict.UNDO:
        return redirect(f"/candidate/{candidate_id}", {**queue.values(), "said": "undone"})
    said = "accepted" if answer.verdict is DecisionVerdict.APPROVE else "rejected"
    return _next(candidate_id, queue, following, said=said)


def _answer(visit: Visit, candidate_id: str, name: str) -> Answer:
    verdict = _verdict(visit)
    if verdict is not DecisionVerdict.EDIT:
        return Answer(field=name, verdict=verdict, comment=_comment(visit))
    settings, seen = visit.bench.settings, _seen(visit)
    visit.store.leases.check(candidate_id, visit.reviewer)  # before its value is checked, which is not to be saved
    board = lay_out(visit.store, candidate_id, settings)
    if board.known.revision != seen.revision:  # before its quotes are looked up on a page that they are not from
        raise StaleRevisionError(candidate_id, seen.revision, board.known.revision)
    field = board.field(name)
    value, evidence = check_edit(
        name,
        read_value(field_guide(name, settings.checklist).control, visit.fields("value")),
        visit.field("quotes"),
        known=field.known if field else (),
        text=board.known.page_text,
        spans=board.known.draft.spans,
        codebook=settings.codebook,
    )
    return Answer(field=name, verdict=verdict, value=value, evidence=evidence, comment=_comment(visit))


def _verdict(visit: Visit) -> DecisionVerdict:
    try:
        return DecisionVerdict(visit.field("verdict"))
    except ValueError as error:
        expected = ", ".join(DecisionVerdict)
        raise TidiermapError(f"found the verdict {visit.field('verdict')!r}, expected one of {expected}") from error


def _seen(visit: Visit) -> Seen:
    revision, decisions = visit.field("revision"), visit.field("decisions")
    return Seen(
        candidate=visit.request.path_params["id"],
        revision=int(revision) if revision.isdecimal() else 0,
        decisions=int(decisions) if decisions.isdecimal() else 0,
    )


def _comment(visit: Visit) -> str:
    return visit.field("comment").strip()[:LONGEST_COMMENT]


def _next_open(board: Board, name: str) -> str:
    """The next open field below `name` as the page lists them; `record` where none is left below."""
    names = [field.name for field in board.fields]
    below = names[names.index(name) + 1 :] if name in names else names
    return next((n for n in below if (field := board.field(n)) and field.open), RECORD)


def _next(candidate_id: str, queue: QueueFilter, following: str | None, *, said: str = "") -> Response:
    after = {"after": candidate_id, "said": said} if said else {}
    if following is None:
        return redirect("/", {**queue.values(), **after, "end": "1"})
    return redirect(f"/candidate/{following}", {**queue.values(), **after})


def _refused(visit: Visit, candidate_id: str, error: TidiermapError, *, field: str) -> Response:
    changed: tuple[ChangedField, ...] = ()
    if isinstance(error, (StaleRevisionError, HeldError)):
        changed = _changed_since(visit, candidate_id, _seen(visit).revision)
    others = error.decisions if isinstance(error, OvertakenError) else ()
    if isinstance(error, HeldError):
        history = visit.store.decisions.history(candidate_id)
        others = decisions_since(history, _seen(visit).decisions, by_others_than=visit.reviewer)
    trouble = Trouble(
        message=_message(error),
        field=field,
        verdict=visit.field("verdict"),
        typed=visit.fields("value"),
        quotes=visit.field("quotes"),
        comment=visit.field("comment"),
        changed=changed,
        others=others,
    )
    overtaken = isinstance(error, (StaleRevisionError, OvertakenError, HeldError))
    return show_board(visit, candidate_id, status=409 if overtaken else 422, trouble=trouble)


def _message(error: TidiermapError) -> str:
    if isinstance(error, StaleRevisionError):
        return (
            "The page was read again while you looked at it, so nothing was saved. What it says now is below, with "
            "what you typed; decide on that."
        )
    return str(error)


def _changed_since(visit: Visit, candidate_id: str, seen: int) -> tuple[ChangedField, ...]:
    browse, latest = visit.store.browse, visit.store.queue.get(candidate_id)
    if not 0 < seen < latest.revision:
        return ()
    before = browse.revision(candidate_id, seen).draft
    return compare_drafts(before, latest.draft, visit.bench.settings.codebook)


def show_board(visit: Visit, candidate_id: str, *, status: int = 200, trouble: Trouble | None = None) -> Response:
    """The record page; opening one that waits holds it for the reviewer, and one that another holds is for reading."""
    settings = visit.bench.settings
    board = lay_out(visit.store, candidate_id, settings)
    visit = replace(visit, held=hold(visit, board.known))
    query = visit.request.query_params
    after, after_decisions = just_decided(visit)
    return visit.render(
        "candidate.html",
        status=status,
        board=board,
        queue=read_filter(visit.form_values() if visit.request.method == "POST" else query),
        sections=_sections(board),
        legend=_legend(board),
        choices={f.name: choices(f.name, settings.codebook) for f in board.fields},
        labels={f.name: f.guide.label for f in board.fields} | {RECORD: "Whole record"},
        at=trouble.field if trouble else query.get("at", ""),
        trouble=trouble,
        said=query.get("said", ""),
        after=after,
        after_decisions=after_decisions,
        likely=visit.store.pairs.rows_of(candidate_id),
        similar=similar_records(visit.home, as_itself(visit, board.known), settings),
        waiting=visit.home.queue.count(states=("undecided", "reopened"), locality=board.known.draft.locality),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Fields that stand together under a title; `folded` ones are shown on demand."""

    title: str
    fields: tuple[FieldView, ...]
    folded: bool = False


def _sections_of(group: str, board: Board) -> tuple[Section, ...]:
    """The group's fields; facts that nobody states are folded away, for most services state a third of them."""
    fields = tuple(field for field in board.fields if field.guide.group == group)
    if group != "fact":
        return (Section(title=GROUPS[group], fields=fields),)
    absent = tuple(field for field in fields if field.looked_for and not field.values)
    told = tuple(field for field in fields if field not in absent)
    return Section(title=GROUPS[group], fields=told), Section(title="Facts not stated", fields=absent, folded=True)


def _legend(board: Board) -> tuple[tuple[str, str], ...]:
    """The first field of each colour that the page has, with the colour's name: each TIDieR item has its own, the
    other groups have one each."""
    colours: dict[str, tuple[str, str]] = {}
    for field in board.fields:
        if field.quotes and field.quotes[0].mark:
            group = field.guide.group
            colour, label = (field.name, field.guide.label) if group == "tidier" else (group, GROUPS[group])
            colours.setdefault(colour, (field.name, label))
    return tuple(colours.values())


def _sections(board: Board) -> tuple[Section, ...]:
    """By group; of a reopened candidate what changed comes first, and what did not is folded away."""
    if board.known.state.value != "reopened":
        return tuple(section for group in GROUPS for section in _sections_of(group, board) if section.fields)
    kept = tuple(field for field in board.fields if not field.open)
    return (
        Section(title="Changed since it was approved", fields=board.open_fields),
        Section(title="As approved", fields=kept, folded=True),
    )
