"""What is done about overdue records beside deciding on them: letters to send, and letting verifications expire."""

from __future__ import annotations

from starlette.responses import Response

from review.provider.links import view_link
from review.visit import Visit, redirect

LETTERS_SHOWN = 200


def show_outbox(visit: Visit) -> Response:
    """Letters that wait to be sent to providers of overdue records, oldest first."""
    store, hidden = visit.home, visit.hidden_records
    waiting = [one for one in store.freshness.outbox(LETTERS_SHOWN) if one.record_id not in hidden and one.link_id]
    letters = []
    for step in waiting:
        record = store.records.get(step.record_id)
        answers = store.provider.answers(record.id)
        letters.append((record, step, view_link(visit, record, store.provider.link(step.link_id or 0), answers)))
    return visit.render("outbox.html", letters=tuple(letters))


def let_expire(visit: Visit) -> Response:
    """Lets the verifications of a locality, of a host, or of a host in a locality expire: they are due at once."""
    locality, host, why = visit.field("locality"), visit.field("host").strip().lower(), visit.comment("why")
    host = host.removeprefix("https://").removeprefix("http://").removeprefix("www.").partition("/")[0]
    if not why or not (locality or host):
        message = "Name a locality or a host, and say why: the reason is kept with it."
        return visit.render("message.html", status=422, title="Not understood", message=message)
    store = visit.home
    with store.transaction():
        store.freshness.bring_up_to_date(visit.bench.settings.freshness)
        count = store.freshness.expire(locality=locality, host=host, why=why, by=visit.reviewer)
        about = " of ".join(part for part in (host, locality) if part)
        store.audit.note(visit.reviewer, "let verifications expire", about, after=f"{count} records: {why}")
    return redirect("/", {"reason": "overdue", "locality": locality})
