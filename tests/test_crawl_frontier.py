"""What is asked for next: the promising before the rest, within budgets, and what a run leaves to the next."""

import json
from dataclasses import replace
from pathlib import Path

from crawlers.hosts import HostWatch
from crawlers.job import Ended, Judged, Known
from crawlers.kept import write_kept
from crawlers.visits import Visit
from register.hosts import host_of
from tests.frontiers import SITE, asked_for, begun, finish, handed_out, job, lead, source


def test_promising_links_go_first_and_breadth_first_takes_them_as_they_come(tmp_path: Path) -> None:
    links = {"/privacy": "Privacy", "/x": "More", "/sing": "Our choir"}
    for order, expected in (("best", ["/sing", "/x", "/privacy"]), ("breadth", ["/privacy", "/x", "/sing"])):
        frontier = begun(job(tmp_path, limits={"order": order}))
        assert handed_out(frontier) == ["/"]
        lead(frontier, "/", links)
        assert handed_out(frontier) == expected


def test_addresses_alike_to_those_that_led_to_services_rise_and_others_sink(tmp_path: Path) -> None:
    frontier = begun(job(tmp_path))
    handed_out(frontier)
    ways = {f"/{way}/{n}x": "More" for n in range(5) for way in ("a", "b")}
    lead(frontier, "/", ways)
    for n in range(2):
        lead(frontier, f"/a/{n}y", {}, relevance=0.0)
        lead(frontier, f"/b/{n}y", {}, relevance=1.0)
    assert [url[:3] for url in handed_out(frontier)] == ["/b/"] * 5 + ["/a/"] * 5


def test_a_page_of_links_is_worth_what_it_leads_to(tmp_path: Path) -> None:
    frontier = begun(job(tmp_path))
    handed_out(frontier)
    lead(frontier, "/", {f"/{way}/{n}": "More" for n in (2, 3) for way in ("tag", "page")})
    lead(frontier, "/tag/1", {"/": "Home"}, relevance=0.1)
    lead(frontier, "/page/1", {f"/g{n}": "Choir" for n in range(8)}, relevance=0.1)
    order = [url for url in handed_out(frontier) if url.startswith(("/page", "/tag"))]
    assert sorted(order[:2]) == ["/page/2", "/page/3"]


def test_addresses_that_come_to_nothing_make_others_like_them_sink(tmp_path: Path) -> None:
    frontier = begun(job(tmp_path))
    handed_out(frontier)
    lead(frontier, "/", {f"/{way}/{n}": "More" for way in ("a", "b") for n in range(3)})
    for n in range(3, 6):
        frontier.fail(Visit(url=f"{SITE}/a/{n}", source=0))
        lead(frontier, f"/b/{n}", {}, relevance=0.5)
    assert [url[:3] for url in handed_out(frontier)] == ["/b/"] * 3 + ["/a/"] * 3


def test_a_slash_at_the_end_makes_no_second_page_once_the_site_said_so(tmp_path: Path) -> None:
    frontier = begun(job(tmp_path))
    handed_out(frontier)
    lead(frontier, "/", {"/a": "More", "/b/": "More", "/b": "More", "/broken/": "More", "/broken": "More"})
    frontier.arrive(Visit(url=f"{SITE}/a", source=0), f"{SITE}/a/")
    frontier.fail(Visit(url=f"{SITE}/broken/", source=0))
    asked = handed_out(frontier)
    assert sorted(asked) == ["/a", "/b/", "/broken", "/broken/"], "of two that answer, one; a broken one is no answer"
    finish(frontier, tmp_path)
    lead(again := begun(job(tmp_path)), "/", {"/c": "More", "/c/": "More"})
    assert [url for url in handed_out(again) if url.startswith("/c")] == ["/c"], "the next run knows it"


def test_without_that_both_addresses_are_asked_for(tmp_path: Path) -> None:
    frontier = begun(job(tmp_path))
    handed_out(frontier)
    lead(frontier, "/", {"/b/": "More", "/b": "More"})
    frontier.arrive(Visit(url=f"{SITE}/old", source=0), f"{SITE}/new/")
    frontier.arrive(Visit(url=f"{SITE}/find?back=/old/", source=0), f"{SITE}/find?back=/old")
    assert sorted(handed_out(frontier)) == ["/b", "/b/"]


def test_what_people_decided_is_known_before_anything_is_read(tmp_path: Path) -> None:
    judged = tuple(
        Judged(url=f"{SITE}/{way}/{n}", relevant=way == "clubs") for n in range(3) for way in ("shop", "clubs")
    )
    frontier = begun(job(tmp_path, judged=judged))
    handed_out(frontier)
    lead(frontier, "/", {"/shop/new": "More", "/clubs/new": "More"})
    assert handed_out(frontier) == ["/clubs/new", "/shop/new"]


def test_budgets_of_source_host_and_run_leave_the_rest_and_say_so(tmp_path: Path) -> None:
    links = {f"/p{n}": "More" for n in range(9)}
    for sources, limits in (
        ((source(max_pages=4),), {}),
        ((source(max_pages_per_host=4),), {}),
        ((source(),), {"max_pages_per_host": 4}),
        ((source(),), {"max_pages_per_run": 4}),
    ):
        frontier = begun(job(tmp_path, *sources, limits=limits))
        handed_out(frontier)
        lead(frontier, "/", links)
        assert len(handed_out(frontier)) == 3, "and the front page"
        assert len(list(frontier.left())) == 6
        assert frontier.ended("example.org") is Ended.BUDGET
        assert frontier.truncated_by == {"max_pages"}
        assert not frontier.waits()


