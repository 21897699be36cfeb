"""What decisions teach: learning from simulated reviewers, on services and sites that it never saw.

    python -m benchmarks.retrain --shared ../shared

The base model knows the labelled services of two sites and UK-CAT's charities. A reviewer decides on services of the
other sites as their labels say; each other site in turn is the unseen one. Then the same with charities, each a site of
its own, whose tags are another team's reading of the codes; with decisions by lot, and with those of other services.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.codes_loso import DATA
from benchmarks.codes_training import as_training, read_charities
from benchmarks.gold_drafts import read_labelled
from classify.codes import shown_codes
from classify.learning import DecidedService, answers_of, lay_out, learn
from classify.model import CodeModel
from classify.promotion import Comparison, compare
from classify.similar import WordIndex
from classify.training import Sample, fit, prepare
from register.codes.codebook import read_codebook
from register.codes.vocabulary import SCHEMES
from register.models import DecisionVerdict

SPLITS = ("train", "dev")
BASE = ("wakefield-stgeorges", "rochdale-vintageworx")  # mid-sized, and of two kinds
FEWEST = 5  # labelled services of a site that is measured on
SIZES, CHARITY_SIZES = (50, 100, 200), (100, 400)
RECORDS, LOOKS = 10_000, 200

Reading = Callable[[Sample], frozenset[str]]


class Tally(NamedTuple):
    right: int = 0
    shown: int = 0
    gold: int = 0

    def plus(self, shown: frozenset[str], gold: frozenset[str]) -> Tally:
        return Tally(self.right + len(shown & gold), self.shown + len(shown), self.gold + len(gold))

    def __str__(self) -> str:
        precision, f1 = self.right / max(1, self.shown), 2 * self.right / max(1, self.shown + self.gold)
        return f"precision {precision:.3f} F1 {f1:.3f}"


def decide(sample: Sample, model: CodeModel, codes: frozenset[str]) -> DecidedService:
    """What a reviewer who reads `codes` in a service decides, scheme by scheme, on what the model shows."""
    seen = shown_codes(model.scores(sample.features), model)
    answers: dict[str, bool] = {}
    unseen: frozenset[str] = frozenset()
    for scheme in SCHEMES:
        keys = frozenset(key for key in model.codes if key.startswith(f"{scheme}:"))
        if sample.known is not None:
            keys &= sample.known
        shown, final = seen & keys, codes & keys
        edit = DecisionVerdict.EDIT if final else DecisionVerdict.NOT_STATED
        verdict = DecisionVerdict.APPROVE if shown == final else edit
        told, silent = answers_of(verdict, shown=shown, final=final, scheme=keys)
        answers |= told
        unseen |= silent
    return DecidedService(features=sample.features, answers=answers, site=sample.site, unseen=unseen)


def shown_of(samples: Sequence[Sample], model: CodeModel, scheme: str) -> Tally:
    tally = Tally()
    for sample in samples:
        keys = frozenset(key for key in model.codes if key.startswith(scheme))
        keys = keys & sample.known if sample.known is not None else keys
        tally = tally.plus(shown_codes(model.scores(sample.features), model) & keys, sample.codes & keys)
    return tally


def added(one: Tally, other: Tally) -> Tally:
    return Tally(*(a + b for a, b in zip(one, other, strict=True)))


def drawn(pool: Sequence[Sample], size: int, seed: int) -> list[Sample]:
    order = np.random.default_rng(seed).permutation(len(pool))
    return [pool[n] for n in order[:size]]


def gold(samples: Sequence[Sample], base: CodeModel) -> Iterator[str]:
    """Each unseen site in turn: what it shows before and after so many decisions on the other sites."""
    sites = sorted({s.site for s in samples if s.site not in BASE})
    unseen = [site for site in sites if sum(s.site == site for s in samples) >= FEWEST]
    for size in SIZES:
        before, after = ({scheme: Tally() for scheme in ("", *SCHEMES)} for _ in range(2))
        verdicts, tested = list[Comparison](), 0
        for site in unseen:
            pool = [s for s in samples if s.site not in (*BASE, site)]
            if len(pool) < size:
                continue
            laid = lay_out([decide(s, base, s.codes) for s in drawn(pool, size, seed=size)], prior=base)
            model = learn(laid, prior=base)
            own = [s for s in samples if s.site == site]
            tested += len(own)
            for scheme in before:
                before[scheme] = added(before[scheme], shown_of(own, base, scheme))
                after[scheme] = added(after[scheme], shown_of(own, model, scheme))
            verdicts.append(compare(laid, (), prior=base))
        yield f"{size} decided services, measured on {tested} of {len(verdicts)} unseen sites"
        for scheme in before:
            yield f"  {scheme or 'all':12} {before[scheme]}  ->  {after[scheme]}"
        yield f"  promoted in {sum(v.better for v in verdicts)} of {len(verdicts)}"


def charities(samples: Sequence[Sample], base: CodeModel) -> Iterator[str]:
    """Charities whose tags people gave: a team that reads the codes in another way than the base model learned."""
    mixed = drawn(samples, len(samples), seed=0)
    unseen, pool = mixed[:500], mixed[500:]
    for size in CHARITY_SIZES:
        laid = lay_out([decide(s, base, s.codes) for s in pool[:size]], prior=base)
        model, verdict = learn(laid, prior=base), compare(laid, (), prior=base)
        told = "promoted" if verdict.better else verdict.doubt
        yield f"{size} decided charities, measured on {len(unseen)} others: {told}"
        yield f"  all          {shown_of(unseen, base, '')}  ->  {shown_of(unseen, model, '')}"


def nonsense(samples: Sequence[Sample], base: CodeModel) -> Iterator[str]:
    """How often decisions that say nothing of their services are promoted: by lot, and those of another service."""
    pool = [s for s in samples if s.site not in BASE]
    schemes = [[key for key in base.codes if key.startswith(f"{scheme}:")] for scheme in SCHEMES]
    for name in ("by lot", "of another service"):
        promoted, tries = 0, 5
        for seed in range(tries):
            chosen, lot = drawn(pool, 100, seed), np.random.default_rng(seed)
            if name == "by lot":
                read = [frozenset(str(lot.choice(keys)) for keys in schemes) for _ in chosen]
            else:
                read = [chosen[n].codes for n in lot.permutation(len(chosen))]
            decided = [decide(s, base, codes) for s, codes in zip(chosen, read, strict=True)]
            promoted += compare(lay_out(decided, prior=base), (), prior=base).better
        yield f"100 decisions {name}: promoted in {promoted} of {tries}"


def similar(shared: Path) -> Iterator[str]:
    """How long the records most like a candidate take to find among many."""
    texts = [(one.draft.name, one.page.text) for one in read_charities(shared)]
    index, began = WordIndex(), time.process_time()
    for n in range(RECORDS):
        name, text = texts[n % len(texts)]
        index.put(str(n), name=f"{name} {n}", text=f"{text} {texts[(n * 7) % len(texts)][1]}")
    built = time.process_time() - began
    looks = []
    for name, text in texts[:LOOKS]:
        began = time.process_time()
        index.nearest(name=name, text=text, most=3)
        looks.append(time.process_time() - began)
    looks.sort()
    median, slow = (1000 * looks[int(len(looks) * share)] for share in (0.5, 0.95))
    yield f"similar records among {RECORDS:,}: indexed in {built:.1f} s of processor time"
    yield f"  found in {median:.1f} ms (median), {slow:.1f} ms (95th percentile)"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--shared", type=Path, required=True)
    shared = asked.parse_args().shared
    codebook = read_codebook(DATA)
    # Each service twice, its quoted sentences and the whole block that holds them, as extraction gives it.
    quotes, blocks = (
        prepare(
            as_training([s for split in SPLITS for s in read_labelled(shared, split, block=block)]),
            codebook=codebook,
        )
        for block in (False, True)
    )
    weak = prepare(read_charities(shared), codebook=codebook)
    known = [s for s in (*quotes, *blocks) if s.site in BASE]
    base = fit(known, weak, codebook=codebook)
    for lines in (similar(shared), gold(blocks, base), nonsense(blocks, base)):
        for line in lines:
            print(line, flush=True)
    for line in charities(weak, fit(known, codebook=codebook)):
        print(line, flush=True)


if __name__ == "__main__":
    main()
