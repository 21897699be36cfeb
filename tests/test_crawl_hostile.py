"""Sites that are slow, broken or malicious: every address ends in a fetch or a count, and the run ends."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawlers.archive import read_body
from crawlers.job import CrawlResult
from crawlers.run import crawl
from register.localities.locality import Source
from register.models import Fetch
from tests.misbehaving import LIMITS, Site, job, misbehave

LINKS = (
    "/busy /bomb /huge /loop /inside /other /calendar /truncated /charset /film /silent /nofollow /nul /photo.JPG "
    "http://10.0.0.1/admin http://192.168.1.1/ /a/b/a/b/a/b/a/b/ /plain#top "
    "/plain?utm_source=letter mailto:a@example.org"
)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[CrawlResult, Site, Path]]:
    folder = tmp_path_factory.mktemp("hostile")
    with misbehave(links=LINKS) as site:
        yield crawl(job(folder, Source(start=(f"{site.base}/",))), timeout_seconds=60), site, folder


def fetch_of(crawled: tuple[CrawlResult, Site, Path], path: str) -> Fetch:
    (found,) = (fetch for fetch in crawled[0].fetches if fetch.url == f"{crawled[1].base}{path}")
    return found


def test_the_run_ends_in_good_order(crawled: tuple[CrawlResult, Site, Path]) -> None:
    assert crawled[0].stats.finish_reason == "finished"
    assert not [text for _, text in crawled[0].stats.errors if "our fault" in text]


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("/bomb", 0, r"exceeded DOWNLOAD_MAXSIZE"),
        ("/huge", 0, r"DownloadCancelledError.*10000000"),
        ("/loop", 302, r"redirect loop"),
        ("/inside", 302, r"redirects to a private address: 169\.254\.10\.20"),
        ("/other", 302, r"redirects to another host: other\.example\.org"),
        ("/truncated", 0, r"ResponseDataLoss"),
        ("/silent", 0, r"DownloadTimeoutError|took longer than 1"),
    ],
)
def test_what_cannot_be_had_is_a_fetch_that_says_why(
    crawled: tuple[CrawlResult, Site, Path], path: str, status: int, error: str
) -> None:
    fetch = fetch_of(crawled, path)
    assert (fetch.status, fetch.archive) == (status, "")
    assert re.search(error, fetch.error)
    assert (fetch.url, fetch.error) in crawled[0].stats.errors


def test_a_busy_host_is_left_in_peace_as_long_as_it_asks_for(crawled: tuple[CrawlResult, Site, Path]) -> None:
    assert fetch_of(crawled, "/busy").status == 200
    first, second = crawled[1].times("/busy")
    assert second - first >= 1.0
    between = [path for when, path in crawled[1].requests if first + 0.3 < when < first + 0.95]
    assert between == [], "no other page of the host was asked for meanwhile"


def test_an_endless_calendar_ends(crawled: tuple[CrawlResult, Site, Path]) -> None:
    assert len(crawled[1].times("/calendar")) == 1 + LIMITS.addresses_per_path
    assert crawled[0].stats.trapped >= 7
    assert not crawled[1].times("/a/b/a/b/a/b/a/b/")


def test_a_wrong_charset_and_control_characters_stop_nothing(crawled: tuple[CrawlResult, Site, Path]) -> None:
    fetch = fetch_of(crawled, "/charset")
    body, content_type = read_body(crawled[2] / "archive", fetch.archive, fetch.offset)
    assert body.startswith(b"<h1>Caf\xe9 \xa32")
    assert content_type == "text/html; charset=utf-8"
    assert fetch_of(crawled, "/after-charset").status == fetch_of(crawled, "/after-nul").status == 200


def test_films_and_pictures_are_counted_and_left(crawled: tuple[CrawlResult, Site, Path]) -> None:
    assert not [fetch for fetch in crawled[0].fetches if fetch.url.endswith(("/film", ".JPG"))]
    assert crawled[0].stats.skipped_types == 2
    assert not crawled[1].times("/photo.JPG")


def test_no_other_host_and_no_private_address_is_asked(crawled: tuple[CrawlResult, Site, Path]) -> None:
    assert {re.sub(r"^(http://[^/]+).*", r"\1", fetch.url) for fetch in crawled[0].fetches} == {crawled[1].base}
    assert crawled[0].stats.refused_private == 1, "the redirect; plain links off the site are not followed at all"


def test_one_page_is_one_request_whatever_is_hung_on_its_address(crawled: tuple[CrawlResult, Site, Path]) -> None:
    assert len(crawled[1].times("/plain")) == 1
    assert not crawled[1].times("/hidden"), "the page asks for its links not to be followed"
