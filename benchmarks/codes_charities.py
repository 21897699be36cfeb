"""Coding of hand-tagged charities, five folds by organisation, beside UK-CAT's own expressions on the same rows."""

from __future__ import annotations

import csv
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.codes_training import read_charities
from benchmarks.figures import Figure
from classify.training import Sample, fit, prepare
from register.codes.codebook import Codebook, read_codebook

DATA = Path(__file__).parent.parent / "data"
CODES = 20  # the most frequent of the mapped ones
FOLDS = 5
REACH = 0.70

Row = Mapping[str, str]


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    rows = read_rows(shared)
    codes = frequent_codes(rows)
    peer = {row["org_id"]: found for row, found in zip(rows, by_expressions(rows, shared, codes), strict=True)}
    ours = by_model(shared, codes)
    right = {row["org_id"]: frozenset(row["codes"].split(";")) & codes for row in rows}
    each = ", ".join(f"{code} {f1(code, ours, right):.2f} ({f1(code, peer, right):.2f})" for code in sorted(codes))
    yield Figure(
        name="ukcat.macro_f1",
        value=macro_f1(ours, right, codes),
        reach=REACH,
        note=f"{len(codes)} codes, {len(ours)} charities, {FOLDS} folds by organisation; each (expressions): {each}",
    )
    best = macro_f1(peer, right, codes)
    yield Figure(
        name="ukcat.above_its_own_expressions",
        value=macro_f1(ours, right, codes) - best,
        reach=0.0,
        note=f"UK-CAT's published expressions on the same rows: {best:.3f}",
    )


def read_rows(shared: Path) -> list[dict[str, str]]:
    with (shared / "ukcat" / "dev.csv").open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["activities"].strip() or row["objects"].strip()]


def frequent_codes(rows: Sequence[Row]) -> frozenset[str]:
    counts = Counter(code for row in rows for code in row["codes"].split(";") if code)
    return frozenset(code for code, _ in counts.most_common(CODES))


def by_expressions(rows: Sequence[Row], shared: Path, codes: frozenset[str]) -> list[frozenset[str]]:
    """What UK-CAT's expressions say: a code where one of the tags that always go with it matches.

    They read name and activities, as UK-CAT does; with the objects too they are worse.
    """
    with (shared / "ukcat" / "ukcat.csv").open(encoding="utf-8", newline="") as lines:
        expressions = {
            tag["Code"]: (tag["Regular expression"], tag["Exclude regular expression"]) for tag in csv.DictReader(lines)
        }
    tags = _tags_of(rows, codes)
    found = []
    for row in rows:
        text = " ".join((row["name"], row["activities"]))
        found.append(frozenset(c for c in codes if any(_matches(expressions.get(t), text) for t in tags[c])))
    return found


def _tags_of(rows: Sequence[Row], codes: frozenset[str]) -> dict[str, set[str]]:
    together: Counter[tuple[str, str]] = Counter()
    alone: Counter[str] = Counter()
    for row in rows:
        for tag in filter(None, row["ukcat"].split(";")):
            alone[tag] += 1
            together.update((tag, code) for code in row["codes"].split(";"))
    tags: dict[str, set[str]] = defaultdict(set)
    for (tag, code), count in together.items():
        if code in codes and count == alone[tag]:
            tags[code].add(tag)
    return tags


def _matches(expression: tuple[str, str] | None, text: str) -> bool:
    if not expression or not expression[0].strip():
        return False
    include, exclude = expression
    if exclude.strip() and re.search(exclude, text, re.IGNORECASE):
        return False
    return re.search(include, text, re.IGNORECASE) is not None


def by_model(shared: Path, codes: frozenset[str]) -> dict[str, frozenset[str]]:
    """Our cues and model, trained on the other folds; its cuts are chosen there too."""
    whole = read_codebook(DATA)
    codebook = Codebook(codes=tuple(c for c in whole.codes if f"{c.scheme}:{c.code}" in codes), signals=whole.signals)
    samples = prepare(read_charities(shared, objects=False), codebook=codebook)
    shown: dict[str, frozenset[str]] = {}
    for held_back in range(FOLDS):
        taught = [_in_fold(s) for s in samples if fold(s.site) != held_back]
        model = fit(taught, codebook=codebook)
        for sample in samples:
            if fold(sample.site) == held_back:
                scores = model.scores(sample.features)
                shown[sample.site] = frozenset(key for key, score in scores.items() if score >= model.cut(key))
    return shown


def fold(organisation: str) -> int:
    return zlib.crc32(organisation.encode()) % FOLDS


def _in_fold(sample: Sample) -> Sample:
    """The sample with its fold as its site: what is left out together when the second layer is fitted."""
    return replace(sample, site=str(fold(sample.site)), known=None)


def macro_f1(given: Mapping[str, frozenset[str]], right: Mapping[str, frozenset[str]], codes: frozenset[str]) -> float:
    return sum(f1(code, given, right) for code in codes) / len(codes)


def f1(code: str, given: Mapping[str, frozenset[str]], right: Mapping[str, frozenset[str]]) -> float:
    found = sum(code in given[one] and code in right[one] for one in right)
    return 2 * found / max(1, sum(code in given[one] for one in right) + sum(code in right[one] for one in right))
