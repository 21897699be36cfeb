"""The record page as it is shown: the fields in their sections, what was refused, notes, and who else did what."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.responses import Response

from register.errors import StaleRevisionError, TidiermapError
from register.store.queue.leases import HeldError
from review.addresses import whole_number
from review.decisions.decide import OvertakenError, Seen
from review.decisions.history import HistoryEntry, history_of
from review.queue.filter import read_filter
from review.queue.freshness_view import freshness_view
from review.queue.serving import hold
from review.record.after import as_itself, just_decided
from review.record.board import Board, FieldView, lay_out
from review.record.earlier import ChangedField, compare_drafts
from review.record.precedents import similar_records
from review.visit import DECIDES, Visit, has_role
from review.wording import GROUPS, choices


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
    others: tuple[HistoryEntry, ...] = ()


def seen_by(visit: Visit) -> Seen:
    """What stood on the screen from which the form was sent."""
    return Seen(
        candidate=visit.request.path_params["id"],
        revision=whole_number(visit.field("revision")),
        decisions=whole_number(visit.field("decisions")),
    )


def refuse(visit: Visit, candidate_id: str, error: TidiermapError, *, field: str) -> Response:
    """The record page with what was refused, why, what was typed, and what others did meanwhile."""
    seen, overtaken = seen_by(visit), isinstance(error, (StaleRevisionError, OvertakenError, HeldError))
    changed = _changed_since(visit, candidate_id, seen.revision) if overtaken else ()
    log = visit.store.decisions.log(candidate_id)
    since = {entry.id for entry in log[seen.decisions :]} if overtaken else set()
    history = history_of(visit.store, candidate_id, visit.bench.settings.codebook) if since else ()
    trouble = typed_in(visit, _message(error), field=field)
    others = tuple(entry for entry in reversed(history) if entry.id in since)
    trouble = replace(trouble, changed=changed, others=others)
    return show_board(visit, candidate_id, status=409 if overtaken else 422, trouble=trouble)


def typed_in(visit: Visit, message: str, *, field: str) -> Trouble:
    """A refusal that gives back what the form held."""
    return Trouble(
        message=message,
        field=field,
        verdict=visit.field("verdict"),
        typed=visit.fields("value"),
        quotes=visit.field("quotes"),
        comment=visit.field("comment") or visit.field("said"),
    )


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
        labels=settings.labels,
        at=trouble.field if trouble else query.get("at", ""),
        about=query.get("about", ""),
        trouble=trouble,
        kept=visit.store.notes.typed(candidate_id, by=visit.reviewer),
        notes=visit.store.notes.of_candidate(candidate_id),
        may_note=visit.session is not None and has_role(visit.session.user.role, DECIDES),
        colleagues=visit.colleagues,
        said=query.get("said", ""),
        fresh=freshness_view(visit.store, board.record_id, settings),
        after=after,
        after_decisions=after_decisions,
        likely=visit.store.pairs.rows_of(candidate_id),
        similar=similar_records(visit.home, as_itself(visit, board.known), settings, but=visit.hidden),
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


def _legend(board: Board) -> tuple[tuple[str, str, int], ...]:
    """The first field of each colour that the page has, with the colour's name and the item's number: each TIDieR item
    has its own, the other groups have one each."""
    colours: dict[str, tuple[str, str, int]] = {}
    for field in board.fields:
        if field.quotes and field.quotes[0].mark:
            group = field.guide.group
            colour, label = (field.name, field.guide.label) if group == "tidier" else (group, GROUPS[group])
            colours.setdefault(colour, (field.name, label, field.guide.number))
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
