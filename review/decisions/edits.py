"""What a reviewer typed for a field, as a checked value with evidence that stands on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from register.codes.codebook import Codebook
from register.codes.values import check_value
from register.errors import UngroundedError
from register.grounding import ground
from register.models import Evidence, Value
from review.record.quotes import Span, find_quote, relocate

RULE = "reviewer"  # who found the evidence of an edit


def read_value(control: str, typed: Sequence[str]) -> Value:
    """The value that a control's form fields say; None where nothing was chosen or typed."""
    if control == "lines":
        return tuple(line.strip() for text in typed for line in text.splitlines() if line.strip()) or None
    if control == "boxes":
        return tuple(dict.fromkeys(typed)) or None
    return " ".join(" ".join(typed).split()) or None


def check_edit(
    name: str,
    value: Value,
    quotes: str,
    *,
    known: tuple[Evidence, ...],
    text: str,
    spans: Sequence[Span],
    codebook: Codebook,
) -> tuple[Value, tuple[Evidence, ...]]:
    """The value as the field may hold it, with its evidence.

    `quotes` holds one quote a line. A line that repeats a quote of `known` keeps what that one supports; every other
    line is looked up in `text` and supports the whole value. Raises TidiermapError for a value that the field may not
    hold, UngroundedError for a quote that is not on the page and for a value that no quote supports.
    """
    value = check_value(name, value, codebook=codebook)
    values = {str(one) for one in value} if isinstance(value, tuple) else set()
    if not values:  # a quote of a single value supports that value, whatever the value is now
        known = tuple(replace(one, supports="") for one in known)
    evidence: list[Evidence] = []
    unused = list(known)
    for line in (" ".join(line.split()) for line in quotes.splitlines()):
        if not line:
            continue
        same = [e for e in unused if " ".join(e.quote.split()) == line]
        unused = [e for e in unused if e not in same]
        if same:
            evidence += [_placed(e, text, spans) for e in same if not e.supports or e.supports in values]
        else:
            evidence.append(_looked_up(name, line, text, spans))
    _check_support(name, values, evidence, bare=not quotes.strip())
    return value, tuple(evidence)


def look_up(name: str, quotes: str, text: str, spans: Sequence[Span]) -> tuple[Evidence, ...]:
    """Each line of `quotes` as evidence; raises UngroundedError for one that does not stand in `text`."""
    lines = (" ".join(line.split()) for line in quotes.splitlines())
    return tuple(_looked_up(name, line, text, spans) for line in lines if line)


def _placed(evidence: Evidence, text: str, spans: Sequence[Span]) -> Evidence:
    if evidence.page:  # it stands on a page that does not change: what a person told us
        return evidence
    span = relocate(evidence, text, spans=spans)
    if span is None:
        raise UngroundedError(f"the quote “{evidence.quote[:120]}” is no longer on the page; give what it says now")
    return ground(text, *span, rule=evidence.rule, supports=evidence.supports)


def _looked_up(name: str, line: str, text: str, spans: Sequence[Span]) -> Evidence:
    span = find_quote(text, line, spans=spans)
    if span is None:
        raise UngroundedError(f"“{line[:120]}” does not stand on the page; copy the words from it, one quote a line")
    return ground(text, *span, rule=RULE)


def _check_support(name: str, values: set[str], evidence: list[Evidence], *, bare: bool) -> None:
    if bare:
        raise UngroundedError("no value without a quote: copy the words of the page that say it, or use “not stated”")
    if any(not e.supports for e in evidence):
        return
    if bare_values := sorted(values - {e.supports for e in evidence}):
        raise UngroundedError(
            f"no quote supports {', '.join(bare_values)} yet: add the words of the page that say so on a new line "
            "(a line may repeat a quote that stands there already)"
        )
