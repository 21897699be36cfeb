"""Whether proposals are accepted as often as their scores promised: by code, by score and by month, from decisions."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from classify.features import words_of
from classify.model import MODEL_FILE, load_model
from classify.text import lower
from flows.settings import Settings
from register.models import DecisionVerdict
from register.store.decisions.learning import DecidedCodes

Z = 1.96  # of a 95% interval
FEWEST = 10  # decisions below which nothing is said of a code or a month


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One proposed code that a reviewer decided on: its chance as it was shown, and whether it was accepted."""

    code: str
    month: str
    score: float
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Of `proposed` codes the share accepted, with its 95% interval (Wilson's), and the share that the scores promised;
    `added` are codes that reviewers set and that were not shown."""

    name: str
    proposed: int
    accepted: float
    low: float
    high: float
    promised: float
    added: int = 0

    @property
    def drifted(self) -> bool:
        """Whether what was promised lies outside what was accepted, beyond noise."""
        return self.proposed >= FEWEST and not self.low <= self.promised <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Acceptance of all, by code, by tenth of the score, by month; and the share of words, month by month, that the
    model in use does not know (`waiting`: in what is undecided)."""

    overall: Acceptance
    codes: tuple[Acceptance, ...]
    scores: tuple[Acceptance, ...]
    months: tuple[Acceptance, ...]
    new_words: tuple[tuple[str, float], ...]


def measure_drift(*, settings: Settings) -> Drift:
    """What stands in the register; proposals that are open, or known to be wrong, count for nothing."""
    model = load_model(settings.learned_model or MODEL_FILE)
    known = frozenset(model.words) if model else frozenset[str]()
    judged: list[Judged] = []
    added: Counter[str] = Counter()
    words: dict[str, list[tuple[int, int]]] = defaultdict(list)
    read: set[tuple[str, int]] = set()
    with settings.open_store() as store:
        for decided in store.learning.decided_codes():
            judged += _judged(decided)
            added.update(_added(decided))
            if (place := (decided.draft.key, decided.version_id)) not in read:
                read.add(place)
                text = store.pages.version(decided.version_id).text
                own = (decided.draft.name, *(text[start:end] for start, end in decided.draft.spans))
                words[f"{decided.decided_at:%Y-%m}"].append(_new_words(own, known))
        for one in store.learning.undecided():
            waiting = store.queue.get(one)
            own = (waiting.draft.name, *(waiting.page_text[start:end] for start, end in waiting.draft.spans))
            words["waiting"].append(_new_words(own, known))
    by_code = dict(_by(judged, lambda one: one.code))
    return Drift(
        overall=_acceptance("all", judged, added=added.total()),
        codes=tuple(_acceptance(name, by_code.get(name, ()), added=added[name]) for name in sorted({*by_code, *added})),
        scores=tuple(_acceptance(name, some) for name, some in _by(judged, _tenth)),
        months=tuple(_acceptance(name, some) for name, some in _by(judged, lambda one: one.month)),
        new_words=tuple((name, _share(told)) for name, told in sorted(words.items())),
    )


def _judged(decided: DecidedCodes) -> Iterable[Judged]:
    for code in decided.draft.codes:
        if code.scheme == decided.scheme and code.shown:
            yield Judged(
                code=f"{code.scheme}:{code.code}",
                month=f"{decided.decided_at:%Y-%m}",
                score=code.score,
                accepted=code.code in decided.codes,
            )


def _added(decided: DecidedCodes) -> list[str]:
    if decided.verdict is not DecisionVerdict.EDIT:
        return []
    shown = {code.code for code in decided.draft.codes if code.scheme == decided.scheme and code.shown}
    return [f"{decided.scheme}:{code}" for code in decided.codes if code not in shown]


def _tenth(one: Judged) -> str:
    tenth = min(9, int(one.score * 10))
    return f".{tenth}0 to {f'.{tenth + 1}0' if tenth < 9 else '1'}"


def _by(judged: Iterable[Judged], name: Callable[[Judged], str]) -> list[tuple[str, list[Judged]]]:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[name(one)].append(one)
    return sorted(groups.items())


def _acceptance(name: str, judged: Sequence[Judged], *, added: int = 0) -> Acceptance:
    n = len(judged)
    share = sum(one.accepted for one in judged) / n if n else 0.0
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n) if n else 0.5
    half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n) if n else 0.5
    promised = sum(one.score for one in judged) / n if n else 0.0
    return Acceptance(
        name=name, proposed=n, accepted=share, low=middle - half, high=middle + half, promised=promised, added=added
    )


def _new_words(texts: Sequence[str], known: frozenset[str]) -> tuple[int, int]:
    """How many words, pairs left out, the model does not know, and how many there are."""
    counts = {w: n for w, n in words_of("\n".join(map(lower, texts))).items() if " " not in w}
    return sum(n for word, n in counts.items() if word not in known), sum(counts.values())


def _share(told: Sequence[tuple[int, int]]) -> float:
    return sum(new for new, _ in told) / max(1, sum(total for _, total in told))
