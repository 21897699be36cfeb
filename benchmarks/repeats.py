"""One service once, on whole sites: `python -m benchmarks.repeats --shared DIR [--sites NAME ...]`.

Each site is drafted whole and its repeats are left out as admission does. `extra` is the share of what is kept whose
name another kept candidate of the site bears (dated series and namesakes among them); `lost` the share of the labelled
services that were drafted and of which nothing is kept, by name.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, report
from crawlers.addresses import Canonical
from crawlers.limits import read_limits
from flows.discovery.drafting import draft_site
from flows.discovery.repeats import name_words, once_each
from flows.settings import Stages, find_data, load_stages
from register.models import Candidate, SavedPage

FETCHED = datetime(2026, 1, 1, tzinfo=UTC)
SITES = ("lambeth-mybestlife", "bristol-groups", "signposts-cyf", "sefton-canningroad", "rochdale-vintageworx")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--sites", nargs="*", default=SITES)
    given = parser.parse_args()
    sys.exit(report(figures(given.shared, given.sites)))


def figures(shared: Path, sites: Iterable[str] = SITES) -> Iterator[Figure]:
    stages = load_stages(find_data())
    labelled = _labelled(shared)
    drafted_all, kept_all, extra_all, found_all, lost_all = 0, 0, 0, 0, 0
    for site in sites:
        drafted, kept = _candidates(shared, site, stages)
        names = {name_words(one.name) for one in kept}
        found = [name for name in labelled[site] if _like(name, drafted)]
        lost = [name for name in found if not _like(name, kept)]
        extra = len(kept) - len(names)
        note = f"{len(drafted)} drafted, {len(kept)} kept"
        yield Figure(name=f"repeats.extra.{site}", value=extra / max(1, len(kept)), reach=0.05, bound="most", note=note)
        drafted_all, kept_all, extra_all = drafted_all + len(drafted), kept_all + len(kept), extra_all + extra
        found_all, lost_all = found_all + len(found), lost_all + len(lost)
    yield Figure(name="repeats.extra", value=extra_all / kept_all, reach=0.03, bound="most", note=f"{kept_all} kept")
    yield Figure(
        name="repeats.lost", value=lost_all / max(1, found_all), reach=0.01, bound="most", note=f"of {found_all}"
    )


def _labelled(shared: Path) -> dict[str, set[frozenset[str]]]:
    names: dict[str, set[frozenset[str]]] = defaultdict(set)
    for split in ("dev", "train"):
        for line in (shared / "gold" / f"{split}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            names[row["page"].split("/")[0]] |= {name_words(service["name"]) for service in row["services"]}
    return names


def _candidates(shared: Path, site: str, stages: Stages) -> tuple[list[Candidate], list[Candidate]]:
    root = shared / "sites" / site
    saved = [
        SavedPage(
            url=f"https://{site}.example/{path.relative_to(root).as_posix().removesuffix('index.html')}",
            body=path.read_bytes(),
            content_type="text/html",
            fetched_at=FETCHED,
        )
        for path in sorted(root.rglob("*.html"))
    ]
    drafted = draft_site(saved, host=f"{site}.example", locality=site, known=None, stages=stages)
    canonical = Canonical(ignored=read_limits(find_data()).ignored_parameters)
    kept = [one for page in once_each(drafted.pages, canonical=canonical) for one in page.candidates]
    return [one for page in drafted.pages for one in page.candidates], kept


def _like(name: frozenset[str], candidates: Iterable[Candidate]) -> bool:
    return any(name <= words or words <= name for one in candidates if (words := name_words(one.name)))


if __name__ == "__main__":
    main()
