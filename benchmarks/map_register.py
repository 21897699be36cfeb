"""A register of real services, approved by script, for the report's figures and pictures.

Pages with labels are drafted and coded as a crawl would; a draft that bears a labelled service's name is accepted, with
the label's types, factors, populations and verdicts put in the place of the proposed ones. Beside them stand pages on
which the publisher's own fields (the directory's title, schema.org's name) name the service that was drafted: it is
accepted as proposed. All else is rejected. What is published is what `tidiermap publish` makes of these decisions.

    python -m benchmarks.map_register --shared DIR --out FOLDER
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.gold_drafts import WordIndex
from extract.reading import read_page
from flows.discovery.drafting import DraftedPage, draft_page
from flows.publishing.publish import publish
from flows.settings import Settings, Stages, load_stages
from register.grounding import ground
from register.localities.locality import read_locality
from register.models import RECORD, Candidate, Decision, DecisionVerdict, Evidence, Fetch, Page, Value
from register.store import Store
from register.store.crawling.pages import ReadResult
from review.queue.lifecycle import plain

ROOT = Path(__file__).resolve().parent.parent
READ = datetime(2026, 9, 1, 9, tzinfo=UTC)
DECIDED = datetime(2026, 10, 1, 9, tzinfo=UTC)
BRISTOL, IPSWICH = "E06000023", "E07000202"  # the events of a county stand for one of its districts
DISTRICTS = {"bristol-groups": BRISTOL, "suffolk-events-2025-06": IPSWICH}
# Sites whose every page describes one service, under the publisher's own title: how many of their pages are added.
DIRECTORIES = {"lambeth-mybestlife": 110, "suffolk-events-2025-06": 60, "rochdale-2024": 90}
SCRIPT = "script"
ORIGIN = (
    "These records were approved by a script from hand-made labels and the publishers' own fields of saved websites, "
    "not by reviewers: they show how the report works, and say nothing of these places."
)


@dataclass(slots=True)
class Made:
    """The settings of the register, and how its records came to be."""

    settings: Settings
    counts: Counter[str] = field(default_factory=Counter)


def make(shared: Path, folder: Path) -> Made:
    """A register with its published records below `folder`; needs the saved sites and their labels."""
    settings = Settings(register=folder / "register.db", data=_data(shared, folder), clock=lambda: DECIDED)
    made = Made(settings=settings)
    stages: dict[str, Stages] = {}
    with settings.open_store() as store:
        for site, locality in _localities(shared).items():
            stages[locality] = load_stages(settings.data, locality=read_locality(settings.data, locality))
            run = store.runs.start("discover", locality)
            for page_id, services in _labelled(shared, site):
                page, drafted = _draft(shared, page_id, locality, stages[locality])
                _decide_labelled(store, page, drafted, services, run, made.counts)
            for page_id in _directory(shared, site):
                page, drafted = _draft(shared, page_id, locality, stages[locality])
                _decide_titled(store, page, drafted, run, made.counts)
            store.runs.finish(run, verdict="healthy", finish_reason="finished", counts={"pages": 1})
    publish(settings=settings, folder=folder / "dataset", who=SCRIPT)
    return made


def _localities(shared: Path) -> dict[str, str]:
    """The locality of each site that has labels and lies in one district."""
    with (shared / "sites" / "manifest.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if _gss_code(row)]
    labelled = {page.split("/")[0] for page, _ in _rows(shared)}
    return {row["site"]: row["locality"].split(",")[0].lower() for row in rows if row["site"] in labelled}


def _gss_code(row: dict[str, str]) -> str:
    return DISTRICTS.get(row["site"], row["gss_code"])


def _data(shared: Path, folder: Path) -> Path:
    """The project's data files, with a locality file for each place of the sites."""
    data = folder / "data"
    (data / "localities").mkdir(parents=True)
    for path in (ROOT / "data").iterdir():
        if path.name != "localities":
            (data / path.name).symlink_to(path)
    with (shared / "sites" / "manifest.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if code := _gss_code(row):
                name = row["locality"].split(",")[0]
                told = f'name = "{name}"\ngss_code = "{code}"\ncontact = "https://tidiermap.example"\n'
                (data / "localities" / f"{name.lower()}.toml").write_text(told)
    return data


def _rows(shared: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for split in ("dev", "train"):
        for line in (shared / "gold" / f"{split}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield row["page"], [one for one in row["services"] if "types" in one]


def _labelled(shared: Path, site: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    return ((page, services) for page, services in _rows(shared) if page.split("/")[0] == site and services)


def _directory(shared: Path, site: str) -> list[str]:
    """Pages of a directory that have no labels, evenly from all of it."""
    known = {page for page, _ in _rows(shared)}
    folder = shared / "sites"
    pages = [path.relative_to(folder).as_posix() for path in sorted((folder / site).rglob("*.html"))]
    wanted = [page for page in pages if page not in known]
    step = max(1, len(wanted) // DIRECTORIES[site]) if site in DIRECTORIES else 0
    return wanted[::step][: DIRECTORIES[site]] if step else []


def _draft(shared: Path, page_id: str, locality: str, stages: Stages) -> tuple[Page, DraftedPage]:
    body = (shared / "sites" / page_id).read_bytes()
    url = f"https://{page_id}"
    page = read_page(body, url=url, content_type="text/html", locality=locality, fetched_at=READ)
    return page, draft_page(page, profile=None, stages=stages)


def _decide_labelled(
    store: Store, page: Page, drafted: DraftedPage, services: list[dict[str, Any]], run: str, counts: Counter[str]
) -> None:
    by_name = {plain(service["name"]): service for service in services}
    for candidate in drafted.candidates:
        service = by_name.pop(plain(candidate.name), None)
        if service is None or service["wide"] == "exclude":
            continue
        _queue(store, page, drafted, candidate, run)
        quotes = _quotes(page, service, candidate)
        for scheme in ("type", "factor", "population"):
            _edit(store, candidate, f"code.{scheme}", tuple(service[f"{scheme}s"]), quotes)
        for net in ("wide", "strict"):
            _edit(store, candidate, f"eligibility.{net}", service[net] if service[net] != "unclear" else None, quotes)
        _decide(store, candidate, RECORD, DecisionVerdict.APPROVE)
        counts["labelled"] += 1
    counts["labelled, not drafted"] += len(by_name)


def _decide_titled(store: Store, page: Page, drafted: DraftedPage, run: str, counts: Counter[str]) -> None:
    """Accepts the one service whose name is the publisher's title of the page."""
    title = plain(page.title)
    named = [c for c in drafted.candidates if plain(c.name) and title.startswith(plain(c.name))]
    if len(drafted.candidates) != 1 or not named:
        counts["publisher's page, not one service of its title"] += 1
        return
    _queue(store, page, drafted, named[0], run)
    _decide(store, named[0], RECORD, DecisionVerdict.APPROVE)
    counts["by the publisher's fields"] += 1


def _quotes(page: Page, service: dict[str, Any], candidate: Candidate) -> tuple[Evidence, ...]:
    """The label's own words for what the service is, as they stand on the page; else the draft's own."""
    index = WordIndex(page.text)
    told = [quote for item in ("why", "what_procedures") for quote in service["tidier"].get(item, ())]
    spans = [span for quote in told for span in [*index.find(quote)][:1]] or [candidate.spans[0]]
    return tuple(ground(page.text, *span, rule="label") for span in dict.fromkeys(spans))[:1]


def _queue(store: Store, page: Page, drafted: DraftedPage, candidate: Candidate, run: str) -> None:
    fetch = Fetch(url=page.url, final_url=page.url, status=200, fetched_at=READ, archive="none", offset=0)
    with store.transaction():
        kept = store.pages.note_fetch(candidate.locality, fetch, body=page.text.encode())
        reading = ReadResult(text=page.text, text_hash=drafted.text_hash, title=page.title, kind=drafted.reading.kind)
        version = store.pages.note_reading(kept, reading)
        store.queue.add(candidate, page_id=kept.id, version_id=version, run_id=run)


def _edit(store: Store, candidate: Candidate, name: str, value: Value, quotes: tuple[Evidence, ...]) -> None:
    if not value:
        _decide(store, candidate, name, DecisionVerdict.NOT_STATED)
        return
    codes = value if isinstance(value, tuple) and name.startswith("code.") else ("",)
    evidence = tuple(
        Evidence(quote=e.quote, start=e.start, end=e.end, rule=e.rule, supports=str(code))
        for code in codes
        for e in quotes
    )
    _decide(store, candidate, name, DecisionVerdict.EDIT, value, evidence)


def _decide(
    store: Store,
    candidate: Candidate,
    name: str,
    verdict: DecisionVerdict,
    value: Value = None,
    evidence: tuple[Evidence, ...] = (),
) -> None:
    decision = Decision(
        candidate=candidate.key,
        revision=1,
        field=name,
        verdict=verdict,
        value=value,
        evidence=evidence,
        reviewer=SCRIPT,
        decided_at=DECIDED,
    )
    with store.transaction():
        if name == RECORD:
            store.decisions.decide_record(decision)
        else:
            store.decisions.decide_field(decision)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True)
    for what, number in make(asked.shared, asked.out).counts.items():
        print(f"{number:5d} {what}")
