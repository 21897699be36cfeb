"""What is left out of a record is told to reviewers, and allowed by them value by value."""

from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from register.public.privacy import plain_form, read_discretion
from register.publishing.publishable import publishable_records
from review.settings import ReviewSettings
from tests.decisions import decide
from tests.seeding import TEXT, TOLD, Desk, draft

RULES = read_discretion(Path(__file__).parent.parent / "data")
RUN_BY = "It is run by Jane Brook, 07700 900123."


class Private(Desk):
    @property
    def settings(self) -> ReviewSettings:
        return replace(Desk.settings.fget(self), discretion=RULES)  # type: ignore[attr-defined]

    def published(self) -> str:
        with self.store() as store:
            shown, counted = publishable_records(store.records.all(), RULES, store.allowances.values())
            with store.transaction():
                store.allowances.note_left_out(counted)
            return repr(shown)


@pytest.fixture
def desk(tmp_path: Path) -> Private:
    desk = Private(tmp_path)
    text = f"{TEXT} {RUN_BY}"
    told = TOLD | {
        "tidier.who_provided": (RUN_BY, [(RUN_BY, "")]),
        "fact.phones": (("07700 900123",), [("07700 900123", "07700 900123")]),
    }
    desk.queue(draft("shed", text=text, told=told), text=text)
    with desk.store() as store:
        decide(store, "shed")
    desk.publish("shed")
    return desk


def test_a_person_allows_one_value_of_one_record_and_takes_it_back(desk: Private) -> None:
    assert "900123" not in desk.published()
    ada = desk.visitor()
    page = BeautifulSoup(ada.get("/record/tm-shed").text, "lxml")
    told = page.select_one("#private").get_text(" ", strip=True)  # type: ignore[union-attr]
    assert "Not published: 2 private values" in told
    assert "07700 900123 (mobile number; " in told
    form = {"csrf": "csrf-ada", "action": "allow", "value": "07700 900123"}
    assert ada.post("/record/tm-shed/private", data=form).status_code == 422, "without a reason"
    assert ada.post("/record/tm-shed/private", data=form | {"why": "the group's own phone"}).status_code == 303
    assert "07700 900123" in desk.published()
    assert "Jane" not in desk.published()
    assert "allowed by ada" in ada.get("/record/tm-shed").text
    ada.post("/record/tm-shed/private", data={"csrf": "csrf-ada", "action": "take_back", "number": "1"})
    assert "900123" not in desk.published()
    with desk.store() as store:
        entries = [one for one in store.audit.entries(about="record tm-shed") if "published" in one.what]
        assert [one.what for one in entries] == ["may be published", "not to be published"]
        assert not any("900" in one.after for one in entries), "the log says that it was allowed, not what"
        assert store.audit.verify() is None


def test_only_what_is_left_out_can_be_allowed_and_only_by_who_decides(desk: Private) -> None:
    form = {"csrf": "csrf-ada", "action": "allow", "value": "01632 960101", "why": "so"}
    assert desk.visitor().post("/record/tm-shed/private", data=form).status_code == 422
    eve = desk.visitor("eve", role="viewer")
    told = {"csrf": "csrf-eve", "action": "allow", "value": "07700 900123", "why": "so"}
    assert eve.post("/record/tm-shed/private", data=told).status_code == 403
    with desk.store() as store:
        assert store.allowances.values() == {}


def test_how_much_was_left_out_is_counted_by_kind_and_record(desk: Private) -> None:
    desk.published()
    ada = desk.visitor()
    page = ada.get("/private").text
    assert "1 mobile number, 1 name" in page
    assert "The last publication left out 1 mobile number, 1 name" in ada.get("/quality").text
    with desk.store() as store:
        assert store.allowances.records_left_out(9) == (("tm-shed", "Potting Shed Pals", 2),)
    assert plain_form("+44 7700 900123") == "07700900123"
