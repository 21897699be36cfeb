"""The verdict of a net on one service, and what each rule of the study said of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from register.codes.study import RULES, STRICT_ALONE
from register.codes.vocabulary import Inclusion, Outcome
from register.models import Evidence, RuleOutcome

STRICT_FIELD = "eligibility.strict"
RULE_GROUP = "rule."  # what a person says of a rule is a decision on `rule.aim`, which no record has as a field


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """Verdict of one net (wide or strict) with its reason and evidence, and what each rule said."""

    net: str
    verdict: Inclusion
    reason: str
    evidence: tuple[Evidence, ...] = ()
    score: float = 0.5
    rules: tuple[RuleOutcome, ...] = ()


def is_rule(field: str) -> bool:
    return field.startswith(RULE_GROUP) and field.removeprefix(RULE_GROUP) in RULES


def asked_by(net: str, rule: str) -> bool:
    """Whether the net asks the rule: the strict one asks all."""
    return net == "strict" or rule not in STRICT_ALONE


def verdict_of(net: str, rules: Iterable[RuleOutcome]) -> Inclusion:
    """The net's verdict by the rules that decide: out where one is not met, for a person where one is unclear."""
    deciding = [one.outcome for one in rules if one.decides and asked_by(net, one.rule)]
    if Outcome.NOT_MET in deciding:
        return Inclusion.EXCLUDE
    return Inclusion.UNCLEAR if Outcome.UNCLEAR in deciding else Inclusion.INCLUDE
