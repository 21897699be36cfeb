"""10,000 mutated pages: none crashes, nothing is ungrounded, none takes longer than five seconds."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from spacy.language import Language

from benchmarks.extraction_speed import FETCHED, spread
from benchmarks.figures import Figure
from benchmarks.mutants import extremes, mutate
from extract.nlp import load_nlp
from extract.reading import read_page
from extract.services import extract_page
from register.codes.checklist import Checklist, read_checklist
from register.grounding import ungrounded

ROOT = Path(__file__).resolve().parent.parent
PAGES, CHUNK = 10_000, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordeal:
    """What became of one mutant: seconds, the error it raised, the fields that lie."""

    name: str
    seconds: float
    error: str = ""
    lies: tuple[str, ...] = ()


@cache
def _tools() -> tuple[Checklist, Language]:
    return read_checklist(ROOT / "data"), load_nlp()


def try_page(name: str, body: bytes) -> Ordeal:
    checklist, nlp = _tools()
    began = time.process_time()
    error, lies = "", []
    try:
        page = read_page(body, url="https://m.example/", content_type="text/html", locality="", fetched_at=FETCHED)
        reading = extract_page(page, profile=None, checklist=checklist, nlp=nlp)
        for draft in reading.drafts:
            lies += ungrounded(page.text, draft.fields)
    except Exception as raised:  # noqa: BLE001 (any error at all is what is looked for)
        error = f"{type(raised).__name__}: {raised}"[:200]
    return Ordeal(name=name, seconds=time.process_time() - began, error=error, lies=tuple(lies))


def _try_chunk(shared: Path, first: int, last: int) -> list[Ordeal]:
    paths = spread(shared, 500)
    out = []
    for seed in range(first, last):
        dice = random.Random(seed)  # noqa: S311 (the same mutants each time)
        body, other = (dice.choice(paths).read_bytes() for _ in range(2))
        out.append(try_page(f"mutant {seed}", mutate(body, other, dice)))
    return out


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    _tools()
    ordeals = [try_page(f"extreme {n}", body) for n, body in enumerate(extremes())]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        chunks = [pool.submit(_try_chunk, shared, n, min(n + CHUNK, PAGES)) for n in range(0, PAGES, CHUNK)]
        ordeals += [ordeal for chunk in chunks for ordeal in chunk.result()]
    failed = [o for o in ordeals if o.error]
    lying = [o for o in ordeals if o.lies]
    slowest = max(ordeals, key=lambda o: o.seconds)
    yield Figure(name="fuzz.pages", value=len(ordeals), reach=PAGES)
    yield Figure(name="fuzz.crashes", value=len(failed), reach=0, bound="most", note=_first(failed))
    yield Figure(name="fuzz.ungrounded", value=len(lying), reach=0, bound="most", note=_first(lying))
    yield Figure(name="fuzz.slowest_seconds", value=slowest.seconds, reach=5, bound="most", note=slowest.name)


def _first(ordeals: Sequence[Ordeal]) -> str:
    return f"{ordeals[0].name}: {ordeals[0].error or ', '.join(ordeals[0].lies)}" if ordeals else ""
