"""No page shows the second reviewer what was decided first, or that it was."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.forms import press
from tests.public import PublicDesk
from tests.second_reviews import ALL, COMMENT, decide_first, next_for, shown
from tests.seeding import Desk, draft


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, rules=ALL)


@pytest.mark.parametrize(
    "address",
    [
        "/candidate/shed",
        "/candidate/shed/page",
        "/candidate/shed/history",
        "/record/tm-shed",
        "/record/tm-shed/page",
        "/candidate/shed?field=fact.cost",
    ],
)
def test_the_record_itself_leads_to_the_copy_until_it_is_decided(desk: Desk, address: str) -> None:
    desk.queue(draft())
    decide_first(desk)
    desk.publish()
    ben = desk.visitor("ben")
    key = next_for(ben)
    answer = ben.get(address)
    assert answer.status_code in (303, 404), "no page of what was decided"
    assert answer.headers.get("location", "").startswith(f"/candidate/{key}") or answer.status_code == 404
    press(ben, ben.get(f"/candidate/{key}"), button="approve")
    assert ben.get("/candidate/shed").status_code == 303, "in dispute, it stays hidden"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?state=accepted",
        "/?state=all",
        "/?q=Potting",
        "/records",
        "/records?q=Potting",
        "/pairs",
        "/alike",
        "/own",
        "/progress",
        "/quality",
    ],
)
def test_no_list_shows_the_record_as_decided(desk: Desk, address: str) -> None:
    desk.queue(draft())
    decide_first(desk)
    desk.publish()
    ben = desk.visitor("ben")
    next_for(ben)
    page = ben.get(address)
    assert page.status_code in (200, 303)
    assert "tm-shed" not in page.text
    assert "/candidate/shed" not in page.text
    assert COMMENT not in page.text
    other = desk.visitor("cleo").get(address)
    assert other.status_code == page.status_code, "to others it is a page as before"


def test_the_public_pages_do_not_show_it_to_the_second_reviewer(tmp_path: Path) -> None:
    desk = PublicDesk(tmp_path, rules=ALL)
    desk.queue(draft())
    decide_first(desk)
    desk.publish()
    desk.put_out()
    ben, cleo = desk.visitor("ben"), desk.visitor("cleo")
    key = next_for(ben)
    assert "/services/tm-shed" in cleo.get("/services").text
    page = ben.get("/services")
    assert "tm-shed" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert cleo.get("/services/tm-shed").status_code == 200
    assert ben.get("/services/tm-shed").headers["location"] == f"/candidate/{key}"


def test_the_undo_banner_does_not_show_it(desk: Desk) -> None:
    desk.queue(draft(name="Zinnia Row"))
    decide_first(desk)
    ben = desk.visitor("ben")
    key = next_for(ben)
    desk.queue(draft("other", name="Other"))
    address = "/candidate/other?after=shed&said=accepted"
    assert "Zinnia Row accepted" in shown(desk.visitor("cleo").get(address))
    assert "Zinnia Row" not in shown(ben.get(address))
    page = press(ben, ben.get(f"/candidate/{key}"), button="approve")
    assert "Zinnia Row accepted" in shown(page), "their own they can take back, as any"
    assert f"/candidate/{key}" in ben.get("/own").text, "and last week's too"
    assert press(ben, page, button="undo").url.path == f"/candidate/{key}"


def test_similar_records_are_not_the_record_itself(desk: Desk) -> None:
    asked = []

    def similar(store, known):
        asked.append(known.id)
        return (("shed", ("company",)), ("other", ("company",)))

    desk.similar = similar
    desk.queue(draft())
    decide_first(desk)
    ben = desk.visitor("ben")
    page = ben.get(f"/candidate/{next_for(ben)}")
    assert asked[-1] == "shed", "so that what is like the record leaves out the record"
    assert COMMENT not in page.text


def test_beside_another_record_it_is_no_precedent(desk: Desk) -> None:
    desk.similar = lambda store, known: (("shed", ("company",)),)
    desk.queue(draft())
    desk.queue(draft("other", name="Other"))
    decide_first(desk)
    ben = desk.visitor("ben")
    next_for(ben)
    assert COMMENT in desk.visitor("cleo").get("/candidate/other").text
    page = ben.get("/candidate/other")
    assert page.status_code == 200
    assert COMMENT not in page.text
    assert "Decided before" not in page.text


def test_the_page_of_a_batch_does_not_show_it(desk: Desk) -> None:
    desk.queue(draft(name="Zinnia Row"))
    ada = desk.visitor("ada")
    plan = BeautifulSoup(ada.get("/batch?action=reject&of=all").text, "lxml").select("form.batch input")
    form = {str(one["name"]): str(one.get("value", "")) for one in plan} | {"said": "no longer there"}
    address = ada.post("/batch", data=form).headers["location"]
    ben = desk.visitor("ben")
    next_for(ben)
    assert "Zinnia Row" in desk.visitor("cleo").get(address).text
    page = ben.get(address)
    assert page.status_code == 200
    assert "Zinnia Row" not in page.text
