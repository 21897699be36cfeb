"""Frontiers without a crawl: for tests of what is asked for next, and what is kept for the next run."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from crawlers.addresses import Canonical
from crawlers.focus import Focus, FocusModel, Weights, Words
from crawlers.frontier import Frontier
from crawlers.job import CrawlJob
from crawlers.kept import read_kept, write_kept
from crawlers.limits import Limits
from crawlers.queue import Waiting
from crawlers.visits import Found, Link, Visit
from register.localities.locality import Locality, Source

SITE = "https://example.org"
FOCUS = Focus(
    words=Words(group={"good": ("choir", "walks", "groups"), "bad": ("privacy", "news")}),
    model=FocusModel(
        link=Weights(weight={"anchor good": 3, "anchor bad": -3, "path bad": -3, "folder bad": -3}),
        page=Weights(bias=-2, weight={"good": 4}),
    ),
)


def job(folder: Path, *sources: Source, **changes: object) -> CrawlJob:
    limits = Limits(**changes.pop("limits", {}))
    locality = Locality(key="x", name="X", gss_code="E99999999", contact="a@example.org", source=sources or (source(),))
    made = CrawlJob(locality=locality, out=folder, archive=folder, user_agent="x", limits=limits, focus=FOCUS)
    return replace(made, **changes)


def source(**changes: object) -> Source:
    return Source.model_validate({"start": [f"{SITE}/"], **changes})


def begun(asked: CrawlJob) -> Frontier:
    frontier = Frontier(asked, Canonical(), read_kept(asked.out))
    frontier.begin()
    return frontier


def lead(frontier: Frontier, path: str, links: dict[str, str], *, relevance: float = 0.5, depth: int = 0) -> None:
    """Read a page with these links (address: anchor)."""
    found = Found(links=tuple(Link(url=url, anchor=anchor) for url, anchor in links.items()), base=SITE)
    frontier.follow(Visit(url=f"{SITE}{path}", source=0, depth=depth), found, relevance=relevance)


def asked_for(frontier: Frontier) -> list[Waiting]:
    """All that is handed out, each ended before the next."""
    asked = []
    while (one := frontier.next_visit()) is not None:
        asked.append(one)
        frontier.end(one.visit)
    return asked


def handed_out(frontier: Frontier) -> list[str]:
    return [one.visit.url.removeprefix(SITE) for one in asked_for(frontier)]


def finish(frontier: Frontier, out: Path, asked: Iterable[str] = ()) -> None:
    """What the end of a crawl does, by its own function."""
    waiting = [one for one in frontier.left() if one.visit.url in asked]
    write_kept(
        out,
        rules=frontier.digest,
        variants=frontier.rules.variants.rules(),
        asked=waiting,
        failed=frontier.failed,
        left=frontier.left(),
        before=frontier.kept,
    )
