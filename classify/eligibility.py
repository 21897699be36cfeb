"""Judges whether a service falls in the wide and the strict net, rule by rule, with the words that decide."""

from __future__ import annotations

from classify.cues import compile_cues
from classify.features import ServiceFeatures, measure
from classify.quotes import quote_hits
from classify.rules import Case, Finding, ask_rules
from classify.text import ServiceText, read_service
from register.codes.codebook import Codebook
from register.codes.study import RULES, Study
from register.codes.verdicts import Eligibility, asked_by, verdict_of
from register.codes.vocabulary import NETS, Outcome, Scope, Status
from register.models import DraftField, Evidence, Page, ProposedCode, RuleOutcome, ServiceDraft


def judge_eligibility(
    draft: ServiceDraft,
    codes: tuple[ProposedCode, ...],
    *,
    page: Page,
    codebook: Codebook,
    study: Study,
    scope: Scope = Scope.UNCLEAR,
) -> tuple[Eligibility, ...]:
    """The verdict of both nets, wide first, each with the outcome of every rule that it asks.

    The first rule of the study that decides and is not met puts a service out; else one that is unclear sends it to a
    person; nothing is silently out.
    """
    text = read_service(draft, page)
    features = measure(text, compile_cues(codebook))
    return weigh_rules(draft, codes, page=page, text=text, features=features, study=study, scope=scope)


def weigh_rules(
    draft: ServiceDraft,
    codes: tuple[ProposedCode, ...],
    *,
    page: Page,
    text: ServiceText,
    features: ServiceFeatures,
    study: Study,
    scope: Scope,
) -> tuple[Eligibility, ...]:
    """The same for a service that is read and measured."""
    case = Case(draft=draft, codes=codes, features=features, page=page, lowered=text.lowered, study=study, scope=scope)
    findings = ask_rules(case)
    outcomes = {finding.rule: _outcome(finding, case, text) for finding in findings}
    return tuple(_judge(net, findings, outcomes, study) for net in NETS)


def _judge(net: str, findings: tuple[Finding, ...], outcomes: dict[str, RuleOutcome], study: Study) -> Eligibility:
    asked = [finding for finding in findings if asked_by(net, finding.rule)]
    deciding = [finding for finding in asked if study.decides(finding.rule)]
    # The aim is what a strict verdict speaks of; for the wide one it is the determinant.
    speaks = next((f for f in deciding if f.rule == ("aim" if net == "strict" else "determinant")), asked[-1])
    against = next((finding for finding in deciding if finding.outcome is Outcome.NOT_MET), None)
    open_ = next((finding for finding in deciding if finding.outcome is Outcome.UNCLEAR), None)
    told = against or open_ or speaks
    return Eligibility(
        net=net,
        verdict=verdict_of(net, outcomes.values()),
        reason=told.reason,
        evidence=outcomes[told.rule].evidence,
        score=told.score,
        rules=tuple(outcomes[rule] for rule in RULES if rule in {finding.rule for finding in asked}),
    )


def _outcome(finding: Finding, case: Case, text: ServiceText) -> RuleOutcome:
    evidence: tuple[Evidence, ...] = ()
    for signal in finding.signals:
        evidence += quote_hits(case.features.held(f"eligibility:{signal}"), text, f"eligibility {signal}")
    if not evidence and finding.rule == "adults":
        evidence = _reported(case.draft.field("fact.age_max")) or _reported(case.draft.field("fact.age_min"))
    if not evidence and finding.rule == "determinant" and finding.outcome is Outcome.MET:
        evidence = next((code.evidence for code in case.codes if code.scheme == "factor" and code.shown), ())
    return RuleOutcome(
        rule=finding.rule,
        outcome=finding.outcome,
        reason=finding.reason,
        evidence=evidence,
        decides=case.study.decides(finding.rule),
    )


def _reported(field: DraftField) -> tuple[Evidence, ...]:
    return field.evidence if field.status is Status.REPORTED else ()
