"""The rules by which a crawl chooses addresses, tried without any network."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.http import HtmlResponse, Response

from crawlers.addresses import Canonical
from crawlers.job import CrawlJob, Known
from crawlers.limits import Limits, OptOut, read_limits, user_agent
from crawlers.links import read_page_links, read_sitemap
from crawlers.politeness import retry_after
from crawlers.rules import SourceRules
from crawlers.visits import Found, Link, Visit
from register.localities.locality import Locality, Source

LIMITS = read_limits(Path(__file__).parent.parent / "data")
CANONICAL = Canonical(ignored=LIMITS.ignored_parameters)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("HTTP://Example.ORG:80/Groups/#top", "http://example.org/Groups/"),
        ("https://example.org:443", "https://example.org/"),
        ("https://example.org:8443/a?", "https://example.org:8443/a"),
        ("https://example.org/a/./b/../c", "https://example.org/a/c"),
        ("https://example.org/?b=2&a=1&b=1", "https://example.org/?a=1&b=2&b=1"),
        ("https://example.org/a?UTM_Source=x&fbclid=y&page=2", "https://example.org/a?page=2"),
        ("https://example.org/a;jsessionid=9F?PHPSESSID=1", "https://example.org/a"),
        ("https://example.org/caf%c3%a9/%7Eann", "https://example.org/caf%C3%A9/~ann"),
        ("https://example.org/café and tea", "https://example.org/caf%C3%A9%20and%20tea"),
        ("https://example.org/a%2Fb", "https://example.org/a%2Fb"),
        ("  /next \n", "https://example.org/next"),
        ("?page=2", "https://example.org/x/y?page=2"),
        ("mailto:a@example.org", ""),
        ("javascript:void(0)", ""),
        ("http://[::1", ""),
        ("http://example.org:99999/", ""),
    ],
)
def test_one_address_for_one_page(address: str, canonical: str) -> None:
    assert CANONICAL(address, base="https://example.org/x/y") == canonical
    assert CANONICAL(canonical) == canonical, "canonical once, canonical always"


def crawl_job(*sources: Source, limits: Limits = LIMITS, **changes: object) -> CrawlJob:
    locality = Locality(key="x", name="X", gss_code="E99999999", contact="a@example.org", source=sources)
    made = CrawlJob(locality=locality, out=Path(), archive=Path(), user_agent="x", limits=limits)
    return replace(made, **changes)


def rules(*sources: Source, limits: Limits = LIMITS, **changes: object) -> SourceRules:
    return SourceRules(crawl_job(*sources, limits=limits, **changes), CANONICAL)


def site(**changes: object) -> Source:
    return Source.model_validate({"start": ["https://example.org/"], **changes})


def found(*links: str) -> Found:
    return Found(links=tuple(Link(url=link) for link in links), base="https://example.org/")


def follow(front: SourceRules, visit: Visit, *links: str) -> list[str]:
    return [v.url.removeprefix("https://example.org") for v, _ in front.visits_from(visit, found(*links))]


def test_follow_and_skip_look_at_path_and_query() -> None:
    front = rules(site(follow=["^/groups/", "^/news/"], skip=["[?&]print=", "/old/"]))
    (start,) = front.start()
    links = ["/groups/a", "/groups/a?print=1", "/groups/old/b", "/about", "/news/", "https://example.net/groups/c"]
    assert follow(front, start, *links) == ["/groups/a", "/news/"]
    assert follow(front, start, "/groups/a#again") == [], "each address once"


def test_depth_is_bounded_and_told() -> None:
    front = rules(site(max_depth=1))
    (start,) = front.start()
    ((near, _),) = front.visits_from(start, found("/a"))
    assert follow(front, near, "/b") == []
    assert front.too_deep
    assert follow(front, start, "/b") == ["/b"]
    assert not front.too_deep, "it was reached on a shorter way"


def test_a_listing_leads_over_its_next_pages_to_detail_pages_and_no_further() -> None:
    front = rules(site(kind="listing", follow=["^/groups/"], next_page=r"[?&]page=\d+", max_depth=1))
    (visit,) = front.start()
    for page in range(2, 6):
        visits = [v for v, _ in front.visits_from(visit, found(f"/?page={page}", f"/groups/{page}", "/about"))]
        assert [(v.kind, v.depth, v.first) for v in visits] == [
            ("listing", 0, "https://example.org/"),
            ("page", 1, ""),
        ]
        assert follow(front, visits[1], "/groups/neighbour") == []
        visit = visits[0]


def test_addresses_that_differ_by_query_alone_are_bounded_but_not_next_pages() -> None:
    limits = Limits(addresses_per_path=2)
    front = rules(site(kind="listing", next_page="page="), limits=limits)
    (start,) = front.start()
    assert len(follow(front, start, *(f"/?page={n}" for n in range(9)))) == 9
    assert len(follow(front, start, *(f"/calendar?month={n}" for n in range(9)))) == 2
    assert len(front.trapped) == 7


def test_queries_that_a_pattern_or_a_sitemap_names_are_no_trap() -> None:
    limits = Limits(addresses_per_path=2)
    records = [f"/service.page?id={n}" for n in range(9)]
    named = rules(site(follow=[r"service\.page\?id="]), limits=limits)
    assert follow(named, next(named.start()), *records) == records
    vague = rules(site(follow=["service"]), limits=limits)
    assert follow(vague, next(vague.start()), *records) == records[:2]
    mapped = rules(site(kind="sitemap", max_depth=0), limits=limits)
    assert follow(mapped, next(mapped.start()), *records) == records


def test_a_recheck_asks_for_the_known_pages_even_where_rules_changed() -> None:
    urls = ["https://example.org/groups/a/a/a/a/a/", "https://example.org/x?y=1"]
    front = rules(site(follow=["^/nothing"]), known=tuple(Known(url=url) for url in urls), only_known=True)
    visits = list(front.start())
    assert [visit.url for visit in visits] == urls
    assert list(front.visits_from(visits[0], found("/b"))) == []


def sitemap(*locations: str, kind: str = "urlset") -> bytes:
    inner = "sitemap" if kind == "sitemapindex" else "url"
    rows = "".join(f"<{inner}><loc> {location} </loc></{inner}>" for location in locations)
    return f'<?xml version="1.0"?><{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{kind}>'.encode()


def test_sitemaps_indexes_gzip_and_robots_lines() -> None:
    def read(url: str, body: bytes) -> Found:
        job = crawl_job(limits=Limits(max_body_bytes=100_000))
        return read_sitemap(Response(url, body=body), Visit(url=url, source=0, kind="sitemap"), job)

    def led_to(found: Found) -> list[tuple[str, str]]:
        return [(link.url, link.kind) for link in found.links]

    assert led_to(read("https://example.org/s.xml", sitemap("https://example.org/a"))) == [
        ("https://example.org/a", "")
    ]
    packed = gzip.compress(sitemap("https://example.org/s1.xml", kind="sitemapindex"))
    assert led_to(read("https://example.org/s.xml.gz", packed)) == [("https://example.org/s1.xml", "sitemap")]
    robots = b"User-agent: *\nDisallow:\nsitemap: /maps/one.xml\n"
    assert led_to(read("https://example.org/robots.txt", robots)) == [("https://example.org/maps/one.xml", "sitemap")]
    assert led_to(read("https://example.org/robots.txt", b"")) == [("https://example.org/sitemap.xml", "sitemap")]
    assert "exceeded" in read("https://example.org/s.xml.gz", gzip.compress(bytes(1_000_000))).error
    assert "expected a urlset" in read("https://example.org/s.xml", b"<html><p>Not found</p></html>").error
    assert read("https://example.org/s.xml", b"").error


def test_links_are_read_relative_to_the_base_of_the_page() -> None:
    html = b"<base href='/sub/'><a href='one'>1</a><map><area href='two'></map><a>none</a><link rel=next href='p2'>"
    read = read_html(html)
    assert (sorted(link.url for link in read.links), read.base) == (["one", "p2", "two"], "https://example.org/sub/")


def test_a_link_carries_its_words_and_the_heading_above_it() -> None:
    read = read_html(b"""<a href=/>Home</a><h2>Groups <b>near</b> you</h2><p><a href=/choir/>Our
        <i>choir</i></a> <a href=/shed/><img alt="The shed"></a><h3><a href=/walks/>Walks</a></h3>""")
    assert [(link.url, link.anchor, link.heading) for link in read.links] == [
        ("/", "Home", ""),
        ("/choir/", "Our choir", "Groups near you"),
        ("/shed/", "The shed", "Groups near you"),
        ("/walks/", "Walks", "Walks"),
    ]


def read_html(html: bytes) -> Found:
    response = HtmlResponse("https://example.org/x", body=html, encoding="utf-8")
    return read_page_links(response, Visit(url=response.url, source=0), crawl_job())


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (b"30", 30.0),
        (b"Sun, 01 Mar 2026 12:01:30 GMT", 90.0),
        (b"Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        (b"soon", None),
        (b"-5", None),
        (None, None),
    ],
)
def test_retry_after_in_both_forms(header: bytes | None, seconds: float | None) -> None:
    assert retry_after(header, now=NOW) == seconds


def test_an_opt_out_covers_the_host_its_subdomains_and_the_paths_below() -> None:
    row = OptOut(host="www.example.org", path_prefix="/groups/", asked_on="2026-01-05")
    assert row.covers("https://example.org/groups/a")
    assert row.covers("http://old.example.org:8080/groups/")
    assert not row.covers("https://example.org/news/")
    assert not row.covers("https://notexample.org/groups/a")


def test_the_agent_carries_the_locality_contact_before_the_default_one() -> None:
    assert user_agent(Limits(contact="a@example.org"), contact="b@example.org").endswith(" (+b@example.org)")
    assert user_agent(Limits(contact="a@example.org")).endswith(" (+a@example.org)")
