"""How likely it is that a candidate will be included, told from its draft: what the queue is ordered by."""

from __future__ import annotations

from register.models import Candidate


def chance_of(draft: Candidate) -> float:
    """The chance (0-1)."""
    return draft.score
