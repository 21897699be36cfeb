"""What is asked for next: the promising before the rest, within budgets, and nothing that says what was said before."""

import json
import math
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml.html import document_fromstring

from crawlers.addresses import Canonical, host_of
from crawlers.focus import Focus, FocusModel, Weights, Words, read_focus
from crawlers.frontier import Frontier
from crawlers.hosts import HostWatch
from crawlers.job import CrawlJob, Ended, Judged, Known
from crawlers.kept import read_kept, write_kept
from crawlers.learning import Learning, family_of, shape_of
from crawlers.likeness import Variants
from crawlers.limits import Limits
from crawlers.queue import Waiting
from crawlers.texts import SiteTexts
from crawlers.visits import Found, Link, Visit
from register.errors import ConfigError
from register.locality import Locality, Source

DATA = Path(__file__).parent.parent / "data"
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


def test_a_variant_that_says_the_same_is_not_asked_for_again() -> None:
    variants = Variants()
    assert variants.note(f"{SITE}/a", 1) == ""
    assert variants.note(f"{SITE}/a?print=1", 1) == f"{SITE}/a"
    assert variants.plain(f"{SITE}/b?page=2&print=1") == f"{SITE}/b?page=2"
    assert variants.note(f"{SITE}/a/amp/", 1) == f"{SITE}/a"
    assert variants.plain(f"{SITE}/c/amp/") == f"{SITE}/c/"
    assert variants.plain("https://example.com/c?print=1") == "https://example.com/c?print=1", "another host"
    taught = Variants()
    taught.learn(variants.rules())
    assert taught.plain(f"{SITE}/d?print=1") == f"{SITE}/d"


def test_a_parameter_that_leads_to_new_pages_is_none_that_changes_nothing() -> None:
    variants = Variants()
    for number in range(20):
        variants.note(f"{SITE}/group?id={number}", number + 1)
    for number in range(20, 24):
        variants.note(f"{SITE}/group?id={number}", 1)
    assert variants.plain(f"{SITE}/group?id=99") == f"{SITE}/group?id=99"
    sessions = Variants()
    for number in range(5):
        sessions.note(f"{SITE}/map?token={number}", 7)
    assert sessions.plain(f"{SITE}/map?token=99") == f"{SITE}/map"


def test_the_text_of_a_page_is_what_its_site_did_not_say_before() -> None:
    texts, menu = SiteTexts(), "<nav>Home About us Contact</nav>"
    words = "Singing for everybody, on Tuesdays in the hall. " * 4
    first = texts.read(document_fromstring(f"{menu}<p>{words}one</p>"))
    assert "Home About" in first.fresh
    for n in range(3):
        texts.read(document_fromstring(f"{menu}<p>{words}{n}</p>"))
    whole = texts.read(document_fromstring(f"{menu}<p>{words}two</p><p>{words}three</p><script>var x</script>"))
    assert "Home" not in whole.fresh
    assert "var x" not in whole.fresh
    bare = texts.read(document_fromstring(f"<p>{words}three</p><p>{words}two</p>"))
    assert bare.likeness == whole.likeness != 0, "without its menu and in another order, it is the same page"


@pytest.mark.parametrize(
    ("url", "shape", "family"),
    [
        ("/groups/north/choir/?page=2", "/groups/north/*?page=#", "~*/*/*?page=#"),
        ("/2026/11/", "/#/#", "~#/#"),
        ("/", "/", "~*"),
    ],
)
def test_addresses_have_shapes(url: str, shape: str, family: str) -> None:
    assert (shape_of(f"{SITE}{url}"), family_of(shape_of(f"{SITE}{url}"))) == (shape, family)


def test_learning_forgets_slowly() -> None:
    learning = Learning()
    for _ in range(200):
        learning.note(f"{SITE}/a/x", worth=0.0, relevance=0.0)
    for _ in range(25):
        learning.note(f"{SITE}/a/x", worth=1.0, relevance=1.0)
    assert 0.4 < learning.score("/a/*", 0.5) < 0.9
    assert math.isclose(learning.score("/b", 0.5), 0.5, abs_tol=0.15)


def test_the_focus_that_ships_prefers_services_and_its_words_are_checked(tmp_path: Path) -> None:
    focus = read_focus(DATA)

    def score(anchor: str, path: str) -> float:
        return focus.link_score(Link(url=path, anchor=anchor), f"{SITE}{path}", depth=1, parent=0.5)

    assert score("Walking group", "/groups/walking/") > score("Our mission", "/about/mission/")
    assert score("Lunch club for older people", "/activities/lunch-club/") > score("Privacy policy", "/privacy/")
    said = "Every Tuesday 10am to 12pm, £2 a session. Ring to book. All adults welcome."
    assert focus.page_score(said) > focus.page_score("Our trustees met in March to approve the annual report.")
    (tmp_path / "focus.toml").write_text('[group]\na = ["Big"]\n')
    with pytest.raises(ConfigError, match=r"focus\.toml: group.*single words in lower case \(Big\)"):
        read_focus(tmp_path)


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
