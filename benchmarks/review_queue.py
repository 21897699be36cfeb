"""The queue simulated on labelled pages: how many records are read until 95 in 100 of the eligible are found.

The records are the candidates of every labelled page (dev, train, ours), service or not, drafted and coded by models
that never saw the page's site; eligible is what the labels include in the wide net. A second, wider pool has a record
for each page without a candidate too, as somebody who screens all that a crawl brought would read it.

Our order is the surest first, as the application has it: learned anew (classify/inclusion.py) after every tenth answer.
Beside it stand our other orders, chance, and ASReview's own default model on the same texts, which learns from each
answer (TIDIERMAP_PEERS names the Python of an environment that has it: `pip install asreview`). The chance from which
ours begins has weights that were fitted without the candidate's site; those of register/reviewing/chance.py are the
same fit over all of them, and stand in the note.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks.codes_gold import scorer, stages_by_site
from benchmarks.codes_queue import wss
from benchmarks.extract_loso import Lab
from benchmarks.figures import Figure
from benchmarks.gold_drafts import site_of
from classify.inclusion import CHANCE, learn, traits_of
from flows.discovery.drafting import DraftedPage, draft_page
from register.models import Candidate
from register.reviewing.chance import AWAY, NOT_LOCAL, wide_verdict
from register.reviewing.rules import read_review_rules
from register.store.queue.lines import first_code

Services = list[dict[str, Any]]
Match = Callable[[Services, list[dict[str, Any]]], Iterable[tuple[dict[str, Any] | None, dict[str, Any] | None]]]
ROOT = Path(__file__).resolve().parent.parent
REACH, SEEDS = 0.50, tuple(range(10))
MOST_TEXT = 4_000  # characters of a page without a candidate
STRENGTH = 0.3  # of the fit of the chance, over traits brought to one scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record to be read: its words, what our orders know of it, and whether the labels include it.

    Its chance is told from its `traits`: the log odds of its score, included and excluded by the wide net, a service's
    page, a listing. `proposed` is what the order learns from.
    """

    text: str
    site: str
    traits: tuple[float, ...]
    proposed: dict[str, float]
    away: bool
    chance: float
    score: float
    type_known: bool
    relevant: bool
    candidate: bool


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    yield from simulate(tuple(records(drafted_pages(shared), scorer(shared).match)))


def fit(pool: Sequence[Record]) -> tuple[float, NDArray[np.float64]]:
    """What the chance of a candidate begins with, and what each of its traits adds, in log odds."""
    traits, relevant = np.array([r.traits for r in pool]), np.array([r.relevant for r in pool])
    middle, scale = traits.mean(axis=0), traits.std(axis=0) + 1e-9
    fitted = LogisticRegression(C=STRENGTH, max_iter=2000).fit((traits - middle) / scale, relevant)
    weights = fitted.coef_[0] / scale
    return float(fitted.intercept_[0] - weights @ middle), weights


def left_out(wide: Sequence[Record]) -> tuple[Record, ...]:
    """The candidates with chances that were fitted without their site; other records as they are."""
    sites = {record.site for record in wide}
    fits = {site: fit([r for r in wide if r.candidate and r.site != site]) for site in sites}
    return tuple(replace(r, chance=_chance(r, *fits[r.site])) if r.candidate else r for r in wide)


def _chance(record: Record, base: float, weights: NDArray[np.float64]) -> float:
    local = 1 / (1 + np.exp(-(base + weights @ np.array(record.traits))))
    return float(local * (NOT_LOCAL if record.away else 1.0))


def simulate(fitted: Sequence[Record]) -> Iterator[Figure]:
    """The figures of both pools."""
    wide = left_out(fitted)
    narrow = tuple(record for record in wide if record.candidate)
    base, weights = fit(narrow)
    told = ", ".join(f"{weight:.2f}" for weight in (base, *weights))
    yield Figure(
        name="queue.candidates", value=len(narrow), reach=0, note=f"weights of register/reviewing/chance.py: {told}"
    )
    for name, pool in (("queue", narrow), ("queue.with_pages", wide)):
        yield from _figures(name, pool)


def _figures(name: str, pool: tuple[Record, ...]) -> Iterator[Figure]:
    relevant = np.array([record.relevant for record in pool])
    said = {order: wss(rank(pool), relevant) for order, rank in ORDERS.items()}
    learned = wss(learning(pool), relevant)
    best = wss(np.argsort(~relevant, kind="stable"), relevant)
    chance = random.Random(0)  # noqa: S311 (a simulation)
    lots = [wss(np.array(chance.sample(range(len(pool)), len(pool))), relevant) for _ in range(20)]
    peer, model = _peer(pool, relevant)
    told = ", ".join(f"{order} {value:.3f}" for order, value in said.items())
    note = (
        f"{relevant.sum()} of {len(pool)} records are eligible, so no order saves more than {best:.3f}; {told}, "
        f"without learning; by lot {np.mean(lots):.3f}; {model} {peer:.3f}"
    )
    yield Figure(name=f"{name}.wss_at_95", value=learned, reach=REACH, note=note)
    yield Figure(name=f"{name}.wss_over_asreview", value=learned - peer, reach=0.0, note=model)
    yield Figure(name=f"{name}.share_of_the_possible", value=learned / best, reach=0.0)


