"""What is private of a person and so not published: told on each record, and allowed value by value, by a person."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from register.errors import NotFoundError
from register.models import ServiceRecord
from register.public.privacy import plain_form
from register.publishing.publishable import make_publishable
from register.store import Store
from register.store.decisions.allowances import Allowance
from review.addresses import whole_number
from review.settings import ReviewSettings
from review.visit import Visit, redirect

RECORDS_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateValue:
    """Something that is left out of a record: what it is, its words, and the fields that it stands in."""

    kind: str
    words: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateView:
    """What of a record is not published, and what is, because a person decided so."""

    left_out: tuple[PrivateValue, ...]
    allowed: tuple[Allowance, ...]


def private_view(store: Store, record: ServiceRecord, settings: ReviewSettings) -> PrivateView:
    allowed = store.allowances.of_record(record.id)
    if settings.discretion is None:
        return PrivateView(left_out=(), allowed=allowed)
    told = make_publishable(record, settings.discretion, allowed=frozenset(one.value for one in allowed))
    fields: dict[tuple[str, str], list[str]] = {}
    words: dict[tuple[str, str], str] = {}
    for one in told.left_out:
        key = (one.kind.value, plain_form(one.words))
        words.setdefault(key, one.words)
        fields.setdefault(key, []).append(one.field)
    found = (PrivateValue(kind=key[0], words=words[key], fields=tuple(dict.fromkeys(fields[key]))) for key in fields)
    return PrivateView(left_out=tuple(found), allowed=allowed)


def show_private(visit: Visit) -> Response:
    """The records of which the last publication left something out."""
    store, hidden = visit.home, visit.hidden_records
    rows = tuple(row for row in store.allowances.records_left_out(RECORDS_SHOWN) if row[0] not in hidden)
    return visit.render("private.html", rows=rows, counts=store.allowances.left_out())


def decide_on_private(visit: Visit) -> Response:
    """Allows one value of a record to be published, or takes that back; from the next publication on."""
    store = visit.home
    record = store.records.get(visit.request.path_params["id"])
    if visit.field("action") == "take_back":
        number = whole_number(visit.field("number"))
        with store.transaction():
            if number not in {one.id for one in store.allowances.of_record(record.id)}:
                raise NotFoundError("There is no such decision on this record.")
            store.allowances.take_back(number, by=visit.reviewer)
            store.audit.note(visit.reviewer, "not to be published", f"record {record.id}", after=f"allowance {number}")
        return redirect(f"/record/{record.id}", anchor="private")
    why, value = visit.comment("why"), plain_form(visit.field("value"))
    left_out = private_view(store, record, visit.bench.settings).left_out
    chosen = next((one for one in left_out if plain_form(one.words) == value), None)
    if chosen is None or not why:
        message = "Choose what is left out of this record, and say why it may be published: the reason is kept."
        return visit.render("message.html", status=422, title="Not understood", message=message)
    with store.transaction():
        number = store.allowances.allow(record.id, chosen.words, kind=chosen.kind, why=why, by=visit.reviewer)
        told = f"allowance {number}: a {chosen.kind} in {', '.join(chosen.fields)}"  # never the value itself
        store.audit.note(visit.reviewer, "may be published", f"record {record.id}", after=told)
    return redirect(f"/record/{record.id}", anchor="private")
