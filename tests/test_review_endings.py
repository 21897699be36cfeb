"""One decision retires all that a notice is about; tombstones are dated, and everything can be taken back."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from register.ended import Ended
from register.errors import TidiermapError
from register.models import RECORD, DecisionVerdict
from register.staleness.record_state import Told
from register.staleness.staleness import Look, Means, PageState, Verdict
from register.store.staleness.endings import Notice
from tests.drafts import decide
from tests.public import withdraw_rejected
from tests.seeding import LOCALITY, Desk, draft

QUOTE = "We are sorry to say that our charity has closed."
DAY = date(2026, 3, 2)
PAGE = "https://growers.example/news"
NOTICE = Notice(locality=LOCALITY, host="growers.example", about="organisation", page_url=PAGE, quote=QUOTE, day=DAY)
MEANT = [("tm-shed", True), ("tm-barn", True), ("tm-loft", False)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Three published services of one host, and a notice that seems to mean two of them."""
    desk = Desk(tmp_path)
    for key in ("shed", "barn", "loft"):
        desk.queue(draft(key, name=f"{key.title()} Club"))
        with desk.store() as store:
            decide(store, RECORD, DecisionVerdict.APPROVE, key=key, revision=1)
        desk.publish(key)
    with desk.store() as store, store.transaction():
        assert store.endings.open_closing(NOTICE, MEANT, run_id="r")
    return desk


def send(browser: TestClient, what: str, *records: str, path: str = "/endings/1", comment: str = "") -> int:
    form = {"csrf": "csrf-ada", "what": what, "record": list(records), "comment": comment}
    return browser.post(path, data=form).status_code


def publish_withdrawals(desk: Desk) -> None:
    with desk.store() as store, store.transaction():
        withdraw_rejected(store)


def test_one_decision_retires_every_ticked_service_with_its_evidence(desk: Desk) -> None:
    ada = desk.visitor()
    page = ada.get("/endings").text
    assert QUOTE in page
    assert "2 services" in page
    page = ada.get("/endings/1").text
    assert page.count(" checked") == 2
    assert send(ada, "retire", "tm-shed", "tm-barn", comment="rang them") == 303
    publish_withdrawals(desk)
    with desk.store() as store:
        ended = [store.records.get(one).ended for one in ("tm-shed", "tm-barn", "tm-loft")]
        assert ended == [*[Ended(kind="closing", quote=QUOTE, page=PAGE, day=DAY, why="")] * 2, None]
        assert store.records.get("tm-shed").withdrawn_at is not None
        assert store.records.get("tm-loft").withdrawn_at is None
        assert [entry.what for entry in store.audit.latest(limit=1)] == ["ending retire"]
    assert "Nothing waits" in ada.get("/endings").text


def test_everything_can_be_taken_back(desk: Desk) -> None:
    ada = desk.visitor()
    send(ada, "retire", "tm-shed", "tm-barn")
    assert desk.state("shed") == "rejected"
    assert send(ada, "undo") == 303
    assert [desk.state(key) for key in ("shed", "barn", "loft")] == ["accepted"] * 3
    with desk.store() as store:
        assert store.endings.get(1).state == "open"


def test_a_dismissed_notice_is_not_asked_about_again(desk: Desk) -> None:
    ada = desk.visitor()
    assert send(ada, "dismiss", comment="it means their shop") == 303
    assert desk.state("shed") == "accepted"
    with desk.store() as store, store.transaction():
        assert not store.endings.open_closing(NOTICE, MEANT, run_id="later")
        assert store.endings.closing_of(LOCALITY) == {}
        other = replace(NOTICE, quote="We have closed for good.")
        assert store.endings.open_closing(other, MEANT, run_id="later")


def test_two_reviewers_do_not_decide_twice_and_nothing_is_retired_by_itself(desk: Desk) -> None:
    ada = desk.visitor()
    assert send(ada, "retire") == 409
    assert send(ada, "retire", "tm-elsewhere") == 409
    assert send(ada, "retire", "tm-shed") == 303
    assert send(ada, "retire", "tm-barn") == 409
    assert desk.state("barn") == "accepted"
    with desk.store() as store, pytest.raises(TidiermapError, match="undo"):
        store.retirements.dismiss(1, reviewer="bo")


