"""Learns the shares m and u of each level from pairs of which it is known whether they match."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.matching_pairs import Compared
from register.matching.comparing import APART, LEVELS
from register.matching.scoring import ASPECTS, SHOWN_FROM, Weights, every_level, one_service

Level = tuple[str, str]
MOST_A_SITE = 15.0  # pairs of one site and one answer count for no more than so many
INVENTED = 0.005  # what an invented pair counts for: real ones decide, where there are any
SAYS_NOTHING = {"programme": "website", "place": "website"}  # what is left out of an aspect
# Bits that a sign says at most for one programme where the names are other ones: that an organisation's number, room
# and hours agree is what its other programme looks like, too, and labelled pairs of services that were renamed are few.
MOST_APART = 0.5
SMOOTH = 1.0  # pairs that are added to each level


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Of one aspect: the share of pairs that match, and of each level among those that do (m) and do not (u)."""

    matching: float
    m: Mapping[Level, float]
    u: Mapping[Level, float]

    @property
    def weights(self) -> Weights:
        bits = {level: math.log2(self.m[level] / self.u[level]) for level in self.m}
        return Weights(before=math.log2(self.matching / (1 - self.matching)), bits=bits)


def fit(real: Sequence[Compared], invented: Sequence[Compared]) -> dict[str, Shares]:
    return {aspect: _fit(aspect, real, invented) for aspect in ASPECTS}


def _fit(aspect: str, real: Sequence[Compared], invented: Sequence[Compared]) -> Shares:
    pairs = Counter((one.site, one.says[aspect]) for one in real)
    found: dict[bool, Counter[Level]] = {True: Counter(), False: Counter()}
    told: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    whole = {True: SMOOTH, False: SMOOTH}
    for one in (*real, *invented):
        answer = one.says[aspect]
        if answer is None:
            continue
        counts = min(1.0, MOST_A_SITE / pairs[one.site, answer]) if one.site else INVENTED
        whole[answer] += counts
        for level in one.signs:
            found[answer][level] += counts  # type: ignore[assignment] # counts of pairs that count in part
            told[answer][level[0]] += counts  # type: ignore[assignment]

    def share(answer: bool, level: Level) -> float:
        if level[0].removesuffix(APART) == SAYS_NOTHING.get(aspect):
            return 1 / len(LEVELS[level[0]])
        return (found[answer][level] + SMOOTH) / (told[answer][level[0]] + SMOOTH * len(LEVELS[level[0]]))

    def unlike(level: Level) -> float:
        u = share(False, level)
        if aspect == "programme" and level[0].endswith(APART):
            return max(u, share(True, level) / 2**MOST_APART)
        return u

    return Shares(
        matching=whole[True] / (whole[True] + whole[False]),
        m={level: share(True, level) for level in every_level()},
        u={level: unlike(level) for level in every_level()},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How many were found rightly, wrongly, and not."""

    right: int
    wrong: int
    missed: int

    @property
    def f1(self) -> float:
        return 2 * self.right / ((2 * self.right + self.wrong + self.missed) or 1)

    @property
    def precision(self) -> float:
        return self.right / ((self.right + self.wrong) or 1)

    @property
    def recall(self) -> float:
        return self.right / ((self.right + self.missed) or 1)


def count(answers: Iterable[tuple[bool, bool]]) -> Found:
    """Of (said, true)."""
    seen = Counter(answers)
    return Found(right=seen[True, True], wrong=seen[True, False], missed=seen[False, True])


def leave_one_site_out(
    real: Sequence[Compared], invented: Sequence[Compared], *, cut: float = SHOWN_FROM
) -> dict[str, dict[str, Found]]:
    """By aspect and site ("" for all together): each site's pairs by weights that never saw a pair of that site."""
    answers: dict[str, dict[str, list[tuple[bool, bool]]]] = {aspect: {"": []} for aspect in ("service", *ASPECTS)}
    for site in sorted({one.site for one in real}):
        shares = fit([one for one in real if one.site != site], invented)
        weights = {aspect: of_aspect.weights for aspect, of_aspect in shares.items()}
        for one in (one for one in real if one.site == site):
            sure = {aspect: of_aspect.score(one.signs) for aspect, of_aspect in weights.items()}
            sure["service"] = one_service(sure["programme"], sure["place"])
            for aspect, by_site in answers.items():
                if (answer := one.says[aspect]) is not None:
                    by_site.setdefault(site, []).append((sure[aspect] >= cut, answer))
                    by_site[""].append((sure[aspect] >= cut, answer))
    return {aspect: {site: count(told) for site, told in by_site.items()} for aspect, by_site in answers.items()}
