"""Why a record is no longer listed: what a person decided on when they retired it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The evidence of a tombstone. `kind` is closing (its page said so, in the words of `quote`), dead (its page was
    gone for long; `why` tells how) or expired (its own dates were past); `page` was read, or failed last, on `day`."""

    kind: str
    quote: str
    page: str
    day: date
    why: str
