"""A host is one host, with `www.` or without: the crawl's reports and the register's pages meet under one name."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.job import HostReport
from flows.discovery.gathering import Answered
from register.hosts import host_of
from register.models import Fetch
from tests.seeding import Desk, draft

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("url", ["https://www.growers.example/shed", "https://growers.example/shed"])
def test_a_page_and_the_report_of_its_host_meet(url: str, tmp_path: Path) -> None:
    answer = Answered(url=url, fetch=Fetch(url=url, final_url=url, status=200, fetched_at=NOW))
    report = HostReport(host=host_of(url), pages=1, failures=0)
    assert answer.host == report.host == "growers.example"
    desk = Desk(tmp_path)
    desk.queue(draft("shed", url=url))
    with desk.store() as store:
        kinds = {page.kind for page in store.pages.of_locality("fenmarsh")}
        names = [name for kind in kinds for name in store.queue.names_on_pages("fenmarsh", answer.host, kind=kind)]
    assert names == ["Potting Shed Pals"]
