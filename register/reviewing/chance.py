"""How likely it is that a candidate will be included, told from its draft: what the queue is ordered by.

The weights are those of a logistic regression over 992 candidates of labelled pages, drafted by models that never saw
their sites (benchmarks/review_queue.py measures it). They order; what a person decides they do not foretell.
"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import Final

from register.codes.vocabulary import Inclusion, PageKind, Scope, Status
from register.models import Candidate

BASE: Final = -1.64
OF_SCORE: Final = 0.25  # of the score's log odds
OF_VERDICT: Final = MappingProxyType({Inclusion.INCLUDE.value: 1.80, Inclusion.EXCLUDE.value: -0.95})
OF_KIND: Final = MappingProxyType({PageKind.SERVICE.value: 0.24, PageKind.LISTING.value: -0.23})
NOT_LOCAL: Final = 0.3  # of the chance that a local one had; the labels have no such candidates
AWAY: Final = (Scope.ELSEWHERE.value, Scope.NATIONAL.value)


def chance(score: float, verdict: str, kind: str, scope: str) -> float:
    """The chance (0-1) of a candidate with that score, verdict of the wide net ("" where it is unclear), kind of page
    and scope."""
    bounded = min(max(score, 0.01), 0.99)
    odds = BASE + OF_SCORE * math.log(bounded / (1 - bounded)) + OF_VERDICT.get(verdict, 0.0) + OF_KIND.get(kind, 0.0)
    return (NOT_LOCAL if scope in AWAY else 1.0) / (1 + math.exp(-odds))


def chance_of(draft: Candidate, *, kind: str) -> float:
    """The same of a draft from a page of that kind."""
    return chance(draft.score, wide_verdict(draft), kind, draft.scope.value)


def wide_verdict(draft: Candidate) -> str:
    """The verdict of the wide net, empty where it is unclear."""
    told = next((field for field in draft.fields if field.name == "eligibility.wide"), None)
    return str(told.value) if told is not None and told.status is Status.REPORTED else ""
