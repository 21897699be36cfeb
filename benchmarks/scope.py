"""Scope on real sites: `python -m benchmarks.scope --shared DIR`.

Each site is read and drafted once, then its services are judged as seen from its own locality, and from each other
locality of the sites. Seen from its own, hardly one of the labelled pages' services may be called elsewhere or national
(those whose own postcodes all lie elsewhere are left out: they are elsewhere); seen from another, every service with a
postcode of its own must be called elsewhere. `--list` prints the services that break either rule.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, report
from classify.places import PlaceFinder, place_finder
from classify.scope import Reach, judge_scope
from extract.reading import read_page
from extract.site import learn_profile
from flows.settings import Stages, find_data, load_stages
from register.codes.scope import read_scope_cues
from register.codes.vocabulary import Scope
from register.localities.places import Atlas, read_atlas
from register.models import Page, ServiceDraft, SiteProfile

FETCHED = datetime(2026, 1, 1, tzinfo=UTC)
SITE_PAGES = 150  # of a large site, beside its labelled pages, to learn what its addresses are
AWAY = (Scope.ELSEWHERE, Scope.NATIONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A drafted service of a labelled page, with the other services' spans and its site's profile."""

    page: Page
    draft: ServiceDraft
    others: tuple[tuple[int, int], ...]
    profile: SiteProfile

    def seen_from(self, finder: PlaceFinder) -> Reach:
        return judge_scope(self.draft, self.page, finder=finder, site=self.profile, others=self.others)

    def postcode_districts(self, atlas: Atlas) -> set[str]:
        value = self.draft.field("fact.postcodes").value
        codes = value if isinstance(value, tuple) else ()
        return {district for code in codes if (district := atlas.district(code))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--list", action="store_true")
    given = parser.parse_args()
    sys.exit(report(figures(given.shared, show=given.list)))


def figures(shared: Path, *, show: bool = False) -> Iterator[Figure]:
    data = find_data()
    atlas, cues, stages = read_atlas(data), read_scope_cues(data), load_stages(data)
    homes = {row["site"]: _code(row, atlas) for row in _manifest(shared)}
    finders = {code: place_finder(atlas, atlas.home(code), cues) for code in sorted({*homes.values()} - {""})}
    sites = {site: tuple(_services(shared, site, stages)) for site in homes}
    home, wrong, told = Counter[str](), 0, 0
    away, missed, coded = Counter[str](), 0, 0
    for site, services in sites.items():
        for code, finder in finders.items():
            for service in services:
                reach = service.seen_from(finder)
                districts = service.postcode_districts(atlas)
                if code == homes[site]:
                    home[reach.scope] += 1
                    if districts and not districts & finder.home.districts:
                        continue
                    told += 1
                    wrong += reach.scope in AWAY
                    if show and reach.scope in AWAY:
                        print(f"  {site}: {service.draft.name[:50]!r}: {reach.scope}: {reach.reason}")
                elif homes[site]:
                    away[reach.scope] += 1
                    if districts and not districts & finder.home.districts:
                        coded += 1
                        missed += reach.scope is not Scope.ELSEWHERE
                        if show and reach.scope is not Scope.ELSEWHERE:
                            print(f"  {site} from {finder.home.name}: {service.draft.name[:50]!r}: {reach.reason}")
    yield Figure(name="scope.home.wrongly_away", value=wrong / told, reach=0.01, bound="most", note=f"of {told}")
    clear = 1 - home[Scope.UNCLEAR] / home.total()
    yield Figure(name="scope.home.decided", value=clear, reach=0.9, note=_tally(home))
    yield Figure(name="scope.other.with_postcode.elsewhere", value=1 - missed / coded, reach=0.99, note=f"of {coded}")
    yield Figure(name="scope.other.called_local", value=away[Scope.LOCAL] / away.total(), reach=0.02, bound="most")
    told_apart = (away[Scope.ELSEWHERE] + away[Scope.NATIONAL]) / away.total()
    yield Figure(name="scope.other.told_apart", value=told_apart, reach=0.9, note=_tally(away))


def _code(row: dict[str, str], atlas: Atlas) -> str:
    """The locality's code; the manifest leaves a few to be found by name."""
    return row["gss_code"] or next((c for c, name in atlas.names.items() if name == row["locality"]), "")


def _manifest(shared: Path) -> list[dict[str, str]]:
    with (shared / "sites" / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _services(shared: Path, site: str, stages: Stages) -> Iterator[Judged]:
    labelled = {
        json.loads(line)["page"]
        for split in ("dev", "train")
        for line in (shared / "gold" / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    }
    files = sorted(path for path in (shared / "sites" / site).rglob("*.html"))
    names = {path: path.relative_to(shared / "sites").as_posix() for path in files}
    step = max(1, len(files) // SITE_PAGES)
    kept = [path for n, path in enumerate(files) if names[path] in labelled or n % step == 0]
    pages = {names[path]: _read(path, f"https://{site}.example/{names[path]}") for path in kept}
    profile = learn_profile(pages.values(), host=f"{site}.example")
    for name, page in pages.items():
        if name not in labelled:
            continue
        reading = stages.read_services(page, profile=profile)
        for draft in reading.drafts:
            others = tuple(span for one in reading.drafts if one is not draft for span in one.spans)
            yield Judged(page=page, draft=draft, others=others, profile=profile)


def _read(path: Path, url: str) -> Page:
    return read_page(path.read_bytes(), url=url, content_type="text/html", locality="", fetched_at=FETCHED)


def _tally(counted: Counter[str]) -> str:
    return ", ".join(f"{scope.value} {counted[scope]}" for scope in Scope)


if __name__ == "__main__":
    main()
