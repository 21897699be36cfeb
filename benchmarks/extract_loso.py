"""Extraction measured leave-one-site-out: each page of dev.jsonl by models that never saw its site.

    python benchmarks/extract_loso.py --shared DIR --out pred.jsonl [--save extract/models]

Prints the table of DIR/eval/score.py. `--save` also trains on all labelled pages and writes the models that ship.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.extract_gold import KIND_LABELS, Gold, Labelled, kind_truth, labelled_units, read_gold, read_own, report  # noqa: E402
from extract.items import ITEMS  # noqa: E402
from extract.kinds import kind_features  # noqa: E402
from extract.linear import LinearModel  # noqa: E402
from extract.models import Models  # noqa: E402
from extract.nlp import load_nlp  # noqa: E402
from extract.services import extract_page  # noqa: E402
from extract.training import fit  # noqa: E402
from register.checklist import read_checklist  # noqa: E402
from register.models import PageReading, SiteProfile  # noqa: E402
from register.vocabulary import FACT_BY_NAME, TIDIER_ITEMS, Status  # noqa: E402

C_CUTS, C_KINDS, C_ITEMS = 2.0, 0.5, 4.0


class Lab:
    """The labelled pages and what is trained from them, with one site left out at a time."""

    def __init__(self, shared: Path) -> None:
        self.checklist = read_checklist(ROOT / "data")
        self.nlp = load_nlp()
        self.profiles: dict[str, SiteProfile] = {}
        self.golds = read_gold(shared, self.profiles)
        self.golds += read_own(ROOT / "tests" / "pages")
        self.sites = sorted(self.profiles)
        self.units = [u for g in self.golds for u in labelled_units(g, nlp=self.nlp, checklist=self.checklist)]

    def train(self, without: str, *, cuts_of_items: np.ndarray | None = None) -> Models:
        golds = [g for g in self.golds if g.site != without]
        cuts = self.train_cuts(golds)
        return Models(
            kinds=self._train_kinds(golds),
            cuts=cuts,
            items=self._train_items([u for u in self.units if u.site != without], cuts_of_items),
        )

    def train_cuts(self, golds: Sequence[Gold]) -> LinearModel:
        rows = [row for g in golds for row in g.cut_rows]
        truth = np.array([[good] for g in golds for good in g.cut_truth])
        return fit(rows, ["cut"], truth, strength=C_CUTS, balanced=True)

    def _train_kinds(self, golds: Sequence[Gold]) -> LinearModel:
        """Kinds see the best cut's score as it is for an unseen site: from models without the page's own site."""
        rows = []
        folds = {g.site: _fold(g.site) for g in golds}
        inner = {fold: self.train_cuts([g for g in golds if folds[g.site] != fold]) for fold in set(folds.values())}
        for g in golds:
            best = max((float(inner[folds[g.site]].scores(row)[0]) for row in g.cut_rows), default=0.0)
            rows.append(kind_features(g.page, g.content, best_cut=best))
        return fit(rows, KIND_LABELS, kind_truth(golds), strength=C_KINDS)

    def _train_items(self, units: Sequence[Labelled], cuts: np.ndarray | None) -> LinearModel:
        rows = [row for u in units for row in u.rows]
        truth = np.concatenate([u.truth for u in units])
        model = fit(rows, ITEMS, truth, strength=C_ITEMS)
        if cuts is None:
            return model
        return LinearModel(labels=model.labels, weights=model.weights, bias=model.bias, cuts=cuts.astype(np.float32))

    def unit_scores(self) -> list[np.ndarray]:
        """Scores of all units, each by a model without its site."""
        by_site = {s: self._train_items([u for u in self.units if u.site != s], None) for s in self.sites}
        return [
            np.array([by_site[u.site].scores(row) for row in u.rows]).reshape(len(u.rows), len(ITEMS))
            for u in self.units
        ]


def _fold(site: str) -> str:
    """Real sites are folds of their own; the recorded pages share five."""
    return site if not site.startswith("own.") else f"own.{sum(site.encode()) % 5}"


def tune(units: Sequence[Labelled], scores: Sequence[np.ndarray], *, without: str) -> np.ndarray:
    """For each item the cut that is best for items found and words quoted together, over the other sites."""
    cuts = np.full(len(ITEMS), 0.5)
    for n in range(len(ITEMS)):
        best = -1.0
        for cut in np.arange(0.1, 0.75, 0.05):
            value = _quality(units, scores, n, float(cut), without)
            if value > best + 1e-9:
                best, cuts[n] = value, cut
    return cuts


def _quality(units: Sequence[Labelled], scores: Sequence[np.ndarray], n: int, cut: float, without: str) -> float:
    found = np.zeros(3)  # right, proposed, wanted: services
    quoted = np.zeros(3)  # the same in words
    for u, s in zip(units, scores, strict=True):
        if u.site == without or not len(s):
            continue
        order = np.argsort(-s[:, n])[:4]
        picked = [k for k in order if s[k, n] >= cut]
        size = np.array([len(unit.text.split()) for unit in u.units])
        want = u.truth[:, n]
        found += [bool(picked) and want.any(), bool(picked), want.any()]
        quoted += [size[[k for k in picked if want[k]]].sum(), size[picked].sum(), size[want].sum()]
    f1 = [2 * a / max(1.0, b + c) for a, b, c in (found, quoted)]
    return f1[0] + f1[1]


def to_prediction(name: str, reading: PageReading) -> dict[str, Any]:
    """One line in the form that score.py documents, without codes and verdicts."""
    services = []
    for draft in reading.drafts:
        tidier = {
            item: {
                "status": "reported",
                "evidence": [{"quote": e.quote} for e in draft.field(f"tidier.{item}").evidence],
            }
            for item in TIDIER_ITEMS
            if draft.field(f"tidier.{item}").status is Status.REPORTED
        }
        facts = {
            fact: draft.field(f"fact.{fact}").value
            for fact in FACT_BY_NAME
            if draft.field(f"fact.{fact}").status is Status.REPORTED
        }
        services.append({"name": draft.name, "tidier": tidier, "facts": facts, "codes": []})
    return {"page": name, "page_kind": reading.kind.value, "services": services}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--save", type=Path, help="also train on all labelled pages and write the models here")
    parser.add_argument("--split", default="dev", choices=("dev", "train"), help="whose pages to predict")
    parser.add_argument("--floor", action="append", default=[])
    args = parser.parse_args()
    lab = Lab(args.shared)
    report(f"{len(lab.golds)} pages, {len(lab.units)} services with units")
    scores = lab.unit_scores()
    lines = []
    for site in lab.sites:
        models = lab.train(site, cuts_of_items=tune(lab.units, scores, without=site))
        for g in lab.golds:
            if g.site == site and g.split == args.split:
                reading = extract_page(
                    g.page, profile=lab.profiles[site], checklist=lab.checklist, nlp=lab.nlp, models=models
                )
                lines.append(json.dumps(to_prediction(g.label["page"], reading), ensure_ascii=False))
    args.out.write_text("\n".join(lines) + "\n")
    if args.save:
        models = lab.train("", cuts_of_items=tune(lab.units, scores, without=""))
        for name, model in (("kinds", models.kinds), ("cuts", models.cuts), ("items", models.items)):
            if model is not None:
                (args.save / f"{name}.npz").write_bytes(model.dump())
    command = [
        sys.executable,
        str(args.shared / "eval" / "score.py"),
        "--gold",
        str(args.shared / "gold" / f"{args.split}.jsonl"),
    ]
    command += ["--pages", str(args.shared / "sites"), "--pred", str(args.out)]
    command += [part for floor in args.floor for part in ("--floor", floor)]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
