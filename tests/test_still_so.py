"""One key verifies again what is overdue on a record, as the reviewer sees it; it is undone as one."""

from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from httpx import Response

from flows.settings import Settings
from flows.staleness.freshness import keep_fresh
from register.models import DecisionVerdict
from tests.decisions import decide
from tests.seeding import LATER, TEXT, TOLD, TOLD_LATER, Desk, draft

DATA = Path(__file__).parent.parent / "data"


class Overdue(Desk):
    def begin(self) -> None:
        self.queue(draft("shed"))
        with self.store() as store:
            decide(store, "shed", "fact.cost", DecisionVerdict.EDIT, "donation")
            decide(store, "shed")
        self.publish("shed")

    def step(self, **by: float) -> None:
        self.clock.now += timedelta(**by)
        keep_fresh(settings=Settings(register=self.folder / "register.db", data=DATA, clock=self.clock))

    def verified(self) -> dict[str, int]:
        """How many days ago each field was verified."""
        with self.store() as store:
            decided = store.records.decided_fields("shed")
            return {field.name: (self.clock() - field.verified_at).days for field, _ in decided}


@pytest.fixture
def desk(tmp_path: Path) -> Overdue:
    desk = Overdue(tmp_path)
    desk.begin()
    return desk


def typed(page: Response) -> dict[str, list[str]]:
    """What the form of the one key holds."""
    found: dict[str, list[str]] = {}
    for one in BeautifulSoup(page.text, "lxml").select("form[action$='/still-so'] input"):
        found.setdefault(str(one["name"]), []).append(str(one["value"]))
    return found


def test_one_key_verifies_what_is_overdue_as_it_stands(desk: Overdue) -> None:
    desk.step(days=400)
    ada = desk.visitor()
    page = ada.get("/candidate/shed")
    assert "It rests on the organisation&#39;s own page" in page.text
    form = typed(page)
    assert "fact.cost" in form["still"]
    assert ada.post("/candidate/shed/still-so", data=form).status_code == 303
    assert set(desk.verified().values()) == {0}
    with desk.store() as store:
        cost = next(field for field, _ in store.records.decided_fields("shed") if field.name == "fact.cost")
        assert cost.value == "donation", "an edit stays the edit that it was"
        assert not store.queue.rows(due_before=desk.clock(), limit=9)
        before = len(store.decisions.history("shed"))
    ada.post("/candidate/shed/still-so", data=form)
    with desk.store() as store:
        assert len(store.decisions.history("shed")) == before, "the Back button verifies nothing twice"
        assert store.audit.verify() is None
    assert not typed(ada.get("/candidate/shed"))


def test_only_what_the_reviewer_saw_and_what_is_overdue_is_verified(desk: Overdue) -> None:
    desk.clock.move(days=300)
    with desk.store() as store:
        decide(store, "shed", "tidier.why")
    desk.step(days=100)
    ada = desk.visitor()
    form = typed(ada.get("/candidate/shed"))
    assert "tidier.why" not in form["still"]
    form["still"] = ["fact.cost", "tidier.why", "no.field"]
    ada.post("/candidate/shed/still-so", data=form)
    ages = desk.verified()
    assert (ages["fact.cost"], ages["tidier.why"]) == (0, 100)
    assert ages["fact.age_min"] == 400


def test_it_is_undone_as_one_and_the_record_is_overdue_again(desk: Overdue) -> None:
    desk.step(days=400)
    ada = desk.visitor()
    ada.post("/candidate/shed/still-so", data=typed(ada.get("/candidate/shed")))
    assert "verified again" in ada.get("/batches").text
    ada.post("/batches/1/undo", data={"csrf": "csrf-ada"})
    desk.step(days=1)
    assert set(desk.verified().values()) == {401}
    assert typed(desk.visitor().get("/candidate/shed"))


def test_what_changed_since_the_reviewer_looked_is_not_verified(desk: Overdue) -> None:
    desk.step(days=400)
    ada = desk.visitor()
    form = typed(ada.get("/candidate/shed"))
    desk.read_again(draft("shed", text=LATER, told=TOLD_LATER), text=LATER, changed=["fact.cost"], reopen=True)
    ada = desk.visitor()
    assert ada.post("/candidate/shed/still-so", data=form).status_code in (409, 422)
    assert desk.verified()["tidier.why"] == 407
    assert not typed(ada.get("/candidate/shed")), "what waits for decisions is decided on field by field"


def test_the_records_list_and_the_record_tell_it_in_words(desk: Overdue) -> None:
    for days, words in ((0, "verified"), (380, "check overdue"), (30, "not verified")):
        desk.step(days=days)
        ada = desk.visitor()
        assert f">{words}</span>" in ada.get("/records").text
        assert f">{words}</span>" in ada.get("/record/tm-shed").text


def test_the_dashboard_shows_the_overdue_share_by_locality_and_lets_verifications_expire(desk: Overdue) -> None:
    desk.step(days=1)
    grace = desk.visitor("grace", role="adjudicator")
    assert "0 of 1 published record (0%) are overdue" in grace.get("/quality").text
    told = {"csrf": "csrf-grace", "host": "https://www.Growers.example/x", "locality": "", "why": ""}
    assert grace.post("/quality/expire", data=told).status_code == 422
    assert desk.visitor().post("/quality/expire", data=told | {"csrf": "csrf-ada"}).status_code == 403
    desk.clock.move(minutes=1)
    assert grace.post("/quality/expire", data=told | {"why": "it moved to a new site"}).status_code == 303
    page = grace.get("/quality").text
    assert "1 of 1 published record (100%) is overdue" in page
    assert "fenmarsh: 1 check overdue (100%)" in page, "the picture says it too"
    assert "check overdue" in grace.get("/?reason=overdue").text
    ada = desk.visitor()
    desk.clock.move(minutes=1)
    ada.post("/candidate/shed/still-so", data=typed(ada.get("/candidate/shed")))
    assert "0 of 1 published record (0%) are overdue" in ada.get("/quality").text


def test_letters_wait_in_the_outbox_until_they_are_sent(tmp_path: Path) -> None:
    text = TEXT + " Write to info@shed.example"
    told = TOLD | {"fact.emails": (("info@shed.example",), [("info@shed.example", "info@shed.example")])}
    desk = Overdue(tmp_path)
    desk.queue(draft("shed", text=text, told=told), text=text)
    with desk.store() as store:
        decide(store, "shed")
    desk.publish("shed")
    desk.step(days=366)
    ada = desk.visitor()
    page = ada.get("/outbox").text
    assert "mailto:info@shed.example" in page
    assert "1 letter to providers to send" in ada.get("/quality").text
    ada.post("/record/tm-shed/provider", data={"csrf": "csrf-ada", "link": "1", "action": "sent", "back": "outbox"})
    assert "No letter waits" in ada.get("/outbox").text
