"""Proposes what kind of provision a service is: its CISL type, level and principles, its provider's sector, its
setting, and what it tells of its own evaluation.

No labels teach these codes. Each follows from codes and facts that were found before, or from its own words.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from classify.codes import KEPT_FROM, chance_of_cue
from classify.cues import CueBook
from classify.features import ServiceFeatures
from classify.quotes import QUOTES_A_CODE, quote_hits, words_of_hits
from classify.text import ServiceText, read_quotes
from register.codes.vocabulary import FACT_BY_NAME, PROVISION_SCHEMES, Status
from register.models import DraftField, Evidence, Page, ProposedCode, ServiceDraft

SHOWN_AT_MOST: Mapping[str, int] = {
    "cisl_type": 2,
    "level": 2,
    "principle": 10,
    "sector": 1,
    "setting": 3,
    "evaluation": 15,
}
CUT = 0.5
FOLLOWED_FROM = 0.2  # a code that is less likely gives no ground for another
PLACE_FIELDS = ("tidier.where", "fact.addresses")
PLACE_HOLDS = 0.9  # how often a place's name says what kind of place it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One reason for a code: how sure it makes it (0-1), its quotes, and the reason in words."""

    score: float
    evidence: tuple[Evidence, ...]
    reason: str


def propose_provision(
    draft: ServiceDraft,
    codes: tuple[ProposedCode, ...],
    *,
    page: Page,
    text: ServiceText,
    features: ServiceFeatures,
    book: CueBook,
) -> tuple[ProposedCode, ...]:
    """The codes of provision that `codes`, `draft`'s facts or its own words speak for, best first within each scheme.

    A scheme for which nothing speaks, or where two of its codes contradict each other, has none shown: not known.
    """
    found: dict[str, dict[str, list[Ground]]] = {scheme: defaultdict(list) for scheme in PROVISION_SCHEMES}
    for key, ground in (
        *_by_codes(codes, book),
        *_by_facts(draft, book),
        *_by_cues(text, features, book),
        *_by_places(draft, page, book),
    ):
        scheme, _, code = key.partition(":")
        found[scheme][code].append(ground)
    return tuple(one for scheme, own in found.items() if own for one in _rank(scheme, own))


def _rank(scheme: str, own: Mapping[str, list[Ground]]) -> Iterator[ProposedCode]:
    """The codes of one scheme by what speaks for them."""
    at_most = SHOWN_AT_MOST[scheme]
    best = {code: max(ground.score for ground in grounds) for code, grounds in own.items()}
    if at_most == 1:  # where only one can be right, another that is as sure takes half of it
        together = sum(best.values())
        best = {code: score * (score / together) for code, score in best.items()}
    scores = {code: round(score, 4) for code, score in best.items()}
    likely = sorted((code for code in own if scores[code] >= KEPT_FROM), key=lambda code: (-scores[code], code))
    for place, code in enumerate(likely):
        grounds = sorted(own[code], key=lambda ground: -ground.score)
        quotes = {(e.start, e.end): e for ground in grounds for e in ground.evidence}
        yield ProposedCode(
            scheme=scheme,
            code=code,
            score=scores[code],
            shown=place < at_most and scores[code] >= CUT,
            evidence=tuple(quotes.values())[:QUOTES_A_CODE],
            reason="; ".join(dict.fromkeys(ground.reason for ground in grounds)),
        )


def _by_codes(codes: tuple[ProposedCode, ...], book: CueBook) -> Iterator[tuple[str, Ground]]:
    """That one of several likely codes is right is surer than each of them."""
    sources: dict[str, list[ProposedCode]] = defaultdict(list)
    for code in sorted(codes, key=lambda one: -one.score):
        if code.score >= FOLLOWED_FROM:
            for follower in book.followers.get(f"{code.scheme}:{code.code}", ()):
                sources[follower.key].append(code)
    for key, found in sources.items():
        labels = (f"“{book.codebook.label(one.scheme, one.code)}”" for one in found[:QUOTES_A_CODE])
        quotes = [replace(e, rule=f"follows {one.scheme}:{one.code}") for one in found[:2] for e in one.evidence]
        score = 1 - math.prod(1 - one.score for one in found)
        yield key, Ground(score=score, evidence=tuple(quotes), reason=f"follows from {', '.join(labels)}")


def _by_facts(draft: ServiceDraft, book: CueBook) -> Iterator[tuple[str, Ground]]:
    reported = {field.name: field for field in draft.fields if field.status is Status.REPORTED}
    for source, followers in book.followers.items():
        name, _, value = source.partition(":")
        field = reported.get(name)
        if field is None or not _holds(field, value):
            continue
        label = FACT_BY_NAME[name.removeprefix("fact.")].label.lower()
        said = value.replace("_", " ") or str(field.value)
        quotes = tuple(replace(e, rule=f"follows {source}") for e in field.evidence if e.supports in ("", value))
        for follower in followers:
            reason = f"follows from the fact {label}: {said}"
            yield follower.key, Ground(score=field.score, evidence=quotes, reason=reason)


def _holds(field: DraftField, value: str) -> bool:
    return not value or value == field.value or (isinstance(field.value, tuple) and value in field.value)


def _by_cues(text: ServiceText, features: ServiceFeatures, book: CueBook) -> Iterator[tuple[str, Ground]]:
    for key in book.provision:
        held = features.held(key)
        if held and (quotes := quote_hits(held, text, f"cue {key}")):
            score = chance_of_cue(features.cue(key).strength)
            yield key, Ground(score=score, evidence=quotes, reason=f"cue: {words_of_hits(held, text)}")


def _by_places(draft: ServiceDraft, page: Page, book: CueBook) -> Iterator[tuple[str, Ground]]:
    """What the words in which the service tells where it is say of its setting."""
    for name in PLACE_FIELDS:
        field = draft.field(name)
        if field.status is not Status.REPORTED:
            continue
        text = read_quotes(field, page)
        hits = book.find_places(text)
        for key in dict.fromkeys(hit.code for hit in hits):
            own = tuple(hit for hit in hits if hit.code == key)
            quotes = quote_hits(own, text, f"place {key}")
            score = field.score * PLACE_HOLDS
            yield key, Ground(score=score, evidence=quotes, reason=f"place: {words_of_hits(own, text)}")
