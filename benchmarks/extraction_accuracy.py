"""Accuracy on dev.jsonl, each page by models that saw nothing of its site, with intervals from resampled pages."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.extract_gold import Gold
from benchmarks.extract_loso import Lab, to_prediction
from benchmarks.figures import Figure
from extract.items import ITEMS
from register.codes.vocabulary import Status
from register.models import PageReading

REACH = {
    "grounded.acc": 1.0,
    "page.has_service.f1": 0.93,
    "page.kind.acc": 0.85,
    "service.f1": 0.88,
    "item.f1": 0.80,
    **{
        f"item.{item}.f1": 0.75
        for item in ("brief_name", "why", "what_procedures", "who_provided", "where", "when_how_much")
    },
    "span.f1": 0.68,
    "fact.f1": 0.85,
    **{f"fact.{fact}.f1": 0.90 for fact in ("postcodes", "phones", "emails", "weekdays", "times")},
}
LINE = re.compile(r"^(?P<name>\S+) +(?P<value>[\d.]+)   95% (?P<low>[\d.]+) to (?P<high>[\d.]+)$", re.MULTILINE)
BINS = 10


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    lab = Lab(shared)
    readings = list(lab.readings("dev"))
    lines = [json.dumps(to_prediction(gold.label["page"], reading)) for gold, reading in readings]
    (scratch / "pred.jsonl").write_text("\n".join(lines) + "\n")
    scorer = [sys.executable, str(shared / "eval" / "score.py"), "--gold", str(shared / "gold" / "dev.jsonl")]
    where = ["--pages", str(shared / "sites"), "--pred", str(scratch / "pred.jsonl")]
    done = subprocess.run([*scorer, *where], capture_output=True, text=True, check=True)
    found = {match["name"]: match for match in LINE.finditer(done.stdout)}
    for name, reach in REACH.items():
        note = f"95% {found[name]['low']} to {found[name]['high']}"
        yield Figure(name=name, value=float(found[name]["value"]), reach=reach, note=note)
    error, count = calibration_error(readings)
    note = f"expected calibration error of {count} item scores"
    yield Figure(name="item.calibration.ece", value=error, reach=0.1, bound="most", note=note)
    yield from invented_figures(list(lab.invented_readings()))
    yield from unlearned_figures(list(lab.unlearned_readings()))


def invented_figures(readings: Sequence[tuple[Gold, PageReading]]) -> Iterator[Figure]:
    """The pages of other site builders that we invented: what kinds are worth where eleven sites taught nothing."""
    offered = [(bool(gold.names), bool(reading.drafts)) for gold, reading in readings]
    right, told = sum(a and b for a, b in offered), sum(a + b for a, b in offered)
    false = f"{sum(b and not a for a, b in offered)} of {sum(not a for a, _ in offered)} without a service read as one"
    kinds = sum(gold.label["page_kind"] == reading.kind for gold, reading in readings)
    note = f"{len(readings)} pages"
    yield Figure(name="invented.has_service.f1", value=2 * right / told, reach=REACH["page.has_service.f1"], note=false)
    yield Figure(name="invented.kind.acc", value=kinds / len(readings), reach=REACH["page.kind.acc"], note=note)


def unlearned_figures(readings: Sequence[tuple[Gold, PageReading]]) -> Iterator[Figure]:
    """Pages that we invented after layouts that are hard to cut, and that teach nothing: services by their names."""
    pages = [([s["name"] for s in g.label["services"]], [d.name for d in r.drafts]) for g, r in readings]
    right = sum(len({*wanted} & {*got}) for wanted, got in pages)
    told = sum(len(wanted) + len(got) for wanted, got in pages)
    exact = f"all services right on {sum(wanted == got for wanted, got in pages)} of {len(pages)} pages"
    kinds = sum(gold.label["page_kind"] == reading.kind for gold, reading in readings)
    yield Figure(name="unlearned.service.f1", value=2 * right / told, reach=REACH["service.f1"], note=exact)
    yield Figure(name="unlearned.kind.acc", value=kinds / len(readings), reach=REACH["page.kind.acc"])


def calibration_error(readings: Sequence[tuple[Gold, PageReading]]) -> tuple[float, int]:
    """How far the scores of items are from how often labellers found the item, on pages of one service that we read as
    one; with the number of scores."""
    pairs = []
    for gold, reading in readings:
        if len(gold.label["services"]) == len(reading.drafts) == 1:
            told = gold.label["services"][0]["tidier"]
            for item in ITEMS:
                field = reading.drafts[0].field(f"tidier.{item}")
                score = field.score if field.status is Status.REPORTED else 1 - field.score
                pairs.append((score, float(bool(told.get(item)))))
    scores, truth = np.array(pairs).T
    places = np.minimum(BINS - 1, (scores * BINS).astype(int))
    gaps = [abs((scores - truth)[places == place].sum()) for place in range(BINS)]
    return float(sum(gaps) / len(pairs)), len(pairs)
