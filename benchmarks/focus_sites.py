"""The saved sites as link graphs: which pages links reach, which are known to bear services, which to bear none."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scrapy.http import HtmlResponse

from crawlers.addresses import Canonical
from crawlers.job import CrawlJob
from crawlers.links import page_root, read_page_links
from crawlers.texts import SiteTexts
from crawlers.visits import Found, Visit
from register.hosts import host_of
from register.localities.locality import Locality

HOST = "site.example.org"
# Snapshots of one publisher: a model that is to know nothing of a site may have seen none of its snapshots.
_SNAPSHOT = ("-2021-05", "-2025-03", "-2025-06", "-2022", "-2024")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSite:
    """A site by its canonical paths, those that links reach from the front page, in the order of a walk breadth first.

    `found` holds the links of each page, `links` the pages that they lead to, each with the place of its link, `fresh`
    what a page says that none before it said. `bearing` are pages known to bear services, `bare` known to bear none.
    """

    name: str
    found: dict[str, Found]
    links: dict[str, tuple[tuple[str, int], ...]]
    fresh: dict[str, str]
    bearing: frozenset[str]
    bare: frozenset[str]

    @property
    def source(self) -> str:
        name = self.name
        for snapshot in _SNAPSHOT:
            name = name.removesuffix(snapshot)
        return name

    def resolve(self, url: str) -> str:
        """The path of the page at an address, "" where the site has none there."""
        return _resolve(url, self.found)


def read_site(shared: Path, name: str) -> SavedSite:
    files = dict(_files(shared / "sites" / name))
    job = CrawlJob(
        locality=Locality(key="x", name="X", gss_code="E99999999"), out=Path(), archive=Path(), user_agent="x"
    )
    texts = SiteTexts()
    found: dict[str, Found] = {}
    links: dict[str, tuple[tuple[str, int], ...]] = {}
    fresh: dict[str, str] = {}
    ahead = ["/"]
    for path in ahead:
        url = f"https://{HOST}{path}"
        response = HtmlResponse(url, body=files[path], encoding="utf-8")
        found[path] = read_page_links(response, Visit(url=url, source=0), job)
        links[path] = tuple(_targets(found[path], files))
        root = page_root(response)
        fresh[path] = "" if root is None else texts.read(root).fresh
        known = set(ahead)
        ahead += [target for target, _ in links[path] if target not in known]
    bearing, bare = _truth(shared, name)
    if _is_told_whole(name):
        bare = frozenset(ahead) - bearing
    return SavedSite(
        name=name,
        found=found,
        links=links,
        fresh=fresh,
        bearing=bearing & frozenset(ahead),
        bare=(bare & frozenset(ahead)) - bearing,
    )


def _targets(found: Found, files: Mapping[str, object]) -> Iterator[tuple[str, int]]:
    """Each page that an answer's links lead to, once, with the place of the first link there."""
    canonical, seen = Canonical(), set()
    for n, link in enumerate(found.links):
        url = canonical(link.url, base=found.base)
        target = _resolve(url, files) if url and host_of(url) == HOST else ""
        if target and target not in seen:
            seen.add(target)
            yield target, n


def _resolve(url: str, pages: Mapping[str, object]) -> str:
    path = urlsplit(url).path
    return next((p for p in (path, f"{path}/") if p in pages), "")


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    canonical = Canonical()
    for file in sorted(folder.rglob("*.html")):
        name = file.relative_to(folder).as_posix()
        path = urlsplit(canonical(f"https://{HOST}/{name.removesuffix('index.html')}")).path
        yield path, file.read_bytes()


def _is_told_whole(name: str) -> bool:
    """Whether a change file names every content page of the site, so that all other pages bear none."""
    return name.startswith(("rochdale-20", "suffolk-"))


def _truth(shared: Path, name: str) -> tuple[frozenset[str], frozenset[str]]:
    bearing, bare = set(_changed(shared / "sites", name)), set()
    for split in ("dev", "train"):
        for line in (shared / "gold" / f"{split}.jsonl").read_text(encoding="utf-8").splitlines():
            label = json.loads(line)
            site, _, page = label["page"].partition("/")
            if site == name:
                (bearing if label["services"] else bare).add(f"/{page.removesuffix('index.html')}")
    return frozenset(bearing), frozenset(bare)


def _changed(folder: Path, name: str) -> Iterator[str]:
    """The content pages that the change files name for this snapshot."""
    if name.startswith(("rochdale-20", "suffolk-")):
        file, column = (
            ("rochdale-changes.csv", f"path_{name[-4:]}")
            if name.startswith("rochdale")
            else ("suffolk-changes.csv", f"path_{name[-7:].replace('-', '_')}")
        )
        yield from (unquote(row[column]) for row in _rows(folder / file) if row[column])
    elif name.startswith("wakefield"):
        side = "before" if name.endswith("-2021-05") else "after"
        for row in _rows(folder / "wakefield-changes.csv"):
            if row["field"] != "(page)" or row[side] == "present":
                yield row["page"]


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
