"""Finding words on a page: where a reviewer's quote stands, and where an older quote stands now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from register.models import Evidence

Span = tuple[int, int]

# What keyboards and pages write differently, but nobody means differently.
ALIKE = ("'’‘`´", '"“”„«»', "-‐‑‒–—−")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A highlighted span of the shown page: `text[start:end]` is evidence for the field."""

    start: int
    end: int
    field: str
    id: str


def find_quote(text: str, words: str, *, spans: Sequence[Span] = ()) -> Span | None:
    """Where `words` stand in `text`, spacing, case and the shapes of quotation marks and dashes aside.

    Of several places the first inside `spans` (the service's own parts of the page) is taken, else the first.
    Typed exactly as on the page wins over alike. None where the words do not stand there.
    """
    exact = r"\s+".join(re.escape(word) for word in words.split())
    if not exact or len(words.split()) > len(text):
        return None
    alike = r"\s+".join(_alike(word) for word in words.split())
    for pattern, flags in ((exact, 0), (alike, re.IGNORECASE)):
        found = [match.span() for match in re.finditer(pattern, text, flags)]
        if found:
            return next((span for span in found if _inside(span, spans)), found[0])
    return None


def relocate(evidence: Evidence, text: str, *, spans: Sequence[Span] = ()) -> Span | None:
    """Where the quote stands in `text`, which may be a later reading of the page than the one it was taken from; None
    where it does not, and for one that stands on another page."""
    if evidence.page:
        return None
    if text[evidence.start : evidence.end] == evidence.quote:
        return evidence.start, evidence.end
    return find_quote(text, evidence.quote, spans=spans)


def mark_quotes(
    fields: Iterable[tuple[str, tuple[Evidence, ...]]], text: str, *, spans: Sequence[Span] = ()
) -> dict[tuple[str, int], Mark]:
    """Marks by field name and number of the quote in it; quotes that are no longer on the page have none."""
    marks: dict[tuple[str, int], Mark] = {}
    for name, evidence in fields:
        for number, one in enumerate(evidence):
            if span := relocate(one, text, spans=spans):
                mark_id = f"{name.replace('.', '-')}-{number}"
                marks[name, number] = Mark(start=span[0], end=span[1], field=name, id=mark_id)
    return marks


def _alike(word: str) -> str:
    return "".join(_class_of(character) for character in word)


def _class_of(character: str) -> str:
    for same in ALIKE:
        if character in same:
            return f"[{re.escape(same)}]"
    return re.escape(character)


def _inside(span: Span, spans: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)
