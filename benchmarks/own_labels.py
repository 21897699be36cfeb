"""Labels of our own on the saved sites, kept without a sentence of theirs.

`labels.jsonl` has one page a line, named by the digest of its path. A unit (sentence, list item, cell, heading) is
named by the digest of its words, a service's name by such a digest and the characters of it inside the unit; the words
come from the saved pages.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from spacy.language import Language

from extract.reading import read_page
from extract.units import read_units
from register.models import Page

FILE: Final = Path(__file__).with_name("labels.jsonl")
FETCHED: Final = datetime(2026, 1, 1, tzinfo=UTC)
LISTS: Final = ("types", "factors", "populations")
VERDICTS: Final = ("wide", "strict")


def digest(text: str) -> str:
    """Ten hexadecimal digits for the words of `text`, whatever its case and marks."""
    return hashlib.sha256(" ".join(re.findall(r"\w+", text.lower())).encode()).hexdigest()[:10]


def read_labels(shared: Path, *, nlp: Language) -> Iterator[dict[str, Any]]:
    """The labelled pages, each as a line of gold/train.jsonl without facts; a unit that is not met is left out."""
    sites = shared / "sites"
    names = {digest(name): name for path in sites.rglob("*.html") if (name := path.relative_to(sites).as_posix())}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name = names[row["page"]]
        body = (sites / name).read_bytes()
        page = read_page(body, url=name, content_type="text/html", locality="", fetched_at=FETCHED)
        yield with_words(row, page, nlp=nlp)


def with_words(row: Mapping[str, Any], page: Page, *, nlp: Language) -> dict[str, Any]:
    """The row in the form of gold/train.jsonl; the page's address is its path."""
    said = {digest(unit.text): unit.text for unit in read_units(page, page.passages, nlp=nlp)}
    services = [_service(service, said) for service in row["services"] if service["name"][0] in said]
    label = {"page": page.url, "page_kind": row["kind"], "services": services}
    return {**label, "names_only": True} if row.get("names_only") else label


def _service(row: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, Any]:
    unit, start, end = row["name"]
    items = {item: [said[key] for key in keys if key in said] for item, keys in row["items"].items()}
    return {
        "name": said[unit][start:end],
        "tidier": {item: quotes for item, quotes in items.items() if quotes},
        **{name: row.get(name, []) for name in LISTS},
        **{name: row.get(name, "unclear") for name in VERDICTS},
    }
