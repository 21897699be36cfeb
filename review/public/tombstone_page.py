"""The page of a service that is no longer listed: since when, why, and the words on which a person decided so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

from register.hosts import is_web_address
from register.public.service import PublicService
from review.templating import day

WHY = {
    "closing": "Its own page said that it closes, and a person retired it.",
    "dead": "Its page was gone for weeks, and a person retired it.",
    "expired": "Its own dates were past, and a person retired it.",
    "gone": "Its page is no longer there, and a person decided that it should not be listed any more.",
    "unreachable": "Its page could not be read, and a person decided that it should not be listed any more.",
    "": "A person looked at it again and decided that it should not be listed any more.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What the page says, in words: `quote` are the words of the page at `page` ("" where there is none to open), read
    on the day `noticed`; `found` tells what was found instead, where there are no words."""

    when: str
    why: str
    checked: str
    read: str
    quote: str = ""
    page: str = ""
    noticed: str = ""
    found: str = ""


def lay_out_tombstone(service: PublicService) -> Tombstone:
    """When a service was withdrawn and why, as far as is known."""
    ended = service.ended
    told = Tombstone(
        when=day(service.withdrawn_at),
        why=WHY[ended.kind if ended else service.gone],
        checked=day(service.verified_at),
        read=day(service.fetched_at),
    )
    if ended is None:
        return told
    return Tombstone(
        when=told.when,
        why=told.why,
        checked=told.checked,
        read=told.read,
        quote=ended.quote,
        page=ended.page if is_web_address(ended.page) else "",
        noticed=day(datetime.combine(ended.day, time.min, UTC)),
        found=ended.why,
    )
