"""What a reviewer does beside deciding: unsure, later, a question, a comment, an answer; and keeping what was typed."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from register.codes.vocabulary import FIELD_NAMES
from register.errors import TidiermapError
from register.models import RECORD
from register.store.decisions.notes import NoteKind
from review.addresses import whole_number
from review.queue.filter import read_filter
from review.queue.serving import serve_next
from review.record.candidate_pages import go_on
from review.record.page import seen_by, show_board, typed_in
from review.visit import LONGEST_COMMENT, Visit, redirect

ANYBODY = ""


def keep_note(visit: Visit) -> Response:
    """Keeps a note, answers one, resolves one or takes its resolving back; `later` goes on to the next record."""
    candidate_id, verdict, about = visit.request.path_params["id"], visit.field("verdict"), visit.field("about")
    queue = read_filter(visit.form_values())
    try:
        with visit.store.transaction():
            _note(visit, candidate_id, verdict, about)
            following = serve_next(visit, queue, after=candidate_id) if verdict == NoteKind.LATER else None
    except TidiermapError as error:
        return show_board(visit, candidate_id, status=422, trouble=typed_in(visit, str(error), field=about or RECORD))
    if verdict == NoteKind.LATER:
        return go_on(candidate_id, queue, following, said="later")
    return redirect(f"/candidate/{candidate_id}", {**queue.values(), "said": "noted", "at": about}, anchor="notes")


def _note(visit: Visit, candidate_id: str, verdict: str, about: str) -> None:
    said = visit.comment("said")
    if verdict in set(NoteKind):
        if about not in (RECORD, *FIELD_NAMES):
            raise TidiermapError(f"found a note about {about!r}, expected a field or the whole record")
        to = visit.field("to")
        if to != ANYBODY and to not in {user.name for user in visit.colleagues}:
            raise TidiermapError(f"there is nobody of the name {to!r} to ask")
        number = visit.store.notes.add(
            candidate_id,
            revision=visit.store.queue.get(candidate_id).revision,
            field=about,
            kind=NoteKind(verdict),
            author=visit.reviewer,
            to=to,
            said=said,
        )
        visit.store.audit.note(visit.reviewer, f"note {verdict}", f"candidate {candidate_id}", after=f"note {number}")
        return
    note = visit.store.notes.get(whole_number(visit.field("note")))
    if note.candidate != candidate_id:
        raise TidiermapError("found a note of another record")
    act = _acts(visit, said).get(verdict)
    if act is None:
        raise TidiermapError(f"found {verdict!r}, expected a kind of note, or answer, resolve or reopen")
    act(note.id)
    visit.store.audit.note(visit.reviewer, f"{verdict} note", f"candidate {candidate_id}", after=f"note {note.id}")


def _acts(visit: Visit, said: str) -> dict[str, Callable[[int], None]]:
    notes, by = visit.store.notes, visit.reviewer
    return {
        "answer": lambda note: notes.answer(note, said=said, author=by),
        "resolve": lambda note: notes.resolve(note, by=by),
        "reopen": notes.reopen,
    }


def keep_typed(visit: Visit) -> Response:
    """Keeps what was typed for a field, decided or not, until it is saved or dropped."""
    candidate_id, name = visit.request.path_params["id"], visit.field("field")
    if name not in FIELD_NAMES:
        return visit.render("message.html", status=422, title="Not understood", message=f"There is no field {name!r}.")
    with visit.store.transaction():
        if visit.field("verdict") == "drop":
            visit.store.notes.drop_typed(candidate_id, name, by=visit.reviewer)
        else:
            visit.store.queue.get(candidate_id)
            visit.store.notes.keep_typed(
                candidate_id,
                name,
                by=visit.reviewer,
                revision=seen_by(visit).revision,
                value=tuple(one[:LONGEST_TYPED] for one in visit.fields("value")),
                quotes=visit.field("quotes")[:LONGEST_TYPED],
                comment=visit.field("comment")[:LONGEST_COMMENT],
            )
    query = {**read_filter(visit.form_values()).values(), "said": "kept", "at": name}
    return redirect(f"/candidate/{candidate_id}", query, anchor=f"field-{name}")


LONGEST_TYPED = 20_000  # characters
