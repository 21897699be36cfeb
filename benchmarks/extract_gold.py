"""Labelled pages as training rows for extraction: which cut is right, which kind, which unit reports which item."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from spacy.language import Language

from benchmarks.own_labels import read_labels
from extract.content import Content, read_content
from extract.cuts import is_bare, judge_features
from extract.items import ITEMS, blend, cue_scores, first_units, unit_features
from extract.kinds import page_features
from extract.linear import Features, LinearModel
from extract.reading import read_page
from extract.segments import Split, find_splits
from extract.services import Segment, cut_entries, segment_units, whole_page
from extract.site import learn_profile
from extract.training import scores_of_matrix, to_matrix
from extract.units import Unit, UnitReader
from register.codes.checklist import Checklist
from register.codes.vocabulary import PageKind
from register.models import Page, SiteProfile

FETCHED = datetime(2026, 1, 1, tzinfo=UTC)
KIND_LABELS = (*(kind.value for kind in PageKind), "has_service")


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """The features of units as a matrix, and what the cues say of each: what models of many folds are asked about."""

    matrix: csr_matrix
    cued: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, rows: Sequence[Features]) -> Told:
        return cls(to_matrix(rows), tuple(map(cue_scores, rows)))

    def scores(self, linear: LinearModel) -> NDArray[np.float64]:
        """For each unit the score of each of ITEMS."""
        return blend(scores_of_matrix(linear, self.matrix), self.cued)


@dataclass(slots=True)
class Gold:
    """One labelled page with what was read of it."""

    label: dict[str, Any]
    site: str
    split: str  # dev, train, own, recorded (tests/pages) or invented (benchmarks/pages)
    page: Page
    content: Content
    cuts: tuple[Split, ...]
    cut_rows: list[Features] = field(default_factory=list)
    cut_truth: list[bool] = field(default_factory=list)
    shown: Features = field(default_factory=dict)  # what the page shows of its kind
    first: Told | None = None  # its first units, taken as one service; None where it has none

    @property
    def names(self) -> list[str]:
        return [service["name"] for service in self.label["services"]]


@dataclass(slots=True)
class Labelled:
    """The units of one labelled service, with what is told of them and the items that each reports."""

    site: str
    split: str
    units: tuple[Unit, ...]
    told: Told
    truth: NDArray[np.bool_]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def similar(a: str, b: str) -> float:
    x, y = set(words(a)), set(words(b))
    return len(x & y) / max(1, min(len(x), len(y))) * 0.5 + len(x & y) / max(1, len(x | y)) * 0.5


def read_site(folder: Path) -> SiteProfile:
    pages = (open_page(path, folder.parent) for path in sorted(folder.rglob("*.html")))
    return learn_profile(pages, host=folder.name)


def open_page(path: Path, root: Path) -> Page:
    return read_page(
        path.read_bytes(),
        url=f"https://{path.relative_to(root).parts[0]}.example/{'/'.join(path.relative_to(root).parts[1:])}",
        content_type="text/html",
        locality="",
        fetched_at=FETCHED,
    )


def read_gold(shared: Path, profiles: dict[str, SiteProfile], *, nlp: Language) -> list[Gold]:
    """All labelled pages of dev.jsonl, train.jsonl and our own; fills `profiles` with those of their sites."""
    out = []
    for split, label in read_all_labels(shared, nlp=nlp):
        site = label["page"].split("/")[0]
        if site not in profiles:
            profiles[site] = read_site(shared / "sites" / site)
        page = open_page(shared / "sites" / label["page"], shared / "sites")
        content = read_content(page, profile=profiles[site])
        gold = Gold(
            label=label,
            site=site,
            split=split,
            page=page,
            content=content,
            cuts=tuple(c for c in find_splits(page, content.passages) if not is_bare(page, c)),
        )
        _judge(gold)
        out.append(gold)
    return out


def read_all_labels(shared: Path, *, nlp: Language) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each labelled page with its split: dev, train or own."""
    for split in ("dev", "train"):
        for line in (shared / "gold" / f"{split}.jsonl").read_text().splitlines():
            yield split, json.loads(line)
    yield from (("own", label) for label in read_labels(shared, nlp=nlp))


