"""Training material for the code model from a folder of labels: services of gold pages, charities of UK-CAT."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from benchmarks.gold_drafts import FETCHED, Labelled, read_pages
from classify.training import TrainingService
from register.codes.codebook import Codebook
from register.codes.examples import Example, read_examples
from register.codes.vocabulary import SCHEMES
from register.errors import ConfigError
from register.models import Page, ServiceDraft

INVENTED_SITES = 6  # so many sites the invented services stand for, where a word has to be known of several
INVENTED_WEIGHT = 1.0
FEWEST_CHARITIES = 10  # a code with fewer is not taught by them


def read_services(shared: Path) -> list[Labelled]:
    """Every labelled service twice: its quoted sentences, and the whole block that holds them."""
    pages = [page for split in ("train", "dev", "own") for page in read_pages(shared, split)]
    return [service for block in (False, True) for page in pages for service in page.services(block=block)]


def read_invented(data: Path, *, codebook: Codebook) -> list[TrainingService]:
    """The coded services of data/examples.csv; they stand for INVENTED_SITES sites."""
    services = [tuple(rows) for _, rows in groupby(read_examples(data), key=lambda row: row.service)]
    return [_invented(n, rows, codebook) for n, rows in enumerate(services) if rows[0].codes]


def _invented(n: int, rows: Sequence[Example], codebook: Codebook) -> TrainingService:
    given = frozenset(code for code in rows[0].codes if code.partition(":")[0] in SCHEMES)
    known = {f"{scheme}:{code.code}" for scheme in SCHEMES for code in codebook.scheme(scheme)}
    if unknown := sorted(given - known):
        raise ConfigError("data/examples.csv", rows[0].service, ", ".join(unknown), "codes of data/codebook")
    text = "\n".join(row.text for row in rows)
    page = Page(url=f"example:{n}", locality="", title="", text=text, passages=(), fetched_at=FETCHED)
    draft = ServiceDraft(name=rows[0].service, page_url=page.url, spans=((0, len(text)),), fields=())
    return TrainingService(
        draft=draft, page=page, codes=given, site=f"example.{n % INVENTED_SITES}", weight=INVENTED_WEIGHT
    )


def as_training(services: Sequence[Labelled]) -> Iterator[TrainingService]:
    """What the services teach, each half a time, for it is there twice; an entry that a directory shows on several
    pages counts once, not once a page."""
    pages: dict[tuple[str, str], set[str]] = defaultdict(set)
    for service in services:
        pages[_said(service)].add(service.page_id)
    for one in services:
        weight = 0.5 / len(pages[_said(one)])
        yield TrainingService(draft=one.draft, page=one.page, codes=one.keys, site=one.site, weight=weight)


def _said(service: Labelled) -> tuple[str, str]:
    told = (service.page.text[start:end] for start, end in service.draft.spans)
    return service.site, " ".join((service.draft.name, *told)).lower()


def read_charities(shared: Path, *, objects: bool = True) -> list[TrainingService]:
    """The charities of UK-CAT as weak labels, for the codes that enough of them have.

    Without `objects` the legal purpose is read only where a charity says nothing of its activities.
    """
    with (shared / "ukcat" / "dev.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    counts = Counter(code for row in rows for code in row["codes"].split(";") if code)
    known = frozenset(code for code, count in counts.items() if count >= FEWEST_CHARITIES)
    return [
        _charity(row, known, objects=objects) for row in rows if row["activities"].strip() or row["objects"].strip()
    ]


def _charity(row: dict[str, str], known: frozenset[str], *, objects: bool) -> TrainingService:
    told = (row["activities"], row["objects"]) if objects or not row["activities"].strip() else (row["activities"],)
    text = " ".join(" ".join(told).split())
    page = Page(url=row["org_id"], locality="", title="", text=text, passages=(), fetched_at=FETCHED)
    return TrainingService(
        draft=ServiceDraft(name=row["name"], page_url=row["org_id"], spans=((0, len(text)),), fields=()),
        page=page,
        codes=frozenset(row["codes"].split(";")) & known,
        site=row["org_id"],
        known=known,
    )
