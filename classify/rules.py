"""Asks each rule of a study of one service: met, not met or unclear, with the reason and the words that decide."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from classify.features import CueStrength, ServiceFeatures
from classify.guards import Hit
from classify.pairs import NONE_OF_THE_OTHERS
from register.codes.study import Study
from register.codes.vocabulary import Outcome, Scope
from register.models import Page, ProposedCode, ServiceDraft

PARENTS = {"general", "parents_perinatal"}
SHORT = 5  # lines of a service that says little else than what one of them says
INSISTENT = 2  # lines that must say a thing for it to hold without its name
_YEAR = re.compile(r"(?:18|19|20)\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the rules look at: the service's draft, codes and cues, the page that it stands on, how far it reaches."""

    draft: ServiceDraft
    codes: tuple[ProposedCode, ...]
    features: ServiceFeatures
    page: Page
    lowered: str
    study: Study
    scope: Scope

    def cue(self, signal: str) -> CueStrength:
        return self.features.cue(f"eligibility:{signal}")

    def has(self, *signals: str) -> bool:
        return any(self.cue(signal).strength > 0 for signal in signals)

    def insists(self, signal: str) -> bool:
        """Whether a signal stands in the name, in several lines, or in a text that says little else."""
        cue = self.cue(signal)
        alone = cue.strength > 0 and self.lowered.count("\n") < SHORT
        return cue.in_name or cue.lines >= INSISTENT or alone

    def shown(self, scheme: str) -> set[str]:
        return {code.code for code in self.codes if code.scheme == scheme and code.shown}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule's outcome, why, by which signals' words, and how sure (0-1)."""

    rule: str
    outcome: Outcome
    reason: str
    signals: tuple[str, ...] = ()
    score: float = 0.8


def ask_rules(case: Case) -> tuple[Finding, ...]:
    """All rules, in the order in which one that is not met is told."""
    return (
        _locality(case),
        _adults(case),
        _non_clinical(case),
        _not_private(case),
        _community(case),
        _determinant(case),
        _active(case),
        _aim(case),
        _not_therapy(case),
    )


def _met(rule: str, reason: str, *signals: str, score: float = 0.8) -> Finding:
    return Finding(rule=rule, outcome=Outcome.MET, reason=reason, signals=signals, score=score)


def _not_met(rule: str, reason: str, *signals: str, score: float = 0.8) -> Finding:
    return Finding(rule=rule, outcome=Outcome.NOT_MET, reason=reason, signals=signals, score=score)


def _unclear(rule: str, reason: str, *signals: str) -> Finding:
    return Finding(rule=rule, outcome=Outcome.UNCLEAR, reason=reason, signals=signals, score=0.5)


def _locality(case: Case) -> Finding:
    if case.scope is Scope.LOCAL:
        return _met("locality", "of this locality")
    if case.scope is Scope.UNCLEAR:
        return _unclear("locality", "where it is offered is not told")
    return _not_met(
        "locality", "of another locality" if case.scope is Scope.ELSEWHERE else "national, not of a locality"
    )


def _adults(case: Case) -> Finding:
    oldest, youngest = (case.draft.field(f"fact.age_{end}").value for end in ("max", "min"))
    if isinstance(oldest, int):
        if oldest < case.study.youngest:
            return _not_met("adults", f"for children only, up to {oldest}", "children", score=0.9)
    elif case.has("children") and not case.has("adults"):
        return _not_met("adults", "for children only", "children")
    childcare = case.cue("childcare")
    people = case.shown("population") - PARENTS
    # A crèche beside a class for adults puts nobody out.
    if childcare.in_name or (childcare.lines >= INSISTENT and not people):
        return _not_met("adults", "childcare, for children only", "childcare")
    if isinstance(oldest, int) or isinstance(youngest, int) or case.has("adults"):
        return _met("adults", "adults are among those it is for", "adults")
    return _met("adults", "no age is stated", score=0.6)


def _non_clinical(case: Case) -> Finding:
    types = case.shown("type") - {NONE_OF_THE_OTHERS["type"]}
    if case.has("nhs_treatment") and not case.has("voluntary"):
        return _not_met("non_clinical", "treatment by the NHS", "nhs_treatment")
    if case.has("clinical") and not types:
        if not case.insists("clinical"):
            return _unclear("non_clinical", "one clinical word, and no mechanism of another kind", "clinical")
        return _not_met("non_clinical", "clinical treatment", "clinical")
    if case.has("clinical", "nhs_treatment"):
        return _met("non_clinical", "clinical words, beside another mechanism", "clinical", "nhs_treatment", score=0.6)
    return _met("non_clinical", "no clinical treatment is named")


def _not_private(case: Case) -> Finding:
    if case.cue("commercial").in_name:
        return _not_met("not_private", "a commercial offer", "commercial", score=0.7)
    if case.has("workplace") and not case.has("community"):
        return _not_met("not_private", "for a workplace", "workplace", score=0.7)
    if case.has("commercial", "priced") and not case.has("community"):
        return _unclear("not_private", "a price is asked and the provider's status is not told", "commercial", "priced")
    return _met("not_private", "nothing commercial is named")


def _community(case: Case) -> Finding:
    if case.insists("information"):
        return _not_met("community", "information, no service to take part in", "information", score=0.7)
    if case.has("information"):
        return _unclear("community", "one line speaks of information about services", "information")
    if case.has("community", "voluntary"):
        return _met("community", "run by or with the community", "voluntary", "community")
    return _met("community", "nothing speaks against the community's running it", score=0.6)


def _determinant(case: Case) -> Finding:
    factor = next((code for code in case.codes if code.scheme == "factor" and code.shown), None)
    if factor:
        return _met("determinant", f"aims at a determinant: {factor.code}", score=max(0.6, factor.score))
    if case.has("worship"):
        return _not_met("determinant", "worship alone", "worship", score=0.7)
    if case.has("nature"):
        return _met("determinant", "the activity is a determinant by its nature", "nature", score=0.6)
    if case.has("aim"):
        return _met("determinant", "states an aim of wellbeing", "aim", score=0.6)
    return _unclear("determinant", "no determinant of mental wellbeing is stated")


def _active(case: Case) -> Finding:
    closed, window = case.cue("closed"), case.study.window
    if closed.in_name or closed.early:
        return _not_met("active", "said to have ended", "closed", score=0.7)
    if closed.strength:
        return _unclear("active", "something of it is said to have ended", "closed")
    read = case.page.fetched_at.date()
    if read < window.first:
        return _unclear("active", f"its page was read on {read}, before the window opens")
    if window.last is None or read <= window.last:
        return _met("active", f"its page was read on {read}, in the window")
    began = [int(year) for hit in case.features.held("eligibility:since") for year in _YEAR.findall(_words(case, hit))]
    if began and date(min(began), 12, 31) <= window.last:  # of the last year nobody knows the month
        return _met("active", f"runs since {min(began)}, as its page of {read} says", "since", score=0.7)
    return _unclear("active", f"its page was read on {read}, after the window, and does not say since when it runs")


def _words(case: Case, hit: Hit) -> str:
    return case.lowered[hit.start : hit.end]


def _aim(case: Case) -> Finding:
    if case.cue("aim").stated:
        return _met("aim", "states an aim of mental health or wellbeing", "aim", score=0.7)
    return _not_met("aim", "states no aim of mental health or wellbeing of its own")


def _not_therapy(case: Case) -> Finding:
    if case.insists("therapy"):
        return _not_met("not_therapy", "therapy offered as treatment", "therapy", score=0.7)
    if case.has("therapy"):
        return _unclear("not_therapy", "therapy is named once, beside what else is done", "therapy")
    return _met("not_therapy", "no therapy is named")
