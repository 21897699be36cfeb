"""A crawl that is cut off at any moment goes on where it was: nothing is fetched twice, nothing archived is lost."""

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawlers.archive import ArchiveWriter, read_body
from crawlers.booking import utc_now
from crawlers.job import CrawlJob, CrawlResult
from crawlers.journal import cut_torn_record, mend
from crawlers.limits import Limits
from crawlers.run import alone, crawl, is_unfinished, settle
from register.errors import CrawlError
from register.localities.locality import Locality, Source
from tests.crawls import crawling, crawls_of
from tests.loopback import Answer, Route, Site, serving

PAGES = 90


def page(number: int) -> Route:
    """Page n links to pages 3n+1 to 3n+3, and takes its time."""
    links = "".join(f"<a href='/{n}/'>Group {n}</a>" for n in range(3 * number + 1, 3 * number + 4) if n < PAGES)
    words = " ".join(f"word{number}x{n}" for n in range(400))
    answer = Answer(body=f"<title>{number}</title><p>{words}</p>{links}", type="text/html")

    def after_a_while() -> Answer:
        time.sleep(0.01)
        return answer

    return after_a_while


@pytest.fixture
def tree() -> Iterator[Site]:
    pages = {f"/{n}/" if n else "/": page(n) for n in range(PAGES)}
    with serving({"/robots.txt": Answer(body="", type="text/plain"), **pages}) as site:
        yield site


def job(folder: Path, base: str = "http://127.0.0.1:1", **limits: object) -> CrawlJob:
    source = Source(start=(f"{base}/",))
    locality = Locality(key="x", name="X", gss_code="E99999999", allow_loopback=True, delay_seconds=0, source=(source,))
    return CrawlJob(
        locality=locality, out=folder / "crawl", archive=folder / "archive", user_agent="x", limits=Limits(**limits)
    )


def cut_off(tree: Site, asked: CrawlJob, *, after: int, whom: str, wait: float) -> None:
    """Let the crawl make `after` more requests, then kill the parent, the child, or both."""
    until, began = len(tree.asked) + after, time.monotonic()
    with crawling(asked) as parent:
        while len(tree.asked) < until and parent.poll() is None:
            assert time.monotonic() - began < 60
            time.sleep(0.001)
        time.sleep(wait)
        child = next(iter(crawls_of(asked.out)), 0)
        if whom in ("child", "both") and child:
            os.kill(child, signal.SIGKILL)
        if whom in ("parent", "both"):
            parent.send_signal(signal.SIGKILL)
        if whom == "ctrl-c":
            parent.send_signal(signal.SIGINT)


def test_a_crawl_that_is_killed_again_and_again_ends_like_one_that_was_not(tree: Site, tmp_path: Path) -> None:
    chance = random.Random(os.environ.get("TIDIERMAP_SEED", "1"))  # noqa: S311 (a seed makes a failure come again)
    asked = job(tmp_path, tree.base)
    cuts = ["child", "both", "parent", "ctrl-c"]
    chance.shuffle(cuts)
    for whom in cuts:
        cut_off(tree, asked, after=chance.randint(3, 16), whom=whom, wait=chance.random() * 0.02)
    told: list[str] = []
    result = crawl(asked, on_fetch=lambda fetch: told.append(fetch.url))
    assert sorted(told) == sorted(f"{tree.base}/{n}/" if n else f"{tree.base}/" for n in range(PAGES))
    assert [fetch.url for fetch in result.fetches] == told
    assert result.stats.finish_reason == "finished"
    assert {fetch.status for fetch in result.fetches} == {200}
    again = Counter(path for path in tree.asked if path != "/robots.txt")
    twice = again.total() - len(again)
    assert twice <= len(cuts) * asked.limits.concurrent_per_host, "only what was under way when it was cut off"
    check_archive(asked, result)


def check_archive(asked: CrawlJob, result: CrawlResult) -> None:
    for fetch in result.fetches:
        body, _ = read_body(asked.archive, fetch.archive, fetch.offset)
        assert body.startswith(b"<title>")
    urls = Counter()
    for path in asked.archive.rglob("*.warc.gz"):
        with path.open("rb") as file:
            urls.update(r.rec_headers.get_header("WARC-Target-URI") for r in ArchiveIterator(file))
        assert cut_torn_record(path) == 0, "the crawl that went on had cut it already"
    assert {fetch.final_url for fetch in result.fetches} <= set(urls)


def test_what_was_settled_is_not_told_again(tree: Site, tmp_path: Path) -> None:
    asked = job(tmp_path, tree.base, max_pages_per_run=5)
    first = crawl(asked)
    told = len(tree.asked)
    assert len(crawl(asked).fetches) == len(first.fetches) == 5, "not settled: the same answer, without a request"
    assert [path for path in tree.asked[told:] if path != "/robots.txt"] == []
    settle(asked.out)
    assert not is_unfinished(asked, now=utc_now())


def test_an_old_crawl_is_not_taken_up(tree: Site, tmp_path: Path) -> None:
    asked = job(tmp_path, tree.base, max_pages_per_run=2)
    crawl(asked)
    assert is_unfinished(asked, now=utc_now() + timedelta(hours=71))
    assert not is_unfinished(asked, now=utc_now() + timedelta(hours=73))


def test_two_crawls_of_a_locality_do_not_write_into_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawlers.run.GRACE_SECONDS", 0.1)
    asked = job(tmp_path)
    with alone(asked.out), pytest.raises(CrawlError, match="another crawl of this locality is under way"):
        crawl(asked)


def test_a_torn_record_is_cut_off_wherever_it_was_torn(tmp_path: Path) -> None:
    asked = job(tmp_path)
    asked.out.mkdir()
    writer = ArchiveWriter(asked.archive, "x", utc_now(), software="x", out=asked.out)
    places = []
    for n in range(3):
        body = random.Random(n).randbytes(2000)  # noqa: S311
        places.append(
            writer.write(url=f"http://x/{n}", status="200 OK", headers=(), body=body, fetched_at=utc_now(), ip="")
        )
    writer.close()
    path = asked.archive / places[0][0]
    whole = path.read_bytes()
    ends = [offset for _, offset in places[1:]] + [len(whole)]
    for size in random.Random(7).sample(range(places[0][1], len(whole)), 60):  # noqa: S311
        path.write_bytes(whole[:size])
        cut_torn_record(path)
        assert path.stat().st_size == max([places[0][1], *(end for end in ends if end <= size)])


def test_torn_lines_and_lines_without_a_body_are_left_out(tree: Site, tmp_path: Path) -> None:
    asked = job(tmp_path, tree.base, max_pages_per_run=4)
    result = crawl(asked)
    lines = asked.out / "fetches.jsonl"
    last = result.fetches[-1]
    (asked.archive / last.archive).write_bytes((asked.archive / last.archive).read_bytes()[: last.offset + 40])
    with lines.open("a") as file:
        file.write('{"url": "http://127')
    mend(asked)
    assert [json.loads(line)["url"] for line in lines.read_text().splitlines()] == [
        fetch.url for fetch in result.fetches[:-1]
    ]
    assert len(crawl(asked).fetches) == 4