def test_the_page_is_shown_as_it_was_read_with_the_notice_marked(desk: Desk) -> None:
    words = f"Thank you all. {QUOTE}"
    (desk.folder / "news.html").write_text(words)
    notice = replace(NOTICE, quote=QUOTE[:-1], start=words.index(QUOTE), archive="news.html")
    with desk.store() as store, store.transaction():
        assert store.endings.open_closing(notice, MEANT, run_id="r")
        assert store.endings.get(2).notice == notice
    shown = desk.visitor().get("/endings/2/page")
    assert [one.text for one in BeautifulSoup(shown.text, "html.parser").select("mark")] == [QUOTE[:-1]]
    assert desk.visitor().get("/endings/1/page").status_code == 404


def test_a_viewer_reads_and_may_not_decide(desk: Desk) -> None:
    viewer = desk.visitor("vi", role="viewer")
    assert "Retire what is ticked" not in viewer.get("/endings/1").text
    assert viewer.post("/endings/1", data={"csrf": "csrf-vi", "what": "retire", "record": "tm-shed"}).status_code == 403


def test_dead_pages_are_one_decision_for_their_host_and_asked_once_a_spell(desk: Desk) -> None:
    notice = replace(NOTICE, quote="", about="")
    with desk.store() as store, store.transaction():
        rows = [("tm-shed", "its page is not found (404)", DAY)]
        assert store.endings.open_other("dead", notice, rows, run_id="r") == 1
        assert store.endings.open_other("dead", notice, rows, run_id="r") == 0
        assert store.endings.open_other("dead", notice, [("tm-barn", "gone", DAY)], run_id="r") == 1
    ada = desk.visitor()
    assert "its page is not found (404)" in ada.get("/endings/2").text
    assert send(ada, "dismiss", path="/endings/2") == 303
    with desk.store() as store, store.transaction():
        assert store.endings.open_other("dead", notice, rows, run_id="r") == 0
        later = [("tm-shed", "its page is not found (404)", date(2026, 6, 1))]
        assert store.endings.open_other("dead", notice, later, run_id="r") == 1
    assert send(ada, "retire", "tm-shed", path="/endings/3") == 303
    publish_withdrawals(desk)
    with desk.store() as store:
        told = store.records.get("tm-shed").ended
    own = {"page": "https://growers.example/shed", "day": date(2026, 6, 1)}
    assert told == Ended(kind="dead", quote="", why="its page is not found (404)", **own)


def test_the_record_page_tells_the_verdict_its_cause_and_its_history(desk: Desk) -> None:
    with desk.store() as store, store.transaction():
        tell = store.staleness.note
        assert tell("tm-loft", Told(verdict=Verdict.LIVE), {}, day=DAY, run_id="a")
        assert not tell("tm-loft", Told(verdict=Verdict.LIVE), {}, day=date(2026, 3, 9), run_id="b")
        blocked = Told(verdict=Verdict.BLOCKED, cause="its site refuses us")
        changed = {"fact.cost": Told(verdict=Verdict.CHANGED, cause="its words on the page changed")}
        assert tell("tm-loft", blocked, changed, day=date(2026, 3, 16), run_id="c")
        page = store.staleness.page_of("loft")
        look = Look(day=date(2026, 3, 16), means=Means.REFUSED, verdict=Verdict.BLOCKED, cause="answered 403")
        store.staleness.keep_page_state(page, PageState(), look, run_id="c")
        assert store.staleness.of_records() == {"tm-loft": Verdict.BLOCKED}
    text = desk.visitor().get("/record/tm-loft").text
    for told in (
        "refused to us",
        "16 Mar 2026",
        "its site refuses us",
        "answered 403",
        "its words on the page changed",
    ):
        assert told in text
    with desk.store() as store, store.transaction():
        store.staleness.note("tm-loft", Told(verdict=Verdict.LIVE), {}, day=date(2026, 3, 23), run_id="d")
        now = store.staleness.current("tm-loft")
    assert {name: one.verdict.value for name, one in now.items()} == {"": "live", "fact.cost": "live"}
