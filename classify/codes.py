"""Proposes codes for a service: few and precise above the cut, the others kept below it, each with its evidence."""

from __future__ import annotations

import math
from collections.abc import Mapping

from classify.cues import CueBook, compile_cues
from classify.features import ServiceFeatures, measure
from classify.model import CodeModel, TellingLines
from classify.pairs import NONE_OF_THE_OTHERS, is_default
from classify.quotes import quote_first_line, quote_hits, quote_line, words_of_hits
from classify.text import ServiceText, read_service
from register.codes.codebook import Codebook
from register.codes.study import LEAST_LIKELY
from register.models import Evidence, Page, ProposedCode, ServiceDraft

SHOWN_AT_MOST: Mapping[str, int] = {"type": 3, "factor": 3, "population": 4}
RULE_CUT = 0.5
RIVALRY: Mapping[str, float] = {
    "type": 0.9,
    "factor": 0.9,
    "population": 0.4,
}  # how far a stronger code of the scheme weighs
KEPT_FROM = 0.03  # below this chance a proposal helps nobody


def propose_codes(
    draft: ServiceDraft, *, page: Page, codebook: Codebook, model: CodeModel | None = None
) -> tuple[ProposedCode, ...]:
    """The codes that `draft`'s own text speaks for, best first within each scheme.

    At most three types, three factors and four populations are shown, fewer where it is in doubt that the draft is a
    service (its score). Without a `model` the cues alone decide. A code for which no line of the page can be quoted is
    not proposed.
    """
    text = read_service(draft, page)
    book = compile_cues(codebook)
    return weigh_codes(text, measure(text, book), book=book, model=model, chance=draft.score)


def weigh_codes(
    text: ServiceText, features: ServiceFeatures, *, book: CueBook, model: CodeModel | None, chance: float
) -> tuple[ProposedCode, ...]:
    """The same for a draft that is read and measured, a service by that `chance` (0-1). Scores are of services."""
    codes = set(book.codes)
    # A code that is newer than the model has the score of its cues, one that was dropped is dropped.
    scores = {} if model and codes <= set(model.codes) else score_by_rules(features, book)
    if model:
        told = {key: score for key, score in model.scores(features).items() if key in codes}
        scores = _beside_newer(told, {key: score for key, score in scores.items() if key not in told})
    ranked = _ranked(scores)
    shown = _shown_of(ranked, model, chance)
    lines = TellingLines(model=model, text=text, features=features) if model else None
    proposed: list[ProposedCode] = []
    for scheme in SHOWN_AT_MOST:
        for key, score in ranked[scheme]:
            evidence, reason = _grounds(key, features, text, lines)
            if evidence:
                code = key.split(":")[1]
                proposed.append(
                    ProposedCode(
                        scheme=scheme,
                        code=code,
                        score=round(score, 4),
                        shown=key in shown,
                        evidence=evidence,
                        reason=reason,
                    )
                )
    return tuple(proposed)


def _beside_newer(told: Mapping[str, float], newer: Mapping[str, float]) -> dict[str, float]:
    """Both together; "none of the others" is no likelier than that none of the `newer` codes, which the model that told
    it does not know, holds."""
    scores = {**told, **newer}
    for scheme, default in NONE_OF_THE_OTHERS.items():
        key = f"{scheme}:{default}"
        best = max((score for other, score in newer.items() if other.startswith(f"{scheme}:")), default=0.0)
        if key in scores:
            scores[key] = min(scores[key], 1 - best)
    return scores


def shown_codes(scores: Mapping[str, float], model: CodeModel | None) -> frozenset[str]:
    """The keys of the codes of a service that stand above the cut, few in each scheme."""
    return _shown_of(_ranked(scores), model, chance=1.0)


def _shown_of(ranked: Mapping[str, list[tuple[str, float]]], model: CodeModel | None, chance: float) -> frozenset[str]:
    likely = {scheme: [one for one in of if one[1] * chance >= LEAST_LIKELY] for scheme, of in ranked.items()}
    chosen = (_shown(scheme, likely[scheme], most, model) for scheme, most in SHOWN_AT_MOST.items())
    return frozenset().union(*chosen)


def _ranked(scores: Mapping[str, float]) -> dict[str, list[tuple[str, float]]]:
    """The codes worth keeping with their scores, best first, by scheme."""
    ranked: dict[str, list[tuple[str, float]]] = {scheme: [] for scheme in SHOWN_AT_MOST}
    for key, score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if score >= KEPT_FROM:
            ranked[key.partition(":")[0]].append((key, score))
    return ranked


def score_by_rules(features: ServiceFeatures, book: CueBook) -> dict[str, float]:
    """The chance of each code (by key) as its cues alone tell it, the model's fallback."""
    scores: dict[str, float] = {}
    for scheme in SHOWN_AT_MOST:
        strengths = {key: features.cue(key).strength for key in book.codes if key.startswith(f"{scheme}:")}
        last = f"{scheme}:{NONE_OF_THE_OTHERS.get(scheme, '')}"
        best = max((s for key, s in strengths.items() if key != last), default=0.0)
        for key, strength in strengths.items():
            if key == last:
                scores[key] = _chance(1.2 + 0.5 * strength - 1.6 * best)
            elif strength:
                scores[key] = chance_of_cue(strength, behind=RIVALRY[scheme] * (best - strength))
    return scores


def chance_of_cue(strength: float, *, behind: float = 0.0) -> float:
    """How sure a code's own cue makes it, .5 for one sentence; `behind` is what stronger codes of its scheme take."""
    return _chance(-1.1 + 1.1 * strength - behind)


def _chance(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def _shown(scheme: str, ranked: list[tuple[str, float]], at_most: int, model: CodeModel | None) -> set[str]:
    last = f"{scheme}:{NONE_OF_THE_OTHERS.get(scheme, '')}"
    above = [key for key, score in ranked if score >= (model.cut(key) if model else RULE_CUT)]
    if last in above:
        if above[0] == last:
            return {last}
        above.remove(last)
    return set(above[:at_most])


def _grounds(
    key: str, features: ServiceFeatures, text: ServiceText, lines: TellingLines | None
) -> tuple[tuple[Evidence, ...], str]:
    """Evidence for a code and the reason in words: its cues, else the line whose words weigh most, else the name."""
    rule = f"cue {key}"
    hits = features.held(key)
    quotes = quote_hits(hits, text, rule)
    if quotes:
        return quotes, f"cue: {words_of_hits(hits, text)}"
    if is_default(key):
        return quote_first_line(text, f"default {key}"), "no other code of this scheme is stated"
    if lines is None or key not in lines.model.codes:
        return (), ""
    line, telling = lines.of(key)
    quote = quote_line(text, line, text.lines[line].start, f"model {key}") if line >= 0 else None
    return ((quote,) if quote else ()), "model: " + ", ".join(f"“{word}”" for word in telling)
