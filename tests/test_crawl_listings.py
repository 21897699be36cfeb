"""Listings without a pattern for their further pages: by "Next", by numbers, by letters; and what they claim."""

import json
from pathlib import Path

import pytest

from crawlers.job import CrawlJob, CrawlResult
from crawlers.limits import read_limits
from crawlers.listings import Claim, find_claim
from crawlers.run import crawl
from register.localities.locality import Locality, Source
from tests.loopback import Answer, Route, serving

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Showing 1-20 of 134 results", Claim(total=134, here=20)),
        ("Results 21 to 40 out of 1,340", Claim(total=1340, here=20)),
        ("131 – 134 of 134", Claim(total=134, here=4)),
        ("Page 2 of 7", Claim(total=7, here=1)),
        ("Open 10-12 of a morning", None),
        ("Ages 5 to 11 of any faith", None),
        ("30-20 of 134", None),
        ("Page 9 of 7", None),
        ("Turn the page of history", None),
    ],
)
def test_a_listing_says_how_much_it_has(text: str, claim: Claim | None) -> None:
    assert find_claim(text) == claim


def listing(entries: range, *, claim: str = "", further: str = "") -> Answer:
    items = "".join(f"<li><a href='/groups/{n}/'>Group number {n}</a></li>" for n in entries)
    return Answer(body=f"<html><body><h1>Groups</h1><p>{claim}</p><ul>{items}</ul><nav>{further}</nav></body></html>")


def detail(n: int) -> Answer:
    body = f"<html><body><h1>Group number {n}</h1><p>We meet here, for people who live nearby.</p>"
    return Answer(
        body=f"{body}<a href='/groups/{n}/print/'>Print</a><a href='/groups/{n}/print/'>Next</a></body></html>"
    )


def numbered(prefix: str, style: str, pages: int, *, stops_at: int = 0) -> dict[str, Route]:
    """A listing of `pages` pages with three entries each; from `stops_at` on nothing leads further."""
    routes: dict[str, Route] = {}
    address = {1: prefix} | {n: prefix + style.format(n) for n in range(2, pages + 1)}
    for n in range(1, pages + 1):
        links = "".join(f"<a href='{address[m]}'>{m}</a> " for m in (1, n - 1, n + 1) if 1 <= m <= pages and m != n)
        further = "" if n == stops_at else links
        claim = f"{n * 3 - 2}-{n * 3} of {pages * 3}"
        routes[address[n]] = listing(range(n * 3 - 2, n * 3 + 1), claim=claim, further=further)
    return routes


ITEMS = {
    "@type": "ItemList",
    "itemListElement": [
        {"@type": "ListItem", "position": 1, "url": "/groups/17/"},
        {"@type": "ListItem", "item": {"@type": "SocialEvent", "name": "Group number 18", "url": "/groups/18/"}},
        {"@type": "Organization", "url": "/groups/16/"},
    ],
}
STYLES = {
    "/by-query/": numbered("/by-query/", "?page={}", 4),
    "/by-path/": numbered("/by-path/", "page/{}/", 4),
    "/by-offset/?sort=name": numbered("/by-offset/?sort=name", "&start={}0", 3),
    "/ends-early/": numbered("/ends-early/", "?page={}", 6, stops_at=2),
    "/by-words/": {
        "/by-words/": listing(range(1, 4), claim="Page 1 of 2", further="<a href='/by-words/x7f/'>Next page »</a>"),
        "/by-words/x7f/": listing(range(4, 7), claim="Page 2 of 2", further="<a href='/by-words/'>Previous</a>"),
    },
    "/by-rel/": {
        "/by-rel/": Answer(body="<link rel='next' href='/by-rel/b'><a href='/groups/1/'>One</a>"),
        "/by-rel/b": Answer(body="<a rel='prev' href='/by-rel/'>back</a> <a href='/groups/2/'>Two</a>"),
    },
    "/by-json-ld/": {
        "/by-json-ld/": Answer(body=f"<h1>Groups</h1><script type='application/ld+json'>{json.dumps(ITEMS)}</script>"),
        "/groups/17/": detail(17),
        "/groups/18/": detail(18),
    },
    "/a-z/": {
        "/a-z/": Answer(body=" ".join(f"<a href='/a-z/{c}'>{c.upper()}</a>" for c in "abcdef")),
        **{f"/a-z/{c}": listing(range(n, n + 1)) for n, c in enumerate("abcdef", 1)},
    },
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[CrawlResult, str, tuple[str, ...]]:
    """One crawl of a listing in each style, none of which has a pattern in the locality file."""
    folder = tmp_path_factory.mktemp("listings")
    routes: dict[str, Route] = {f"/groups/{n}/": detail(n) for n in range(1, 20)}
    for own in STYLES.values():
        routes |= own
    with serving(routes) as site:
        sources = tuple(Source(kind="listing", start=(f"{site.base}{at}",), follow=("^/groups/",)) for at in STYLES)
        locality = Locality(
            key="sample", name="Sample", gss_code="E99999999", allow_loopback=True, delay_seconds=0, source=sources
        )
        limits, archive = read_limits(ROOT / "data"), folder / "archive"
        job = CrawlJob(locality=locality, out=folder / "run", archive=archive, user_agent="tidiermap/0", limits=limits)
        return crawl(job), site.base, tuple(site.asked)


@pytest.mark.parametrize("start", STYLES)
def test_further_pages_are_found_without_a_pattern(crawled, start: str) -> None:
    _, _, asked = crawled
    wanted = set(STYLES[start])
    if start == "/ends-early/":
        wanted = {"/ends-early/", "/ends-early/?page=2"}
    assert wanted <= set(asked)


def test_entries_are_pages_whose_own_links_lead_nowhere(crawled) -> None:
    result, base, asked = crawled
    fetched = {fetch.url.removeprefix(base) for fetch in result.fetches if fetch.status == 200}
    assert {f"/groups/{n}/" for n in range(1, 13)} <= fetched
    assert "/groups/16/" not in asked, "an organisation's address is no entry of a list"
    assert not [path for path in asked if path.endswith("/print/")]


def test_a_listing_that_ends_early_is_seen_by_its_claim(crawled) -> None:
    result, base, _ = crawled
    told = {report.url.removeprefix(base): (report.claimed, report.entries) for report in result.stats.lists}
    assert told["/by-query/"] == (12, 12)
    assert told["/by-path/"] == (12, 12)
    assert told["/by-words/"] == (2, 2)
    assert told["/ends-early/"] == (18, 6)
