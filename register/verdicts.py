"""The verdict of a net on one service, and what each rule of the study said of it."""

from __future__ import annotations

from dataclasses import dataclass

from register.models import Evidence
from register.vocabulary import Inclusion, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOutcome:
    """What one rule of the study says of a service, and on what words."""

    rule: str
    outcome: Outcome
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """Verdict of one net (wide or strict) with its reason and evidence, and what each rule said."""

    net: str
    verdict: Inclusion
    reason: str
    evidence: tuple[Evidence, ...] = ()
    score: float = 0.5
    rules: tuple[RuleOutcome, ...] = ()