def test_a_barren_host_is_left_where_its_source_asks_for_that(tmp_path: Path) -> None:
    for barren_after, left in ((3, True), (None, False)):
        frontier = begun(job(tmp_path, source(barren_after=barren_after)))
        handed_out(frontier)
        lead(frontier, "/", {f"/p{n}": "More" for n in range(9)}, relevance=0.9)
        for n in range(3):
            lead(frontier, f"/q{n}", {}, relevance=0.1)
        assert (frontier.next_visit() is None) is left
        assert (frontier.ended("example.org") is Ended.BARREN) is left


def test_what_a_run_leaves_is_asked_for_by_the_next_and_budgets_add_up(tmp_path: Path) -> None:
    asked = job(tmp_path, limits={"max_pages_per_run": 4})
    known: tuple[Known, ...] = ()
    seen: list[str] = []
    for run in range(4):
        frontier = begun(replace(asked, known=known))
        assert frontier.fresh is (run == 0)
        got = []
        while (one := frontier.next_visit()) is not None:
            got.append(one)
            frontier.end(one.visit)
            if one.visit.url == f"{SITE}/" and run == 0:
                lead(frontier, "/", {f"/p{n}": "Choir" if n == 8 else "More" for n in range(9)})
        new = [one.visit.url for one in got if one.visit.url not in {k.url for k in known}]
        seen += new
        write_kept(
            tmp_path,
            rules=frontier.digest,
            variants=(),
            asked=got,
            failed=set(),
            left=frontier.left(),
            before=frontier.kept,
        )
        known = tuple(Known(url=url, archive="x") for url in seen)
    assert seen[1] == f"{SITE}/p8", "the promising one in the first run"
    assert sorted(seen) == sorted([f"{SITE}/", *(f"{SITE}/p{n}" for n in range(9))])


def test_known_pages_go_first_and_those_not_due_are_left_alone(tmp_path: Path) -> None:
    frontier = begun(job(tmp_path))
    handed_out(frontier)
    lead(frontier, "/", {"/new": "Choir"})
    finish(frontier, tmp_path)
    known = (
        Known(url=f"{SITE}/", archive="a", due=False),
        Known(url=f"{SITE}/due", archive="a"),
        Known(url=f"{SITE}/later", archive="a", due=False),
        Known(url=f"{SITE}/print", archive="a", duplicate_of=f"{SITE}/due"),
    )
    again = begun(job(tmp_path, known=known))
    assert handed_out(again) == ["/due", "/new"]
    assert again.untouched == 3


def test_other_rules_have_the_links_of_unchanged_pages_read_once_more(tmp_path: Path) -> None:
    finish(begun(job(tmp_path)), tmp_path)
    assert not begun(job(tmp_path, source(max_pages=7))).fresh
    assert begun(job(tmp_path, source(follow=["^/groups"]))).fresh
    (tmp_path / "frontier.jsonl").write_text("torn")
    assert begun(job(tmp_path)).fresh


def test_an_address_that_fails_is_tried_in_five_runs_and_then_forgotten(tmp_path: Path) -> None:
    tried = 0
    for run in range(8):
        frontier = begun(job(tmp_path))
        if run == 0:
            lead(frontier, "/", {"/gone": "Choir"})
        asked = asked_for(frontier)
        tried += sum(one.visit.url.endswith("/gone") for one in asked)
        frontier.failed.update(hash(one.visit.url) for one in asked)
        write_kept(
            tmp_path,
            rules=frontier.digest,
            variants=(),
            asked=asked,
            failed=frontier.failed,
            left=(),
            before=frontier.kept,
        )
    assert tried == 5


def test_a_host_that_failed_says_so_before_its_budget(tmp_path: Path) -> None:
    frontier = begun(job(tmp_path, limits={"max_pages_per_run": 1}))
    handed_out(frontier)
    lead(frontier, "/", {"/p": "More"})
    watch = HostWatch(1)
    assert [r.ended for r in watch.reports(frontier, cut=None)] == [Ended.BUDGET]
    assert [r.ended for r in watch.reports(frontier, cut=Ended.TIMEOUT)] == [Ended.TIMEOUT]
    watch.note(f"{SITE}/p", 500, "")
    (report,) = watch.reports(frontier, cut=None)
    assert (report.host, report.ended, report.left) == (host_of(SITE), Ended.FAILURES, 1)


def test_the_kept_file_is_lines_of_json(tmp_path: Path) -> None:
    frontier = begun(job(tmp_path))
    lead(frontier, "/", {"/p": "Choir"})
    finish(frontier, tmp_path)
    head, *rows = (tmp_path / "frontier.jsonl").read_text().splitlines()
    assert json.loads(head) == {"rules": frontier.digest, "variants": []}
    assert {json.loads(row)[0] for row in rows} == {f"{SITE}/", f"{SITE}/p"}
