"""The words of a page that something rests on, and what a rule of a study says on such words."""

from __future__ import annotations

from dataclasses import dataclass

from register.codes.vocabulary import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A verbatim quote at `text[start:end]` of its page, and the rule or model that found it.

    `supports` names the one value of a many-valued field that this quote supports; empty where it supports all. `page`
    is the address of the page where the quote stands, where that is not the candidate's own (a provider's answer).
    """

    quote: str
    start: int
    end: int
    rule: str
    supports: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOutcome:
    """What one rule of the study says of a service, and on what words; `decides` where the study lets it."""

    rule: str
    outcome: Outcome
    reason: str
    evidence: tuple[Evidence, ...] = ()
    decides: bool = True
