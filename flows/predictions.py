"""Saved pages in, predictions out, in the form that the scorer reads."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from flows.discovery.drafting import draft_site
from flows.manifest import SUFFIXES, page_names
from flows.progress import Progress
from flows.settings import Settings, Stages, load_stages
from register.codes.vocabulary import FACTS, NETS, TIDIER_ITEMS, Status
from register.models import Candidate, DraftField, SavedPage


def predict_folder(
    folder: Path, *, rows: list[dict[str, str]], settings: Settings, progress: Progress
) -> Iterator[dict[str, object]]:
    """One prediction for each row's `page`, a path below `folder` (flows.manifest makes the rows).

    Pages below one first folder are one site: what repeats across the site is learned from all of them. A page that
    cannot be read is predicted as `other` with no services, and named on the way out.
    """
    stages = load_stages(settings.data)
    with progress.step("extract", total=len(rows)) as step:
        for site, wanted in _by_site(rows).items():
            yield from predict_site(folder, site, wanted, stages=stages, now=settings.clock())
            for row in wanted:
                step.advance(row["page"])


def predict_site(
    folder: Path, site: str, wanted: list[dict[str, str]], *, stages: Stages, now: datetime
) -> Iterator[dict[str, object]]:
    """Predictions for the wanted pages of one site, in the order of the manifest."""
    named = {row["page"]: row for row in wanted}
    others = sorted(page_names(folder / site, below=folder)) if site else []
    names = [*named, *(name for name in others if name not in named)]
    locality = next((row["locality"] for row in wanted if row.get("locality")), site or "pages")
    addresses = page_addresses(names, named, site=site)
    saved = [_saved(folder, name, addresses[name], now) for name in names]
    pages = {address: name for name, address in addresses.items()}
    only = frozenset(addresses[name] for name in named)
    drafted = draft_site(saved, host=site or "pages", locality=locality, known=None, stages=stages, only=only)
    found = {pages[page.reading.page.url]: page for page in drafted.pages}
    for name in named:
        page = found.get(name)
        if page is None:
            yield {"page": name, "page_kind": "other", "services": []}
        else:
            services = [predicted_service(candidate) for candidate in page.candidates]
            yield {"page": name, "page_kind": page.reading.kind.value, "services": services}


def page_addresses(names: list[str], named: dict[str, dict[str, str]], *, site: str) -> dict[str, str]:
    """An address for each page: the manifest's where it names one once, else the path below the site's folder."""
    given = Counter(row["url"] for row in named.values() if row.get("url"))
    inside = {name: name.removeprefix(f"{site}/") if site else name for name in names}
    return {
        name: url
        if (url := named.get(name, {}).get("url", "")) and given[url] == 1
        else f"https://{site.lower() or 'pages'}.example/{inside[name]}"
        for name in names
    }


def _saved(folder: Path, name: str, address: str, now: datetime) -> SavedPage:
    path = folder / name
    kind = SUFFIXES.get(path.suffix.lower(), "text/html")
    return SavedPage(url=address, body=path.read_bytes(), content_type=kind, fetched_at=now)


def _by_site(rows: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    sites: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        first, slash, _ = row["page"].partition("/")
        sites.setdefault(first if slash else "", []).append(row)
    return sites


def predicted_service(candidate: Candidate) -> dict[str, object]:
    """A candidate in the scorer's form."""
    fields = {field.name: field for field in candidate.fields}
    return {
        "name": candidate.name,
        **{net: _verdict(fields[f"eligibility.{net}"]) for net in NETS},
        "tidier": {item: _item(fields[f"tidier.{item}"]) for item in TIDIER_ITEMS},
        "facts": {fact.name: _fact(fields[f"fact.{fact.name}"], many=fact.many) for fact in FACTS},
        "codes": [
            {"scheme": c.scheme, "code": c.code, "score": round(c.score, 4), "shown": c.shown} for c in candidate.codes
        ],
    }


def _verdict(field: DraftField) -> str:
    return str(field.value) if field.value else "unclear"


def _item(field: DraftField) -> dict[str, object]:
    evidence = [{"quote": e.quote, "start": e.start, "end": e.end, "rule": e.rule} for e in field.evidence]
    return {"status": field.status.value, "score": round(field.score, 4), "evidence": evidence}


def _fact(field: DraftField, *, many: bool) -> object:
    if field.status is Status.REPORTED:
        return list(field.value) if isinstance(field.value, tuple) else field.value
    return [] if many else ("not_reported" if field.name == "fact.cost" else None)


def write_lines(out: Path, predictions: Iterable[dict[str, object]]) -> int:
    """Writes one JSON object a line; gives how many. What was there stays until all are written."""
    partial = out.with_name(f".{out.name}.partial")
    written = 0
    with partial.open("w", encoding="utf-8") as lines:
        for prediction in predictions:
            written += 1
            lines.write(json.dumps(prediction, ensure_ascii=False, sort_keys=True) + "\n")
    partial.replace(out)
    return written
