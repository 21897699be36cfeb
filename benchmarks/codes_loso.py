"""Scores coding on labelled services with each site left out in turn, on dev pages alone.

    python -m benchmarks.codes_loso --shared ../shared [--rules | --no-charities]

Drafts are made from the labels, so that coding is measured apart from extraction: a draft's text is its quoted
sentences, then, in a second table, all text from its first quote to its last. --rules leaves the model out.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.codes_training import as_training, read_charities, read_invented, read_services
from benchmarks.gold_drafts import Labelled, read_labelled
from classify.codes import propose_codes
from classify.eligibility import judge_eligibility
from classify.model import CodeModel
from classify.training import Folds, prepare
from register.codes.codebook import Codebook, read_codebook
from register.codes.study import read_study
from register.codes.verdicts import Eligibility
from register.codes.vocabulary import NETS, SCHEMES, Inclusion
from register.models import ProposedCode

DATA = Path(__file__).parent.parent / "data"
STUDY = read_study(DATA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    service: Labelled
    codes: tuple[ProposedCode, ...]
    eligibility: tuple[Eligibility, ...]


def train_folds(shared: Path, codebook: Codebook, *, charities: bool = True) -> dict[str, CodeModel]:
    """For each site a model that never saw it."""
    samples = prepare(as_training(read_services(shared)), codebook=codebook)
    invented = prepare(read_invented(DATA, codebook=codebook), codebook=codebook)
    weak = prepare(read_charities(shared), codebook=codebook) if charities else []
    folds = Folds(samples, weak, invented, codebook=codebook)
    return {site: folds.fit(without=site) for site in sorted({sample.site for sample in samples})}


def code(service: Labelled, codebook: Codebook, model: CodeModel | None) -> Coded:
    codes = propose_codes(service.draft, page=service.page, codebook=codebook, model=model)
    eligibility = judge_eligibility(service.draft, codes, page=service.page, codebook=codebook, study=STUDY)
    return Coded(service=service, codes=codes, eligibility=eligibility)


def print_table(coded: list[Coded]) -> None:
    print(f"{'':12} {'P':>6} {'R':>6} {'F1':>6} {'recall of all':>14} {'primary':>8}")
    for scheme in SCHEMES:
        print(f"{scheme:12}" + "".join(f" {value:6.3f}" for value in scheme_figures(scheme, coded)))
    for net in NETS:
        precision, recall, f1 = net_figures(net, coded)
        print(f"{net:12} {precision:6.3f} {recall:6.3f} {f1:6.3f}")
    ece, top, n = calibration([(c.score, c.code in dict(_gold(one))[c.scheme]) for one in coded for c in one.codes])
    print(f"calibration: ECE {ece:.3f}; {top:.3f} of the {n} with a score of .9 or more are right")


def _gold(coded: Coded) -> list[tuple[str, tuple[str, ...]]]:
    return list(coded.service.codes.items())


def scheme_figures(scheme: str, coded: list[Coded]) -> tuple[float, float, float, float, float]:
    tally: Counter[str] = Counter()
    for one in coded:
        gold = one.service.codes[scheme]
        proposed = [c for c in one.codes if c.scheme == scheme]
        shown = {c.code for c in proposed if c.shown}
        tally["right"] += len(shown & set(gold))
        tally["shown"] += len(shown)
        tally["gold"] += len(gold)
        tally["kept"] += len({c.code for c in proposed} & set(gold))
        if gold:
            tally["first"] += bool(proposed) and max(proposed, key=lambda c: c.score).code == gold[0]
            tally["services"] += 1
    precision, recall, f1 = _prf(tally["right"], tally["shown"], tally["gold"])
    return precision, recall, f1, tally["kept"] / tally["gold"], tally["first"] / tally["services"]


def net_figures(net: str, coded: list[Coded]) -> tuple[float, float, float]:
    """Include as a prediction is include or unclear, for both go to a person; gold that is unclear is left out."""
    right = shown = gold = 0
    for one in coded:
        label = one.service.verdicts[net]
        if label not in ("include", "exclude"):
            continue
        given = next(e.verdict for e in one.eligibility if e.net == net) is not Inclusion.EXCLUDE
        right += given and label == "include"
        shown += given
        gold += label == "include"
    return _prf(right, shown, gold)


def _prf(right: int, shown: int, gold: int) -> tuple[float, float, float]:
    precision, recall = right / max(1, shown), right / max(1, gold)
    return precision, recall, 2 * right / max(1, shown + gold)


def calibration(scores: list[tuple[float, bool]]) -> tuple[float, float, int]:
    """Expected calibration error over ten bins, the share right from .9 up, and how many those are."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for score, right in scores:
        bins.setdefault(min(9, int(score * 10)), []).append((score, right))
    gaps = [abs(sum(s for s, _ in b) - sum(r for _, r in b)) for b in bins.values()]
    top = [right for score, right in scores if score >= 0.9]
    return sum(gaps) / max(1, len(scores)), sum(top) / max(1, len(top)), len(top)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--shared", type=Path, required=True)
    asked.add_argument("--rules", action="store_true", help="the cues alone, no model")
    asked.add_argument("--no-charities", action="store_true", help="no outside layer of UK-CAT's charities")
    given = asked.parse_args()
    codebook = read_codebook(DATA)
    started = time.perf_counter()
    models = {} if given.rules else train_folds(given.shared, codebook, charities=not given.no_charities)
    print(f"{len(models)} models trained in {time.perf_counter() - started:.0f} s")
    for block, drafts in ((False, "quoted sentences"), (True, "whole blocks")):
        services = read_labelled(given.shared, "dev", block=block)
        started = time.perf_counter()
        coded = [code(service, codebook, models.get(service.site)) for service in services]
        speed = len(services) / (time.perf_counter() - started)
        pages = len({service.page_id for service in services})
        print(f"\n{drafts}: {len(services)} services of {pages} dev pages, {speed:.0f} services/s")
        print_table(coded)


if __name__ == "__main__":
    main()
