"""Proposes codes for a service: few and precise above the cut, the others kept below it, each with its evidence."""

from __future__ import annotations

import math
from collections.abc import Mapping

from classify.cues import CueBook, compile_cues
from classify.features import ServiceFeatures, measure
from classify.model import CodeModel
from classify.pairs import NONE_OF_THE_OTHERS, is_default
from classify.quotes import QUOTES_A_CODE, quote_first_line, quote_hits, quote_line
from classify.text import ServiceText, read_service
from register.codebook import Codebook
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

    At most three types, three factors and four populations are shown. Without a `model` the cues alone decide. A
    code for which no line of the page can be quoted is not proposed.
    """
    book = compile_cues(codebook)
    text = read_service(draft, page)
    features = measure(text, book)
    scores = score_by_rules(features, book)
    if model:  # a code that is newer than the model keeps the score of its cues, one that was dropped is dropped
        scores |= {key: score for key, score in model.scores(features).items() if key in book.codes}
    proposed: list[ProposedCode] = []
    for scheme, at_most in SHOWN_AT_MOST.items():
        kept = {key: p for key, p in scores.items() if key.startswith(f"{scheme}:") and p >= KEPT_FROM}
        ranked = sorted(kept.items(), key=lambda item: (-item[1], item[0]))
        shown = _shown(scheme, ranked, at_most, model)
        for key, score in ranked:
            evidence, reason = _grounds(key, features, text, model)
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
                scores[key] = _chance(-1.1 + 1.1 * strength - RIVALRY[scheme] * (best - strength))
    return scores


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
    key: str, features: ServiceFeatures, text: ServiceText, model: CodeModel | None
) -> tuple[tuple[Evidence, ...], str]:
    """Evidence for a code and the reason in words: its cues, else the line whose words weigh most, else the name."""
    rule = f"cue {key}"
    hits = features.held(key)
    quotes = quote_hits(hits, text, rule)
    if quotes:
        words = list(dict.fromkeys(text.lowered[hit.start : hit.end] for hit in hits))[:QUOTES_A_CODE]
        return quotes, "cue: " + ", ".join(f"“{word}”" for word in words)
    if is_default(key):
        return quote_first_line(text, f"default {key}"), "no other code of this scheme is stated"
    if model is None or key not in model.codes:
        return (), ""
    line, telling = model.telling_line(key, text)
    quote = quote_line(text, line, text.lines[line].start, f"model {key}") if line >= 0 else None
    return ((quote,) if quote else ()), "model: " + ", ".join(f"“{word}”" for word in telling)
