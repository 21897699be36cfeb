"""Judges whether a service falls in the wide and the strict net, with the reason and the words that decide."""

from __future__ import annotations

from dataclasses import dataclass

from classify.cues import compile_cues
from classify.features import ServiceFeatures, strengths
from classify.pairs import NONE_OF_THE_OTHERS
from classify.quotes import quote_hits
from classify.text import ServiceText, read_service
from register.codebook import Codebook
from register.models import DraftField, Eligibility, Evidence, Page, ProposedCode, ServiceDraft
from register.vocabulary import Inclusion, Status

ADULT = 16  # years, as the study counts
PARENTS = {"general", "parents_perinatal"}
INSISTENT = 2  # lines that must say a thing for it to hold without its name


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's outcome: the verdict it calls for, why, on what words, and how sure (0-1)."""

    verdict: Inclusion
    reason: str
    signals: tuple[str, ...] = ()
    score: float = 0.8


def judge_eligibility(
    draft: ServiceDraft, codes: tuple[ProposedCode, ...], *, page: Page, codebook: Codebook
) -> tuple[Eligibility, ...]:
    """The verdict of both nets, wide first. `unclear` is for a person to settle; nothing is silently out."""
    text = read_service(draft, page)
    hits = compile_cues(codebook).find_signals(text)
    features = ServiceFeatures(cues=strengths(hits, text), words={}, hits=hits)
    wide = _wide(draft, codes, features)
    strict = _strict(wide, features)
    return (
        _eligibility("wide", wide, draft, codes, features, text),
        _eligibility("strict", strict, draft, codes, features, text),
    )


def _wide(draft: ServiceDraft, codes: tuple[ProposedCode, ...], features: ServiceFeatures) -> Finding:
    out = _out(draft, codes, features)
    if out:
        return out
    factor = next((code for code in codes if code.scheme == "factor" and code.shown), None)
    if (_has(features, "commercial") or _has(features, "priced")) and not _has(features, "community"):
        reason = "a price is asked and the provider's status is not told"
        return Finding(Inclusion.UNCLEAR, reason, ("commercial", "priced"), 0.5)
    if factor:
        return Finding(Inclusion.INCLUDE, f"aims at a determinant: {factor.code}", (), max(0.6, factor.score))
    if _has(features, "nature"):
        return Finding(Inclusion.INCLUDE, "the activity is a determinant by its nature", ("nature",), 0.6)
    if _has(features, "aim"):
        return Finding(Inclusion.INCLUDE, "states an aim of wellbeing", ("aim",), 0.6)
    return Finding(Inclusion.UNCLEAR, "no determinant of mental wellbeing is stated", (), 0.5)


def _out(draft: ServiceDraft, codes: tuple[ProposedCode, ...], features: ServiceFeatures) -> Finding | None:
    """The first rule that puts a service outside both nets."""
    oldest = draft.field("fact.age_max").value
    if isinstance(oldest, int):
        if oldest < ADULT:
            return Finding(Inclusion.EXCLUDE, f"for children only, up to {oldest}", ("children",), 0.9)
    elif _has(features, "children") and not _has(features, "adults"):
        return Finding(Inclusion.EXCLUDE, "for children only", ("children",))
    types = {code.code for code in codes if code.scheme == "type" and code.shown} - {NONE_OF_THE_OTHERS["type"]}
    factors = {code.code for code in codes if code.scheme == "factor" and code.shown}
    childcare, commercial = features.cue("eligibility:childcare"), features.cue("eligibility:commercial")
    people = {code.code for code in codes if code.scheme == "population" and code.shown} - PARENTS
    # A crèche beside a class for adults puts nobody out.
    if childcare.in_name or (childcare.lines >= INSISTENT and not people):
        return Finding(Inclusion.EXCLUDE, "childcare, for children only", ("childcare",))
    if _has(features, "nhs_treatment") and not _has(features, "voluntary"):
        return Finding(Inclusion.EXCLUDE, "treatment by the NHS", ("nhs_treatment",))
    if _has(features, "clinical") and not types:
        return Finding(Inclusion.EXCLUDE, "clinical treatment", ("clinical",))
    if commercial.in_name:
        return Finding(Inclusion.EXCLUDE, "a commercial offer", ("commercial",), 0.7)
    if _has(features, "workplace") and not _has(features, "community"):
        return Finding(Inclusion.EXCLUDE, "for a workplace", ("workplace",), 0.7)
    if _has(features, "information"):
        return Finding(Inclusion.EXCLUDE, "information, no service to take part in", ("information",), 0.7)
    if _has(features, "worship") and not factors:
        return Finding(Inclusion.EXCLUDE, "worship alone", ("worship",), 0.7)
    return None


def _strict(wide: Finding, features: ServiceFeatures) -> Finding:
    if wide.verdict is Inclusion.EXCLUDE:
        return Finding(Inclusion.EXCLUDE, f"outside the wide net: {wide.reason}", wide.signals, wide.score)
    if not features.cue("eligibility:aim").stated:
        return Finding(Inclusion.EXCLUDE, "states no aim of mental health or wellbeing of its own", (), 0.8)
    if _has(features, "therapy"):
        return Finding(Inclusion.EXCLUDE, "therapy offered as treatment", ("therapy",), 0.7)
    if wide.verdict is Inclusion.UNCLEAR:
        return Finding(Inclusion.UNCLEAR, f"states an aim, but {wide.reason}", ("aim",), 0.5)
    return Finding(Inclusion.INCLUDE, "states an aim of mental health or wellbeing", ("aim",), 0.7)


def _has(features: ServiceFeatures, signal: str) -> bool:
    return features.cue(f"eligibility:{signal}").strength > 0


def _eligibility(
    net: str,
    finding: Finding,
    draft: ServiceDraft,
    codes: tuple[ProposedCode, ...],
    features: ServiceFeatures,
    text: ServiceText,
) -> Eligibility:
    evidence: tuple[Evidence, ...] = ()
    for signal in finding.signals:
        evidence += quote_hits(features.held(f"eligibility:{signal}"), text, f"eligibility {signal}")
    if not evidence and "children" in finding.signals:
        evidence = _reported(draft.field("fact.age_max"))
    if not evidence and finding.verdict is Inclusion.INCLUDE:
        evidence = next((code.evidence for code in codes if code.scheme == "factor" and code.shown), ())
    return Eligibility(net=net, verdict=finding.verdict, reason=finding.reason, evidence=evidence, score=finding.score)


def _reported(field: DraftField) -> tuple[Evidence, ...]:
    return field.evidence if field.status is Status.REPORTED else ()
