"""Extraction measured leave-one-site-out: each page of dev.jsonl by models that never saw its site.

    python benchmarks/extract_loso.py --shared DIR --out pred.jsonl [--save extract/models]

Prints the table of DIR/eval/score.py. `--save` also trains on all labelled pages and writes the models that ship.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.sparse import vstack

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.extract_examples import labelled_examples  # noqa: E402 (the checkout comes first)
from benchmarks.extract_gold import (  # noqa: E402
    KIND_LABELS,
    Gold,
    kind_truth,
    labelled_units,
    read_first_units,
    read_gold,
    read_written,
    report,
    words,
)
from benchmarks.item_cuts import Scored, learn_cuts  # noqa: E402
from extract.itemmodel import ItemModel  # noqa: E402
from extract.items import ITEMS  # noqa: E402
from extract.kinds import kind_features  # noqa: E402
from extract.linear import LinearModel  # noqa: E402
from extract.models import Models  # noqa: E402
from extract.nlp import load_nlp  # noqa: E402
from extract.services import extract_page  # noqa: E402
from extract.training import fit  # noqa: E402
from register.codes.checklist import read_checklist  # noqa: E402
from register.codes.vocabulary import FACT_BY_NAME, TIDIER_ITEMS, Status  # noqa: E402
from register.models import PageReading, SiteProfile  # noqa: E402

C_CUTS, C_KINDS, C_ITEMS = 2.0, 0.5, 1.0
EXAMPLE_WEIGHT = 1.0  # of an invented unit beside one of a real page
INVENTED: Final = "invented"
WEIGHTS: Final = {INVENTED: 0.25, "own": 0.15}  # of such a page, where others count 1
PARTS = 5
REPEATED = 0.7  # n units of the same words on one site weigh n ** (1 - REPEATED) units


class Lab:
    """The labelled pages and what is trained from them, with sites left out."""

    def __init__(self, shared: Path) -> None:
        self.checklist = read_checklist(ROOT / "data")
        self.nlp = load_nlp()
        self.profiles: dict[str, SiteProfile] = {}
        self.golds = read_gold(shared, self.profiles, nlp=self.nlp)
        self.golds += read_written(ROOT / "tests" / "pages", split="recorded")
        self.golds += read_written(ROOT / "benchmarks" / "layouts", split="recorded")
        self.golds += read_written(ROOT / "benchmarks" / "pages", split=INVENTED)
        for gold in self.golds:
            read_first_units(gold, nlp=self.nlp, checklist=self.checklist)
        self.sites = sorted(self.profiles)
        self.units = [u for g in self.golds for u in labelled_units(g, nlp=self.nlp, checklist=self.checklist)]
        self.examples = labelled_examples(ROOT / "data", checklist=self.checklist)
        self._taught = [*self.units, *self.examples]
        self._matrix = vstack([u.told.matrix for u in self._taught], format="csr")
        self._held_out: dict[frozenset[str], LinearModel] = {}
        self._cuts: dict[frozenset[str], LinearModel] = {}

    def train(self, without: str) -> Models:
        """Models that saw nothing of the site `without` ("" for none), neither weights nor cuts."""
        golds = [g for g in self.golds if g.site != without]
        cuts = self.train_cuts({without})
        return Models(kinds=self._train_kinds(golds, without), cuts=cuts, items=self.train_items(without))

    def readings(self, split: str) -> Iterator[tuple[Gold, PageReading]]:
        """The labelled pages of `split`, each read with models that saw nothing of its site."""
        for site in self.sites:
            models = self.train(site)
            for gold in self.golds:
                if gold.site == site and gold.split == split:
                    yield gold, self._read(gold, models)

    def invented_readings(self) -> Iterator[tuple[Gold, PageReading]]:
        """The invented pages in parts, each read with models whose kinds learned nothing from its part."""
        cuts, items = self.train_cuts(set()), self.train_items("")
        for part in range(PARTS):
            held = [g for g in self.golds if g.split == INVENTED and _part(g.site) == part]
            kinds = self._train_kinds([g for g in self.golds if g not in held], "")
            models = Models(kinds=kinds, cuts=cuts, items=items)
            yield from ((gold, self._read(gold, models)) for gold in held)

    def unlearned_readings(self) -> Iterator[tuple[Gold, PageReading]]:
        """The pages of `benchmarks/unlearned`, of which no model ever learns, by models that know all others."""
        models = self.train("")
        for gold in read_written(ROOT / "benchmarks" / "unlearned", split="unlearned"):
            yield gold, self._read(gold, models)

    def _read(self, gold: Gold, models: Models) -> PageReading:
        profile = self.profiles.get(gold.site)
        return extract_page(gold.page, profile=profile, checklist=self.checklist, nlp=self.nlp, models=models)

    def train_cuts(self, without: set[str]) -> LinearModel:
        """Of all pages but those of these folds. Invented pages do not teach the cut: with them it finds fewer of their
        own kind (docs/experiments.md)."""
        key = frozenset(without - {"", INVENTED})
        if key not in self._cuts:
            golds = [g for g in self.golds if _fold(g.site) not in {*key, INVENTED}]
            rows = [row for g in golds for row in g.cut_rows]
            truth = np.array([[good] for g in golds for good in g.cut_truth])
            weights = np.array([WEIGHTS.get(g.split, 1.0) for g in golds for _ in g.cut_rows])
            self._cuts[key] = fit(rows, ["cut"], truth, strength=C_CUTS, balanced=True, weights=weights)
        return self._cuts[key]

    def _train_kinds(self, golds: Sequence[Gold], without: str) -> LinearModel:
        """Kinds see the best cut's score, and those of the units, as they are for an unseen site: from models without
        the page's own site."""
        rows = []
        folds = {g.site: _fold(g.site) for g in golds}
        inner = {fold: self.train_cuts({without, fold}) for fold in set(folds.values())}
        for g in golds:
            best = max((float(inner[folds[g.site]].scores(row)[0]) for row in g.cut_rows), default=0.0)
            rows.append(kind_features(g.shown, best_cut=best, said=self._page_scores(g, without)))
        weights = np.array([WEIGHTS.get(g.split, 1.0) for g in golds])
        return fit(rows, KIND_LABELS, kind_truth(golds), strength=C_KINDS, weights=weights)

    def _page_scores(self, gold: Gold, without: str) -> Sequence[Sequence[float]]:
        if gold.first is None:
            return ()
        linear = self._linear({without, gold.site} if gold.site in self.profiles else {without})
        return [tuple(map(float, row)) for row in gold.first.scores(linear)]

    def train_items(self, without: str) -> ItemModel:
        """Cuts and calibration come from scores by models that saw neither `without` nor the scored site."""
        scored = [
            Scored(
                texts=tuple(unit.text for unit in u.units),
                words=np.array([len(words(unit.text)) for unit in u.units]),
                truth=u.truth,
                scores=u.told.scores(self._linear({without, u.site})),
            )
            for u in self.units
            if u.site != without and u.units
        ]
        return learn_cuts(self._linear({without}), scored)

    def _linear(self, without: set[str]) -> LinearModel:
        key = frozenset(without - {""})
        if key not in self._held_out:
            units = [u for u in self._taught if u.site not in key]
            chosen = np.concatenate([np.full(len(u.units), u.site not in key) for u in self._taught])
            repeats = Counter((u.site, unit.text) for u in units for unit in u.units)
            weights = [
                repeats[u.site, unit.text] ** -REPEATED * (EXAMPLE_WEIGHT if u.split == "example" else 1.0)
                for u in units
                for unit in u.units
            ]
            self._held_out[key] = fit(
                self._matrix[np.flatnonzero(chosen)],
                ITEMS,
                np.concatenate([u.truth for u in units]),
                strength=C_ITEMS,
                weights=np.array(weights),
                sites=[u.site for u in units for _ in u.units],
            )
        return self._held_out[key]


def _fold(site: str) -> str:
    """Real sites are folds of their own; recorded pages share five, and no invented one teaches the cut."""
    split, _, page = site.partition(".")
    return INVENTED if split == INVENTED else f"recorded.{_part(page)}" if page else site


def _part(site: str) -> int:
    return sum(site.encode()) % PARTS


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
    lines = [
        json.dumps(to_prediction(gold.label["page"], reading), ensure_ascii=False)
        for gold, reading in lab.readings(args.split)
    ]
    args.out.write_text("\n".join(lines) + "\n")
    if args.save:
        models = lab.train("")
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