def read_written(folder: Path, *, split: str) -> list[Gold]:
    """Pages of our own writing, which are labelled with kind and names: each a site of its own."""
    out = []
    for path in sorted(folder.glob("*.html")):
        expected = json.loads(path.with_suffix(".json").read_text())
        label = {
            "page": f"{split}/{path.name}",
            "page_kind": expected["kind"],
            "names_only": True,
            "services": [{"name": service["name"]} for service in expected["services"]],
        }
        page = read_page(
            path.read_bytes(),
            url=f"https://{path.stem}.example/page",
            content_type="text/html",
            locality="",
            fetched_at=FETCHED,
        )
        content = read_content(page, profile=None)
        cuts = tuple(c for c in find_splits(page, content.passages) if not is_bare(page, c))
        gold = Gold(label=label, site=f"{split}.{path.stem}", split=split, page=page, content=content, cuts=cuts)
        _judge(gold)
        out.append(gold)
    return out


def _judge(gold: Gold) -> None:
    """A cut is right where six in ten of its entries are services, and it gives four in ten of them."""
    wanted = gold.names
    for cut in gold.cuts:
        found = [gold.page.text[a:b] for a, b in (e.name for e in cut.entries)]
        right = sum(any(similar(w, n) >= 0.45 for w in wanted) for n in found)
        reached = sum(any(similar(w, n) >= 0.45 for n in found) for w in wanted)
        good = len(wanted) >= 2 and right >= 0.6 * len(found) and reached >= 0.4 * len(wanted)
        gold.cut_rows.append(judge_features(gold.page, gold.content, cut))
        gold.cut_truth.append(good)


def read_first_units(gold: Gold, *, nlp: Language, checklist: Checklist) -> None:
    units = first_units(UnitReader(gold.page, nlp=nlp), gold.content.passages)
    gold.first = Told.of(unit_features(units, way="service", checklist=checklist)) if units else None
    gold.shown = page_features(gold.page, gold.content)


def labelled_units(gold: Gold, *, nlp: Language, checklist: Checklist) -> list[Labelled]:
    """Units of the services that are labelled in full, cut as prediction would cut them."""
    if gold.label.get("names_only") or not gold.content.passages:
        return []
    out, reader = [], UnitReader(gold.page, nlp=nlp)
    for service, segment in _align(gold):
        units = segment_units(segment, reader)
        truth = np.zeros((len(units), len(ITEMS)), dtype=bool)
        for n, item in enumerate(ITEMS):
            quotes = service["tidier"].get(item, [])
            said = {" ".join(words(quote)) for quote in quotes}  # a sentence may stand on the page twice
            spans = [s for quote in quotes if (s := _find(gold.page.text, quote, segment))]
            for k, unit in enumerate(units):
                truth[k, n] = any(_covers(span, unit) for span in spans) or " ".join(words(unit.text)) in said
        told = Told.of(unit_features(units, way=segment.way, checklist=checklist))
        out.append(Labelled(site=gold.site, split=gold.split, units=units, told=told, truth=truth))
    return out


def _align(gold: Gold) -> Iterable[tuple[dict[str, Any], Segment]]:
    services = gold.label["services"]
    if len(services) == 1:
        yield services[0], whole_page(gold.page, gold.content, 1.0)
        return
    right = [c for c, good in zip(gold.cuts, gold.cut_truth, strict=True) if good]
    if not right:
        return
    best = max(
        right,
        key=lambda c: sum(
            any(similar(n, gold.page.text[e.name[0] : e.name[1]]) >= 0.45 for e in c.entries) for n in gold.names
        ),
    )
    for segment in cut_entries(gold.page, gold.content, best, 1.0):
        name = gold.page.text[slice(*segment.name)]
        match = max(services, key=lambda s: similar(s["name"], name))
        if similar(match["name"], name) >= 0.45:
            yield match, segment


def _find(text: str, quote: str, segment: Segment) -> tuple[int, int] | None:
    """Where the quote's words stand, nearest to the segment."""
    tokens = [re.escape(w) for w in words(quote)]
    if not tokens:
        return None
    spots = [m.span() for m in re.finditer(r"\b" + r"\W+".join(tokens) + r"\b", text.lower())]
    inside = [s for s in spots if any(p.start <= s[0] < p.end for p in (*segment.passages, *segment.shared))]
    return (inside or spots or [None])[0]


def _covers(span: tuple[int, int], unit: Unit) -> bool:
    return min(unit.end, span[1]) - max(unit.start, span[0]) > 0.5 * (unit.end - unit.start)


def kind_truth(golds: Sequence[Gold]) -> NDArray[np.bool_]:
    truth = np.zeros((len(golds), len(KIND_LABELS)), dtype=bool)
    for n, gold in enumerate(golds):
        truth[n, KIND_LABELS.index(gold.label["page_kind"])] = True
        truth[n, -1] = bool(gold.label["services"])
    return truth


def report(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
