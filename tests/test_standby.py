"""The crawling process on standby: it runs one job, leaves nobody behind, and a second look starts little else."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawlers.run import crawl
from crawlers.standby import standing_by
from register.errors import CrawlError
from register.localities.locality import Source
from tests.loopback import Answer, serving
from tests.misbehaving import job

ROOT = Path(__file__).parent.parent
CODE = """
import os, signal, time
from crawlers.standby import standing_by
with standing_by() as standby:
    print(standby.id, flush=True)
    time.sleep(60)
"""


def lives(process: int) -> bool:
    """Whether the process is there, and no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_process_on_standby_runs_one_job_and_the_next_has_its_own(tmp_path: Path) -> None:
    with serving({"/": Answer(body="<title>Tea</title>Tea on Tuesdays")}) as site, standing_by() as standby:
        source = Source(start=(f"{site.base}/",))
        for name in ("first", "second"):
            waited = standby.waits
            result = crawl(job(tmp_path / name, source), standby=standby)
            assert [fetch.status for fetch in result.fetches] == [200]
            assert waited == (name == "first")
        assert not standby.waits
        assert not lives(standby.id)


def test_a_process_on_standby_that_is_not_needed_ends_at_once() -> None:
    with standing_by() as standby:
        assert lives(standby.id)
        began = time.monotonic()
    assert not lives(standby.id)
    assert time.monotonic() - began < 1


def test_a_process_on_standby_ends_with_the_one_that_started_it() -> None:
    with subprocess.Popen([sys.executable, "-c", CODE], stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        standby = int(parent.stdout.readline())
        assert lives(standby)
        parent.kill()
    until = time.monotonic() + 25
    while lives(standby):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_process_that_died_on_standby_is_told_as_a_crawl_that_failed(tmp_path: Path) -> None:
    with standing_by() as standby:
        os.kill(standby.id, 9)
        with pytest.raises(CrawlError, match=r"wrote no stats\.json"):
            crawl(job(tmp_path, Source(start=("http://127.0.0.1:1/",))), standby=standby)
