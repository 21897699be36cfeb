"""A sitemap's dates: what rests is asked for where they say that it changed since we looked."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.http import Response

from crawlers.job import Known
from crawlers.kept import write_kept
from crawlers.links import read_sitemap
from crawlers.visits import Visit
from tests.frontiers import SITE, asked_for, begun, handed_out, job, source


@pytest.mark.parametrize(
    ("said", "asked"),
    [("2026-05-01", True), ("2026-05-02T08:00:00+00:00", True), ("2026-04-30", False), ("soon", False)],
)
def test_a_resting_page_is_asked_for_where_a_sitemap_says_that_it_changed(
    tmp_path: Path, said: str, asked: bool
) -> None:
    looked = datetime(2026, 5, 1, 12, tzinfo=UTC)
    known = (Known(url=f"{SITE}/sing", due=False, checked_at=looked), Known(url=f"{SITE}/", checked_at=looked))
    first = begun(job(tmp_path, source(kind="sitemap"), known=known))
    visited = asked_for(first)
    write_kept(tmp_path, rules=first.digest, variants=(), asked=visited, failed=first.failed, left=(), before=None)
    frontier = begun(job(tmp_path, source(kind="sitemap"), known=known))
    handed_out(frontier)
    body = f"<urlset><url><loc>{SITE}/sing</loc><lastmod>{said}</lastmod></url></urlset>"
    answer = Response(f"{SITE}/sitemap.xml", body=body.encode())
    visit = Visit(url=answer.url, source=0, kind="sitemap")
    frontier.follow(visit, read_sitemap(answer, visit, job(tmp_path)))
    assert handed_out(frontier) == (["/sing"] if asked else [])
