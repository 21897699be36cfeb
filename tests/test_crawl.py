"""A real crawl of the sample site over loopback: what is found, kept, refused, and asked for a second time."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from crawlers.archive import read_body
from crawlers.job import CrawlJob, CrawlResult, Known, dump, load_job, load_stats
from crawlers.limits import OptOut, read_limits, read_opt_out, user_agent
from crawlers.run import crawl
from register.errors import ConfigError, CrawlError
from register.localities.locality import Locality, Source
from register.models import Fetch
from sample.serve import Site, serve

ROOT = Path(__file__).parent.parent
LIMITS = read_limits(ROOT / "data")
AGENT = user_agent(LIMITS, contact="mapping@example.org")


def job(folder: Path, *sources: Source, name: str = "run", **changes: object) -> CrawlJob:
    locality = Locality(
        key="sample", name="Sample", gss_code="E99999999", allow_loopback=True, delay_seconds=0, source=sources
    )
    made = CrawlJob(locality=locality, out=folder / name, archive=folder / "archive", user_agent=AGENT, limits=LIMITS)
    return replace(made, **changes)


def known(fetches: tuple[Fetch, ...]) -> tuple[Known, ...]:
    return tuple(
        Known(url=f.url, etag=f.etag, last_modified=f.last_modified, archive=f.archive, offset=f.offset)
        for f in fetches
        if f.status == 200
    )


def paths(fetches: tuple[Fetch, ...], status: int = 200) -> set[str]:
    return {re.sub(r"^http://[^/]+", "", fetch.url) for fetch in fetches if fetch.status == status}


@dataclass(frozen=True, kw_only=True)
class Crawls:
    """The sample site crawled, crawled again unchanged, and asked again in its later state for what was known."""

    folder: Path
    base: str
    first: CrawlResult
    again: CrawlResult
    later: CrawlResult
    seen: tuple[str, ...]
    log: tuple[tuple[str, ...], ...]
    asked_again: tuple[tuple[str, ...], ...]


def access(log: Path) -> tuple[tuple[str, ...], ...]:
    """Rows of (time, method, path, status, agent)."""
    return tuple(tuple(line.split("\t")) for line in log.read_text().splitlines())


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Crawls:
    folder = tmp_path_factory.mktemp("crawls")
    seen: list[str] = []
    with serve(log=folder / "first.tsv") as base:
        port = int(base.rsplit(":", 1)[1])
        source = Source(start=(f"{base}/",), skip=("[?&]tag=",))
        first = crawl(job(folder, source), on_fetch=lambda fetch: seen.append(fetch.url))
        log = access(folder / "first.tsv")
        again = crawl(job(folder, source, name="again", known=known(first.fetches)))
        asked_again = access(folder / "first.tsv")[len(log) :]
    with serve(port=port, later=True) as base:
        asked = tuple(k for k in known(first.fetches) if "/services/" in k.url)
        later = crawl(job(folder, source, name="later", known=asked, only_known=True))
    return Crawls(
        folder=folder,
        base=base,
        first=first,
        again=again,
        later=later,
        seen=tuple(seen),
        log=log,
        asked_again=asked_again,
    )


def test_every_page_of_the_site_is_found_and_its_bytes_are_in_the_archive(crawls: Crawls) -> None:
    site = Site()
    asked_not_to = {"/staff/rota.html"}
    broken = {"/events/calendar.html"}
    extra = {"/services/walking-group/", "/leaflets/warm-welcome.pdf"}
    assert paths(crawls.first.fetches) == (set(site.pages()) - asked_not_to - broken) | extra
    for fetch in crawls.first.fetches:
        body, content_type = read_body(crawls.folder / "archive", fetch.archive, fetch.offset)
        path = re.sub(r"^http://[^/]+", "", fetch.final_url)
        assert body == site.answer(path, base=crawls.base).body
        assert content_type == fetch.content_type
    assert crawls.first.stats.finish_reason == "finished"
    assert crawls.first.stats.truncated_by == ""


def test_each_fetch_is_reported_while_the_crawl_runs(crawls: Crawls) -> None:
    assert list(crawls.seen) == [fetch.url for fetch in crawls.first.fetches]


def test_a_page_that_robots_refuses_is_never_requested(crawls: Crawls) -> None:
    requested = [row[2] for row in crawls.log]
    assert requested[0] == "/robots.txt"
    assert not [path for path in requested if path.startswith(("/staff/", "/search"))]
    assert crawls.first.stats.refused_by_robots == 1


def test_missing_and_broken_pages_are_fetches_with_their_status(crawls: Crawls) -> None:
    assert paths(crawls.first.fetches, 404) == {"/groups/chess-club.html"}
    assert paths(crawls.first.fetches, 500) == {"/events/calendar.html"}
    assert sum(row[2] == "/events/calendar.html" for row in crawls.log) == 1 + LIMITS.retries
    assert dict(crawls.first.stats.by_status) == {200: 38, 404: 1, 500: 1}
    (host,) = crawls.first.stats.hosts
    assert (host.pages, host.failures) == (37, 1), "the moved page is one page at two addresses"


def test_a_moved_page_keeps_both_addresses_and_is_requested_once(crawls: Crawls) -> None:
    (moved,) = (f for f in crawls.first.fetches if f.url.endswith("/services/walking-group/"))
    assert moved.final_url == moved.url.replace("walking-group", "walking-for-wellbeing")
    assert moved.status == 200
    assert sum(row[2] == "/services/walking-for-wellbeing/" for row in crawls.log) == 1


def test_a_page_at_two_addresses_counts_as_a_duplicate(crawls: Crawls) -> None:
    assert crawls.first.stats.duplicates == 1
    assert {"/services/mens-shed/", "/groups/mens-shed.html"} <= paths(crawls.first.fetches)


def test_tracking_parameters_make_no_second_page(crawls: Crawls) -> None:
    assert not [row[2] for row in crawls.log if "utm_" in row[2] or "fbclid" in row[2]]


def test_the_agent_says_who_asks_and_how_to_reach_them(crawls: Crawls) -> None:
    assert {row[4] for row in crawls.log} == {AGENT}
    assert re.fullmatch(r"tidiermap/\S+ \(\+mapping@example\.org\)", AGENT)


def test_a_second_crawl_asks_conditionally_and_still_finds_every_page(crawls: Crawls) -> None:
    assert paths(crawls.again.fetches, 304) | paths(crawls.again.fetches, 200) == paths(crawls.first.fetches)
    assert len(paths(crawls.again.fetches, 304)) >= 37
    sent = [row for row in crawls.asked_again if row[2] not in ("/robots.txt", "/services/walking-group/")]
    assert {row[3] for row in sent} == {"304", "404", "500"}
    assert crawls.again.stats.unmodified == len(paths(crawls.again.fetches, 304))
    assert not [f.archive for f in crawls.again.fetches if f.status == 304 and f.archive]


def test_a_recheck_asks_for_what_is_known_and_follows_nothing(crawls: Crawls) -> None:
    asked = {path for path in paths(crawls.first.fetches) if path.startswith("/services/")}
    assert paths(crawls.later.fetches, 200) | paths(crawls.later.fetches, 410) == asked, "the menu changed everywhere"
    assert paths(crawls.later.fetches, 410) == {"/services/carers-circle/"}


def test_records_are_gzip_members_of_a_warc_file_below_the_locality(crawls: Crawls) -> None:
    (name,) = {fetch.archive for fetch in crawls.first.fetches}
    assert re.fullmatch(r"sample/\d{8}T\d{6}Z-\d+\.warc\.gz", name)
    data = (crawls.folder / "archive" / name).read_bytes()
    assert all(data[fetch.offset :].startswith(b"\x1f\x8b") for fetch in crawls.first.fetches)
    with pytest.raises(CrawlError, match="no readable record"):
        read_body(crawls.folder / "archive", name, 7)
    with pytest.raises(CrawlError, match="expected a response"):
        read_body(crawls.folder / "archive", name, 0)


def test_job_and_figures_survive_json(crawls: Crawls) -> None:
    one = load_job((crawls.folder / "again" / "job.json").read_text())
    assert load_job(dump(one)) == one
    assert one.known == known(crawls.first.fetches)
    assert load_stats(dump(crawls.first.stats)) == crawls.first.stats


def test_sitemap_and_listing_sources_and_those_who_opted_out(tmp_path: Path) -> None:
    with serve(log=tmp_path / "a.tsv") as base:
        other = base.replace("127.0.0.1", "127.0.0.2")
        sitemap = Source(kind="sitemap", start=(f"{base}/robots.txt",), follow=("^/services/",))
        listing = Source(kind="listing", start=(f"{base}/a-z/",), follow=("^/groups/",), next_page=r"/a-z/page/\d+/")
        opt_out = (
            OptOut(host="127.0.0.1", path_prefix="/services/choir", asked_on="2026-02-01"),
            OptOut(host="127.0.0.2", asked_on="2026-02-01", reason="letter of the trustees"),
        )
        result = crawl(job(tmp_path, sitemap, listing, Source(start=(f"{other}/",)), opt_out=opt_out))
    requested = {row[2] for row in access(tmp_path / "a.tsv")}
    services = {path for path in Site().pages() if path.startswith("/services/")} - {"/services/choir/"}
    groups = {path for path in Site().pages() if path.startswith("/groups/")} - {"/groups/lego-club.html"}
    lists = {"/a-z/", "/a-z/page/2/", "/a-z/page/3/"}
    assert groups | services | lists <= paths(result.fetches) | {"/groups/lego-club.html"}
    assert requested - paths(result.fetches) == {"/robots.txt", "/sitemap.xml", "/groups/chess-club.html"}
    assert "/services/choir/" not in requested
    assert result.stats.opted_out == 2
    assert {row[2] for row in access(tmp_path / "a.tsv")} & {"/", "/about/", "/whats-on/"} == set()


def test_a_crawl_without_figures_is_an_error_with_the_end_of_its_log(tmp_path: Path) -> None:
    (tmp_path / "run" / "stats.json.part").mkdir(parents=True)  # so that the figures cannot be written
    with serve() as base, pytest.raises(CrawlError, match=r"(?s)sample: the crawl ended with code 1.*IsADirectory"):
        crawl(job(tmp_path, Source(start=(f"{base}/contact/",), max_depth=0)))


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("agnet", '"x"', "one of the keys addresses_per_path"),
        ("retries", "99", "less than or equal to 10"),
        ("ignored_parameters", '["utm_("]', "a regular expression"),
    ],
)
def test_a_fault_in_crawl_toml_is_refused_with_its_key(tmp_path: Path, key: str, value: str, expected: str) -> None:
    (tmp_path / "crawl.toml").write_text(f"{key} = {value}\n")
    with pytest.raises(ConfigError, match=rf"crawl\.toml: {key}.*{expected}"):
        read_limits(tmp_path)


def test_a_fault_in_the_opt_out_list_is_refused_with_its_line(tmp_path: Path) -> None:
    shutil.copy(ROOT / "data" / "opt_out.csv", tmp_path)
    assert read_opt_out(tmp_path) == ()
    with (tmp_path / "opt_out.csv").open("a") as rows:
        rows.write("example.org,,2026-02-01,asked by letter\nhttps://example.net/,,2026-02-01,\n")
    with pytest.raises(ConfigError, match=r"opt_out\.csv:3: host.*a host name"):
        read_opt_out(tmp_path)


@pytest.mark.shared
def test_real_sites_are_found_whole(shared: Path, tmp_path: Path) -> None:
    sites = {"wakefield-stgeorges-2021-05": 18403, "lambeth-woodlawns": 18406}
    only = [part for site in sites for part in ("--only", site)]
    command = [sys.executable, str(shared / "sites" / "serve.py"), "--base-port", "18401", "--seconds", "120", *only]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            addresses = {line.split()[0]: line.split()[1] for line in (server.stdout.readline() for _ in sites)}
            sources = [Source(start=(address,)) for address in addresses.values()]
            result = crawl(job(tmp_path, *sources))
        finally:
            server.terminate()
    for site, address in addresses.items():
        files = {
            file.relative_to(shared / "sites" / site).as_posix() for file in (shared / "sites" / site).rglob("*.html")
        }
        found = {
            f.final_url.removeprefix(address) for f in result.fetches if f.status == 200 and f.url.startswith(address)
        }
        names = {f"{path}index.html" if path.endswith("/") or not path else path for path in found}
        reachable = reachable_files(shared / "sites" / site)
        assert names & files == reachable & files, site
        assert len(reachable) > 15, "a test of nothing otherwise"
    assert json.loads((tmp_path / "run" / "stats.json").read_text())["finish_reason"] == "finished"


def reachable_files(folder: Path) -> set[str]:
    """The HTML files to which links lead from index.html, read with regular expressions: a second opinion."""
    reached: set[str] = set()
    ahead = {"index.html"}
    while ahead:
        name = ahead.pop()
        reached.add(name)
        html = re.sub(r"<!--.*?-->", "", (folder / name).read_text(encoding="utf-8", errors="replace"), flags=re.DOTALL)
        for link in re.findall(r"""<a\b[^>]*?\bhref\s*=\s*["']?([^"'\s>]+)""", html, flags=re.IGNORECASE):
            path = urlsplit(urljoin(f"http://site/{name}", link.replace("&amp;", "&")))
            if path.netloc != "site":
                continue
            target = unquote(path.path).lstrip("/")
            if (folder / target).is_dir():
                target = f"{target.rstrip('/')}/index.html".lstrip("/")
            if target.endswith(".html") and (folder / target).is_file() and target not in reached:
                ahead.add(target)
    return reached
