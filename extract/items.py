"""Which sentences report which TIDieR item: features of units, and their scores."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from extract.facts.contact import EMAIL, NUMBER, POSTCODE
from extract.facts.patterns import one_pattern, read_patterns
from extract.facts.schedule import DATE, DAY
from extract.itemmodel import ItemModel
from extract.lexicon import lexicon
from extract.linear import Features
from extract.literals import Quick, quick
from extract.placenames import PlaceNames
from extract.providers import is_bare_name
from extract.units import Unit, UnitReader
from register.codes.checklist import Checklist
from register.codes.vocabulary import TIDIER_ITEMS
from register.grounding import visible
from register.models import Passage

MOST_JUDGED: Final = 80  # units of a page that its kind is judged by
HITS: Final = (0.0, 0.35, 0.6, 0.75)  # score of a unit that none, one, two, three cues of an item match
LABELLED: Final = 0.9  # of a unit that answers a label of the item
UNDER_NAME: Final = 0.6  # of a bare name under a service's own, of an item that this speaks of
LINKED: Final = 0.5  # share of a line that is link text, from which on it is a link
CUE_SHARE: Final = 0.35  # weight of the cues beside the model, chosen leave-one-site-out (docs/experiments.md)
ITEMS: Final = tuple(item for item in TIDIER_ITEMS if item != "brief_name")
SILENT: Final = (0.0,) * len(ITEMS)
LONGEST_LABEL: Final = 4  # words
SAID: Final = tuple((item, *(f"{said}.{item}" for said in ("lcue", "ncue", "hcue", "anti"))) for item in ITEMS)
WE: Final = re.compile(r"(?i)\b(?:we|our|us)\b")
YOU: Final = re.compile(r"(?i)\b(?:you|your)\b")
WORD: Final = re.compile(r"[a-z]+(?:['’][a-z]+)?|\d+|£")
CLOCK: Final = re.compile(r"(?i)\b\d{1,2}(?:[:.]\d\d)?\s?[ap]\.?m\b|\b\d{1,2}:\d\d\b|\bnoon\b|\bmidday\b")
PLACED: Final = re.compile(
    r"\b(?:in|at|near|across|around|from|of|to|within) (?:the )?(?!Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr"
    r"|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[A-Z][a-z]+"
)
RUN_BY: Final = re.compile(r"\b(?:by|with|from) (?:the |our |a |an )?(?:[A-Z][\w&’']+ ?){1,5}")
NAMED: Final = re.compile(
    r"^(?:[A-Z][\w&’'-]+ (?:of |and |the |& )?){1,4}[A-Z]?[\w’']* (?:is|are|offers?|provides?|runs?|helps?"
    r"|supports?|works?)\b"
)
ADDRESS: Final = re.compile(
    r"\b\d{1,4}[a-z]?(?: ?[-–] ?\d{1,4}[a-z]?)?,? [A-Z]\w+ (?:\w+ )?"
    r"(?:Road|Rd|Street|St|Lane|Avenue|Ave|Drive|Way|Close|Place|Square|Crescent)\b"
)


@cache
def shapes() -> tuple[tuple[str, Quick], ...]:
    """What a unit may hold that says much of its item, whatever its words."""
    often = "|".join(f"(?:{pattern.pattern})" for _, _, pattern in read_patterns("frequency"))
    patterns = (
        ("postcode", POSTCODE),
        ("phone", NUMBER),
        ("email", EMAIL),
        ("day", DAY),
        ("date", DATE),
        ("price", one_pattern("cost", "price")),
        ("free", one_pattern("cost", "free")),
        ("age", one_pattern("age", "span")),
        ("url", re.compile(r"https?://|www\.")),
        ("clock", CLOCK),
        ("often", re.compile(often, re.IGNORECASE)),
        ("placed", PLACED),
        ("run.by", RUN_BY),
        ("named", NAMED),
        ("address", ADDRESS),
    )
    return tuple((name, quick(pattern)) for name, pattern in patterns)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # compared by identity: a key of caches
class Cues:
    """The checklist's patterns of one item, compiled."""

    item: str
    cues: tuple[tuple[str, Quick], ...]  # each with the name of its feature
    anti: tuple[Quick, ...]
    headings: tuple[re.Pattern[str], ...]
    labels: tuple[re.Pattern[str], ...]
    places: PlaceNames | None
    under_name: bool


