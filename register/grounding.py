"""Evidence that holds: made only from a text's own characters, and checked against them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from register.codes.vocabulary import Status
from register.errors import UngroundedError
from register.models import DraftField, Evidence

INVISIBLE: Final = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")  # editors leave them inside words


def visible(text: str) -> str:
    """`text` as one sees it, to be searched for words; what is quoted is quoted with all its characters."""
    return text if text.isascii() else INVISIBLE.sub("", text)


def ground(text: str, start: int, end: int, *, rule: str, supports: str = "") -> Evidence:
    """Evidence for `text[start:end]`; the only way in which stages make evidence, so that no offset lies.

    Raises UngroundedError where the span is empty, blank, or outside the text.
    """
    quote = text[start:end]
    if not 0 <= start < end <= len(text) or not quote.strip():
        raise UngroundedError(f"rule {rule}: span {start}:{end} of a text of {len(text)} characters holds no words")
    return Evidence(quote=quote, start=start, end=end, rule=rule, supports=supports)


def ungrounded(text: str, fields: tuple[DraftField, ...]) -> tuple[str, ...]:
    """Names of the fields that break `text[start:end] == quote`, or that report a value without evidence."""
    broken = []
    for field in fields:
        lies = any(text[e.start : e.end] != e.quote for e in field.evidence)
        bare = field.status is Status.REPORTED and not field.evidence
        if lies or bare:
            broken.append(field.name)
    return tuple(broken)


def check_grounds(
    name: str, evidence: tuple[Evidence, ...], text: str, *, elsewhere: Callable[[str], str] = lambda page: ""
) -> None:
    """Raises UngroundedError where a quote of the field `name` does not stand at its offsets in `text`, or in the text
    that `elsewhere` gives of another page that it names."""
    for one in evidence:
        words = elsewhere(one.page) if one.page else text
        if words[one.start : one.end] != one.quote:
            raise UngroundedError(f"{name}: the quote {one.quote[:60]!r} does not stand on the page at {one.start}")
