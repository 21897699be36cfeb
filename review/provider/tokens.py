"""Addresses for providers: signed, so that nobody can guess one or turn one record's into another's; and their ends."""

from __future__ import annotations

from datetime import datetime

from itsdangerous import BadData, URLSafeSerializer

from register.errors import NotFoundError, TidiermapError
from register.models import ServiceRecord
from register.secret_file import read_or_make
from register.store import Store
from register.store.intake.provider import ProviderLink
from review.intake.desk import IntakeDesk

SALT = "tidiermap provider link"
LONGEST_TOKEN = 200


class NoLongerOpenError(TidiermapError):
    """The address was right once; `state` is expired, revoked or withdrawn."""

    def __init__(self, state: str) -> None:
        super().__init__(f"this address is {state}")
        self.state = state


def token_of(link: ProviderLink, desk: IntakeDesk) -> str:
    """What stands in the address: the link's number and its last second, signed; the same each time."""
    return _signer(desk).dumps([link.id, int(link.expires_at.timestamp())])


def open_token(token: str, store: Store, desk: IntakeDesk) -> ProviderLink:
    """The link of an address. Raises NotFoundError for one that we never gave out, NoLongerOpenError for one that has
    expired, was revoked, or whose record was withdrawn."""
    try:
        if len(token) > LONGEST_TOKEN:
            raise BadData("too long")
        number, expires = _signer(desk).loads(token)
        link = store.provider.link(int(number))
    except (BadData, NotFoundError, TypeError, ValueError) as error:
        raise NotFoundError("This address is not right. Please check that all of it was copied.") from error
    if int(expires) != int(link.expires_at.timestamp()):
        raise NotFoundError("This address is not right. Please check that all of it was copied.")
    if state := state_of(link, now=store.clock()):
        raise NoLongerOpenError(state)
    if record_behind(link, store).withdrawn_at is not None:
        raise NoLongerOpenError("withdrawn")
    return link


def record_behind(link: ProviderLink, store: Store) -> ServiceRecord:
    """The record that an address is about: the one that it was merged into, where it was merged since."""
    record, seen = store.records.get(link.record_id), set[str]()
    while record.merged_into and record.id not in seen:
        seen.add(record.id)
        record = store.records.get(record.merged_into)
    return record


def state_of(link: ProviderLink, *, now: datetime) -> str:
    """expired or revoked; "" while it is open."""
    if link.revoked_at is not None:
        return "revoked"
    return "expired" if now >= link.expires_at else ""


def _signer(desk: IntakeDesk) -> URLSafeSerializer:
    if desk.secret is None:
        raise TidiermapError("this application was started without a secret to sign addresses with")
    return URLSafeSerializer(read_or_make(desk.secret), salt=SALT)
