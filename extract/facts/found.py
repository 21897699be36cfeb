"""One value of a fact and where the text says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`text[start:end]` of the text that was read says `value`; `rule` names the rule that found it."""

    value: str | int
    start: int
    end: int
    rule: str
