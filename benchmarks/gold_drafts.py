"""Service drafts from labels: what perfect extraction would hand to coding."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.own_labels import read_labels
from extract.content import read_content
from extract.facts.collect import collect_facts
from extract.facts.parts import Part
from extract.nlp import load_nlp
from extract.reading import read_page
from register.models import DraftField, Page, Passage, ServiceDraft

FETCHED = datetime(2026, 1, 1, tzinfo=UTC)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A labelled service: its draft and page, its codes by scheme, its verdicts, the site and the split it is from."""

    page_id: str
    site: str
    split: str
    draft: ServiceDraft
    page: Page
    codes: dict[str, tuple[str, ...]]
    verdicts: dict[str, str]
    kind: str
    reason: str

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(f"{scheme}:{code}" for scheme, codes in self.codes.items() for code in codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPage:
    """A page whose services are fully labelled, with its line of the labels."""

    row: dict[str, Any]
    split: str
    page: Page

    def services(self, *, block: bool) -> list[Labelled]:
        """The spans of a draft are its quoted sentences; with `block` all text from its first quote to its last, as an
        extractor that finds the service's part of the page would give it, unless another service stands in between."""
        index = WordIndex(self.page.text)
        spans = [_quote_spans(service, index) for service in self.row["services"]]
        if block:
            content = read_content(self.page, profile=None)
            spans = [_block(n, spans, (*content.passages, *content.links)) for n in range(len(spans))]
        services = zip(self.row["services"], spans, strict=True)
        return [_labelled(self.row, service, found, self.page, self.split) for service, found in services]


def read_pages(shared: Path, split: str) -> Iterator[LabelledPage]:
    """The pages of `train`, `dev` or `own` (benchmarks/labels.jsonl) with a service that is labelled in full."""
    for row in _rows(shared, split):
        if not row.get("names_only") and row["services"]:
            body = (shared / "sites" / row["page"]).read_bytes()
            page = read_page(body, url=row["page"], content_type="text/html", locality="", fetched_at=FETCHED)
            yield LabelledPage(row=row, split=split, page=page)


def read_labelled(shared: Path, split: str, *, block: bool = False) -> list[Labelled]:
    """All fully labelled services of a split; `block` as LabelledPage.services has it."""
    return [service for page in read_pages(shared, split) for service in page.services(block=block)]


def _rows(shared: Path, split: str) -> Iterator[dict[str, Any]]:
    if split == "own":
        yield from read_labels(shared, nlp=load_nlp())
    else:
        yield from map(json.loads, (shared / "gold" / f"{split}.jsonl").read_text(encoding="utf-8").splitlines())


def site_of(page_id: str) -> str:
    """The site a page belongs to; two snapshots of one site are one (`rochdale-2022`, `rochdale-2024`)."""
    return re.sub(r"-20\d\d(-\d\d)?$", "", page_id.split("/")[0])


def _quote_spans(service: dict[str, Any], index: WordIndex) -> tuple[tuple[int, int], ...]:
    tidier = service.get("tidier", {})
    names = [*tidier.get("brief_name", ()), service["name"]]
    told = [quote for item, quotes in tidier.items() if item != "brief_name" for quote in quotes]
    found = sorted({span for quote in told for span in [*index.find(quote)][:1]})
    anchor = found[0][0] if found else 0
    for name in names:  # a name stands in menus too: the place nearest to the service's words is its own
        places = sorted(index.find(name), key=lambda span: abs(span[0] - anchor))
        found += places[:1]
    return _merged(sorted(set(found)))


def _block(
    n: int, spans: list[tuple[tuple[int, int], ...]], passages: Sequence[Passage]
) -> tuple[tuple[int, int], ...]:
    own = set(spans[n])
    others = {span for m, found in enumerate(spans) if m != n for span in found}
    alone = sorted(own - others)
    if not alone:
        return spans[n]
    start, end = alone[0][0], max(span[1] for span in alone)
    if any(start <= left < end for left, _ in others - own):
        return spans[n]
    within = {(p.start, p.end) for p in passages if start <= p.start and p.end <= end}
    return _merged(sorted({*own, *within}))


def _labelled(
    row: dict[str, Any], service: dict[str, Any], spans: tuple[tuple[int, int], ...], page: Page, split: str
) -> Labelled:
    draft = ServiceDraft(
        name=service["name"],
        page_url=page.url,
        spans=spans,
        fields=_ages(page, spans),
    )
    return Labelled(
        page_id=row["page"],
        site=site_of(row["page"]),
        split=split,
        draft=draft,
        page=page,
        codes={s: tuple(service.get(f"{s}s", ())) for s in ("type", "factor", "population")},
        verdicts={net: service.get(net, "unclear") for net in ("wide", "strict")},
        kind=row["page_kind"],
        reason=service.get("reason", ""),
    )


class WordIndex:
    """Finds a quote in a text by its words alone, as the score does."""

    def __init__(self, text: str) -> None:
        found = list(_WORD.finditer(text))
        self.words = [unicodedata.normalize("NFC", m[0]).lower() for m in found]
        self.spans = [m.span() for m in found]

    def find(self, quote: str) -> Iterator[tuple[int, int]]:
        """The places where the quote stands, as (start, end) of the text, closing punctuation left out."""
        wanted = [unicodedata.normalize("NFC", w).lower() for w in _WORD.findall(quote)]
        for at in range(len(self.words) - len(wanted) + 1 if wanted else 0):
            if self.words[at : at + len(wanted)] == wanted:
                yield self.spans[at][0], self.spans[at + len(wanted) - 1][1]


def _merged(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _ages(page: Page, spans: tuple[tuple[int, int], ...]) -> tuple[DraftField, ...]:
    """The ages that extraction reads in the spans: our own labels name none."""
    inside = [p for p in page.passages if any(p.start < end and start < p.end for start, end in spans)]
    facts = collect_facts(page, [Part.of(page, passage) for passage in inside])
    return tuple(field for field in facts if field.name in ("fact.age_min", "fact.age_max"))