def _stable(key: Callable[[Record], float]) -> Callable[[Sequence[Record]], NDArray[np.int64]]:
    return lambda pool: np.argsort([key(record) for record in pool], kind="stable")


# Our orders by what each puts first, as the register's lines do; need and waiting know nothing of what is eligible.
ORDERS = {
    "surest": _stable(lambda record: -record.chance),
    "by the draft's score": _stable(lambda record: -record.score),
    "unknown": _stable(lambda record: record.type_known * 10 - record.score),
    "doubt": _stable(lambda record: abs(record.chance - 0.5)),
}


def learning(pool: Sequence[Record]) -> NDArray[np.int64]:
    """The order in which the records are asked for where the surest comes first and each decision is learned from."""
    after = read_review_rules(ROOT / "data").order.learn_after
    proposed = [{**record.proposed, CHANCE: record.chance} for record in pool]
    chances = np.array([record.chance for record in pool])
    order: list[int] = []
    left = np.arange(len(pool))
    while len(left):
        if order and len(order) % after == 0:
            decided = [(proposed[at], pool[at].relevant) for at in order]
            chances[left] = learn(decided, [proposed[at] for at in left])
        first = int(np.argmax(chances[left]))
        order.append(int(left[first]))
        left = np.delete(left, first)
    return np.array(order)


def _peer(pool: Sequence[Record], relevant: NDArray[np.bool_]) -> tuple[float, str]:
    python = os.environ.get("TIDIERMAP_PEERS", "")
    if not python:
        return 0.0, "no ASReview (TIDIERMAP_PEERS)"
    given = {"texts": [r.text for r in pool], "labels": [int(r.relevant) for r in pool], "seeds": list(SEEDS)}
    command = [python, str(ROOT / "benchmarks" / "review_peers.py")]
    with TemporaryDirectory() as scratch:  # where it leaves a cache of its own
        told_of = json.dumps(given)
        done = subprocess.run(command, input=told_of, capture_output=True, text=True, check=True, cwd=scratch)
    told = json.loads(done.stdout.splitlines()[-1])
    return float(np.mean([wss(np.array(order), relevant) for order in told["orders"]])), told["model"]


def drafted_pages(shared: Path) -> Iterator[tuple[str, Services, DraftedPage]]:
    """The site and the labelled services of every labelled page, and what models that never saw the site drafted."""
    lab = Lab(shared)
    for site, stages in stages_by_site(lab, shared):
        for gold in lab.golds:
            if gold.site == site and not gold.label.get("names_only"):
                yield (
                    site_of(site),
                    gold.label["services"],
                    draft_page(gold.page, profile=lab.profiles[site], stages=stages),
                )


def records(pages: Iterable[tuple[str, Services, DraftedPage]], match: Match) -> Iterator[Record]:
    """A record for each candidate; for a page without one, one of the page, relevant where a service was missed."""
    for site, services, drafted in pages:
        text = drafted.reading.page.text
        given = [{"name": candidate.name, "candidate": candidate} for candidate in drafted.candidates]
        for labelled, one in match(services, given):
            if one is not None:
                relevant = bool(labelled) and labelled.get("wide") == "include"
                yield _of_candidate(one["candidate"], site, drafted, relevant=relevant)
        if not given:
            relevant = any(service.get("wide") == "include" for service in services)
            words = f"{drafted.reading.page.title} {text[:MOST_TEXT]}"
            yield Record(
                text=words,
                site=site,
                traits=(),
                proposed={},
                away=False,
                chance=0.0,
                score=0.0,
                type_known=True,
                relevant=relevant,
                candidate=False,
            )


def _of_candidate(candidate: Candidate, site: str, drafted: DraftedPage, *, relevant: bool) -> Record:
    text, kind, verdict = drafted.reading.page.text, drafted.reading.kind.value, wide_verdict(candidate)
    bounded = min(max(candidate.score, 0.01), 0.99)
    traits = (np.log(bounded / (1 - bounded)), verdict == "include", verdict == "exclude", kind == "service")
    own = " ".join(text[start:end] for start, end in candidate.spans)
    return Record(
        text=f"{candidate.name} {own}",
        site=site,
        traits=(*map(float, traits), float(kind == "listing")),
        proposed=traits_of(candidate, kind=kind, host=site),
        away=candidate.scope.value in AWAY,
        chance=0.0,
        score=candidate.score,
        type_known=bool(first_code(candidate, "type")),
        relevant=relevant,
        candidate=True,
    )