@lru_cache(maxsize=4)
def compile_cues(checklist: Checklist) -> tuple[Cues, ...]:
    def patterns(texts: Sequence[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(text, re.IGNORECASE) for text in texts)

    return tuple(
        Cues(
            item=item.name,
            cues=tuple((f"cue.{item.name}.{n}", quick(p)) for n, p in enumerate(patterns(item.cues))),
            anti=tuple(quick(p) for p in patterns(item.anti_cues)),
            headings=patterns(item.headings),
            labels=patterns(item.labels),
            places=PlaceNames.of(checklist.place_names) if item.places else None,
            under_name=item.under_name,
        )
        for item in checklist.items
        if item.name in ITEMS
    )


def unit_features(units: Sequence[Unit], *, way: str, checklist: Checklist) -> list[Features]:
    """Features of each unit of one service, with those of its neighbours. `way` is how the service was cut out."""
    cues = compile_cues(checklist)
    own = [_own(unit, cues) for unit in units]
    told = [[name for name in row if name.startswith(("cue.", "shape."))] for row in own]
    first = next((unit for unit in units if not unit.shared), None)
    rows: list[Features] = []
    for n, unit in enumerate(units):
        row = dict(own[n])
        row |= _place(unit, n, len(units), way)
        if unit is first and _is_bare(unit):
            row |= {f"ncue.{cue.item}": 1.0 for cue in cues if cue.under_name}
        for side, m in (("prev", n - 1), ("next", n + 1)):
            if 0 <= m < len(units):
                weight = 0.3 if units[m].passage is unit.passage else 0.15
                row.update((f"{side}.{name}", weight) for name in told[m])
        rows.append(row)
    return rows


def _is_bare(unit: Unit) -> bool:
    """A bare name that is no heading and no tag: tags are links, or say again what stands above."""
    above = {heading.lower() for heading in unit.passage.heading_path}
    linked = unit.passage.linked > LINKED
    return not unit.passage.level and not linked and is_bare_name(unit.text) and unit.text.lower() not in above


def _own(unit: Unit, cues: tuple[Cues, ...]) -> dict[str, float]:
    heading = unit.passage.heading_path[-1] if unit.passage.heading_path else ""
    return {**_said(visible(unit.text), cues), **_context(heading, unit.passage.label, cues)}


@lru_cache(maxsize=4096)
def _said(text: str, cues: tuple[Cues, ...]) -> Features:
    """Features of the words alone; a lead-in is read with each entry of its listing."""
    lowered = text.lower()
    words = [("#" * min(len(w), 4)) if w.isdigit() else w for w in WORD.findall(lowered)]
    row: dict[str, float] = {}
    weight = 1.0 / max(1.0, len(words)) ** 0.5
    for word in words:
        row[f"w={word}"] = row.get(f"w={word}", 0.0) + weight
    for pair in pairwise(words):
        row[f"b={pair[0]} {pair[1]}"] = weight
    if words:
        row[f"first={words[0]}"] = 0.4
    for cue in cues:
        for name, pattern in cue.cues:
            if pattern.search(text, lowered):
                row[name] = 0.7
        for pattern in cue.anti:
            if pattern.search(text, lowered):
                row[f"anti.{cue.item}"] = 1.0
        if cue.places and (named := cue.places.count(text)):
            row |= {f"cue.{cue.item}.place": 0.7, "shape.place": 0.7}
            row |= {"shape.places": 0.7} if named > 1 else {}
    for name, pattern in shapes():
        if pattern.search(text, lowered):
            row[f"shape.{name}"] = 0.7
    if _is_label(text, words, row):
        row["label.alone"] = 1.0
    return row


def _is_label(text: str, words: Sequence[str], row: Features) -> bool:
    """A field's label without its value ("Main phone number"): an aspect without a number or a time."""
    if len(words) > LONGEST_LABEL or any("#" in word for word in words):
        return False
    timed = any(name.startswith("cue.when_how_much") for name in row)
    return not timed and lexicon().aspect.fullmatch(text.rstrip(" :.?!")) is not None


@lru_cache(maxsize=4096)
def _context(heading: str, label: str, cues: tuple[Cues, ...]) -> dict[str, float]:
    """Features of the heading above a unit and of the label that it answers; the same for all units below them."""
    row: dict[str, float] = {f"h={word}": 0.4 for word in WORD.findall(heading.lower())[:8]}
    row |= {f"l={word}": 0.6 for word in WORD.findall(label.lower())[:4]}
    for cue in cues:
        if heading and any(p.search(heading) for p in cue.headings):
            row[f"hcue.{cue.item}"] = 1.0
        if label and any(p.search(label) for p in cue.labels):
            row[f"lcue.{cue.item}"] = 1.0
    if heading and lexicon().aspect.fullmatch(heading.rstrip(":.?! ")):
        row["under.aspect"] = 0.5
    return row


def _place(unit: Unit, n: int, total: int, way: str) -> dict[str, float]:
    passage, words = unit.passage, len(unit.text.split())
    row = {
        f"kind.{passage.kind.value}": 0.5,
        f"way.{way}": 0.3,
        f"words.{'1' if words < 3 else '2' if words < 6 else '3' if words < 12 else '4' if words < 25 else '5'}": 0.6,
        "place.first": 0.5 * (n == 0),
        "place.early": 0.5 * (n < 3),
        "place.rest": 0.5 * n / max(1, total),
        "total": min(1.0, total / 30),
        "heading": 1.0 * (passage.level > 0),
        "linked": passage.linked,
        "strong": 0.5 * passage.strong,
        "shared": 1.0 * unit.shared,
        "title": 0.5 * (sum(w[:1].isupper() for w in unit.text.split()) / max(1, words) > 0.6),
        "stop": 0.5 * unit.text.rstrip().endswith((".", "!")),
        "ask": 1.0 * unit.text.rstrip().endswith("?"),
        "comma": 0.3 * min(1.0, unit.text.count(",") / 3),
        "we": 0.5 * bool(WE.search(unit.text)),
        "you": 0.5 * bool(YOU.search(unit.text)),
    }
    return {name: value for name, value in row.items() if value}


def cue_scores(row: Features) -> tuple[float, ...]:
    """What the cues alone say of a unit with these features: a score for each of ITEMS, none for a label alone."""
    if "label.alone" in row:
        return SILENT
    hits = Counter([name.split(".")[1] for name in row if name.startswith("cue.")])
    titled = 0.3 if "heading" in row else 0.0
    scores = []
    for item, answered, named, under, against in SAID:
        told = HITS[min(3, hits[item])] - titled
        told += (0.25 if under in row else 0.0) - (0.5 if against in row else 0.0)
        if answered in row:
            told = max(told, LABELLED)
        elif named in row:
            told = max(told, UNDER_NAME)
        scores.append(min(0.95, max(0.02, told)))
    return tuple(scores)


def item_scores(
    units: Sequence[Unit], *, way: str, checklist: Checklist, model: ItemModel | None
) -> list[tuple[float, ...]]:
    """For each unit its score for each of ITEMS: by the model and the cues, or by the cues where there is none."""
    rows = unit_features(units, way=way, checklist=checklist)
    cued = [cue_scores(row) for row in rows]
    if model is None or not rows:
        return cued
    order = [model.linear.labels.index(item) for item in ITEMS]
    return [tuple(map(float, row)) for row in blend(model.linear.scores_of(rows)[:, order], cued)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemReader:
    """What the items of one page are read with: its units, the checklist, the model if there is one."""

    units: UnitReader
    checklist: Checklist
    model: ItemModel | None

    def scores(self, units: Sequence[Unit], *, way: str) -> list[tuple[float, ...]]:
        return item_scores(units, way=way, checklist=self.checklist, model=self.model)

    def page_scores(self, passages: Sequence[Passage]) -> list[tuple[float, ...]]:
        """The scores of the first units of a page, taken as one service: what its kind is judged by."""
        return self.scores(first_units(self.units, passages), way="service")


def first_units(units: UnitReader, passages: Sequence[Passage]) -> tuple[Unit, ...]:
    return tuple(islice((unit for passage in passages for unit in units.read((passage,))), MOST_JUDGED))


def blend(learned: NDArray[np.float64], cued: Sequence[tuple[float, ...]]) -> NDArray[np.float64]:
    """The scores of the model and of the cues as one. A few hundred labelled services teach a model the manner of
    their sites too; the cues know no site, and where they say nothing at all nothing is reported."""
    told = np.array(cued)
    return ((1 - CUE_SHARE) * learned + CUE_SHARE * told) * told.any(axis=1, keepdims=True)
