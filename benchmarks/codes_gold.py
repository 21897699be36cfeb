"""Coding measured through the whole pipeline on labelled pages, each site by models that never saw it."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import codes_queue
from benchmarks.codes_loso import train_folds
from benchmarks.codes_queue import Queued
from benchmarks.extract_loso import Lab
from benchmarks.figures import Figure
from benchmarks.gold_drafts import FETCHED, site_of
from benchmarks.reliability import bins, draw
from classify.coding import code_service
from extract.reading import read_page
from flows.discovery.drafting import DraftedPage, draft_page
from flows.predictions import predicted_service, write_lines
from flows.settings import Stages
from register.codes.codebook import read_codebook
from register.codes.structure import read_structure
from register.codes.study import read_study
from register.codes.vocabulary import NETS, SCHEMES

ROOT = Path(__file__).resolve().parent.parent
DATA, PICTURE = ROOT / "data", ROOT / "docs" / "calibration.svg"
LEAST = {
    "code.type.f1": 0.75,
    "code.factor.f1": 0.68,
    "code.population.f1": 0.80,
    **{f"code.{scheme}.p": 0.85 for scheme in SCHEMES},
    **{f"code_all.{scheme}.r": 0.92 for scheme in SCHEMES},
    "primary.type.acc": 0.75,
    "calibration.top_bin_right": 0.90,
    "verdict.wide_include.f1": 0.92,
    "verdict.strict_include.f1": 0.75,
    **{f"verdict.{net}_include.r": 0.97 for net in NETS},
}
MOST = {"calibration.ece": 0.05, "coding.share_of_extraction_time": 0.25}
_ROW = re.compile(r"^(\S+)\s+[\d.]+\s+(95% [\d.]+ to [\d.]+)", re.MULTILINE)


@dataclass(slots=True)
class Spent:
    """Seconds of processor time."""

    extraction: float = 0.0
    coding: float = 0.0


@dataclass(slots=True)
class Run:
    """What a run over the dev pages leaves: predictions in the scorer's form, the queue, the time."""

    predictions: list[dict[str, object]] = field(default_factory=list)
    queue: list[Queued] = field(default_factory=list)
    spent: Spent = field(default_factory=Spent)


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    run = run_pipeline(shared)
    values, intervals = score(run.predictions, shared, scratch)
    told = proposals(run.predictions, shared)
    PICTURE.write_text(draw(told), encoding="utf-8")
    intervals["calibration.ece"] += "".join(f"; {mean:.2f}: {right:.2f} of {n}" for mean, right, n in bins(told))
    values["coding.share_of_extraction_time"] = run.spent.coding / run.spent.extraction
    for name, reach in LEAST.items():
        yield Figure(name=name, value=values[name], reach=reach, note=intervals.get(name, ""))
    for name, reach in MOST.items():
        yield Figure(name=name, value=values[name], reach=reach, bound="most", note=intervals.get(name, ""))
    yield from codes_queue.figures(run.queue)


def proposals(predictions: Iterable[Mapping[str, Any]], shared: Path) -> list[tuple[float, bool]]:
    """The score of each proposed code of the services that were found, and whether the labels have it."""
    lines = (shared / "gold" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    labels = {row["page"]: row for row in map(json.loads, lines) if not row.get("names_only")}
    match, told = scorer(shared).match, []
    for page in predictions:
        services = labels[page["page"]]["services"] if page["page"] in labels else []
        for labelled, predicted in match(services, page["services"]):
            for code in predicted["codes"] if labelled and predicted else ():
                if code["scheme"] in SCHEMES:
                    told.append((float(code["score"]), code["code"] in labelled[f"{code['scheme']}s"]))
    return told


def stages_by_site(lab: Lab, shared: Path) -> Iterator[tuple[str, Stages]]:
    """Each site with the stages of a run whose models never saw it."""
    codebook, study, structure = read_codebook(DATA), read_study(DATA), read_structure(DATA)
    coders = train_folds(shared, codebook)
    for site in lab.sites:
        yield (
            site,
            Stages(
                checklist=lab.checklist,
                codebook=codebook,
                study=study,
                nlp=lab.nlp,
                structure=structure,
                code_model=coders[site_of(site)],
                models=lab.train(site),
            ),
        )


def run_pipeline(shared: Path) -> Run:
    lab, match, run = Lab(shared), scorer(shared).match, Run()
    for site, stages in stages_by_site(lab, shared):
        for gold in lab.golds:
            if gold.site == site and gold.split == "dev":
                drafted = draft_page(gold.page, profile=lab.profiles[site], stages=stages)
                services = [predicted_service(candidate) for candidate in drafted.candidates]
                kind = drafted.reading.kind.value
                run.predictions.append({"page": gold.label["page"], "page_kind": kind, "services": services})
                if not gold.label.get("names_only"):
                    run.queue += _queued(gold.label["services"], drafted, match)
                _time(gold.label["page"], shared, lab.profiles[site], stages, run.spent)
    return run


def _queued(gold: list[dict[str, Any]], drafted: DraftedPage, match: Any) -> Iterator[Queued]:  # noqa: ANN401
    given = [{"name": candidate.name, "candidate": candidate} for candidate in drafted.candidates]
    text = drafted.reading.page.text
    for labelled, one in match(gold, given):
        if one is not None:
            candidate = one["candidate"]
            own = " ".join(text[start:end] for start, end in candidate.spans)
            relevant = bool(labelled) and labelled.get("wide") == "include"
            yield Queued(text=f"{candidate.name} {own}", score=candidate.score, relevant=relevant)


def _time(name: str, shared: Path, profile: Any, stages: Stages, spent: Spent) -> None:  # noqa: ANN401
    body = (shared / "sites" / name).read_bytes()
    started = time.process_time()
    page = read_page(body, url=name, content_type="text/html", locality="", fetched_at=FETCHED)
    reading = stages.read_services(page, profile=profile)
    extracted = time.process_time()
    for draft in reading.drafts:
        code_service(draft, page=page, codebook=stages.codebook, model=stages.code_model, study=stages.study)
    spent.extraction += extracted - started
    spent.coding += time.process_time() - extracted


def score(predictions: list[dict[str, object]], shared: Path, scratch: Path) -> tuple[dict[str, float], dict[str, str]]:
    """The scorer's values by name, and its intervals where it prints them."""
    write_lines(scratch / "pred.jsonl", predictions)
    command = [sys.executable, str(shared / "eval" / "score.py"), "--gold", str(shared / "gold" / "dev.jsonl")]
    command += ["--pages", str(shared / "sites"), "--pred", str(scratch / "pred.jsonl")]
    command += ["--json", str(scratch / "score.json")]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads((scratch / "score.json").read_text(encoding="utf-8")), dict(_ROW.findall(told))


def scorer(shared: Path) -> Any:  # noqa: ANN401 (the scorer is a script without types)
    spec = importlib.util.spec_from_file_location("scorer", shared / "eval" / "score.py")
    if not spec or not spec.loader:
        raise FileNotFoundError(shared / "eval" / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
