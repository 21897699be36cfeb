"""The pages of likely duplicates: listed, looked at side by side, judged, taken back; what is published of a merge."""

import csv
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from httpx import Response
from starlette.testclient import TestClient

from flows.publishing.publish import publish
from flows.settings import Settings
from register.models import DecisionVerdict
from tests.decisions import decide
from tests.seeding import LATER, LOCALITY, TOLD, TOLD_LATER, Desk, draft
from tests.test_merging import PHONE, SAID, canonical, find_likely, merge, queue_two

PAIR = "/pair/entry/shed"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def judge(client: TestClient, page: Response, verdict: str, **chosen: str) -> Response:
    """Presses a button of the pair's form as a browser does, with other radio buttons where they are named."""
    soup = BeautifulSoup(page.text, "lxml")
    form = next(f for f in soup.select("form[method=post]") if f.select_one(f'button[value="{verdict}"]'))
    values = {str(one["name"]): str(one.get("value", "")) for one in form.select("input:not([type=radio])")}
    values |= {str(one["name"]): str(one["value"]) for one in form.select("input[type=radio][checked]")}
    return client.post(str(form["action"]), data={**values, **chosen, "verdict": verdict})


def chosen(page: Response) -> dict[str, str]:
    radios = BeautifulSoup(page.text, "lxml").select("input[type=radio][checked]")
    return {str(one["name"]).removeprefix("from."): str(one["value"]) for one in radios}


def test_the_list_says_why_and_leads_to_the_likeliest(desk: Desk) -> None:
    queue_two(desk)
    ada = desk.visitor()
    page = ada.get("/pairs")
    assert "same name, same postcode, other day" in page.text
    assert ada.get("/pairs/next").headers["location"] == PAIR
    assert "Nothing to judge" in ada.get("/pairs?locality=elsewhere").text


def test_two_records_side_by_side_say_where_they_differ_and_what_a_merge_takes(desk: Desk) -> None:
    queue_two(desk)
    page = desk.visitor().get(PAIR)
    soup = BeautifulSoup(page.text, "lxml")
    rows = {row.th.find(string=True): row for row in soup.select("table.sides tr") if row.th}
    assert [td.select_one(".value").text for td in rows["Weekdays"].select("td")] == ["Thursday", "Monday"]
    assert rows["Weekdays"].select_one(".tag").text == "differs"
    assert "every Thursday" in rows["Weekdays"].text, "the words that the value rests on"
    assert chosen(page)["fact.weekdays"] == "shed", "where they differ, the kept one's"
    assert chosen(page)["fact.phones"] == "entry", "where it says nothing, the other's"
    assert chosen(desk.visitor().get(f"{PAIR}?keep=entry"))["fact.weekdays"] == "entry"


def test_merging_goes_to_the_next_pair_and_is_taken_back_exactly(desk: Desk) -> None:
    queue_two(desk)
    with desk.store() as store:
        before = canonical(store)
    ada = desk.visitor()
    answer = judge(ada, ada.get(PAIR), "merge")
    assert answer.headers["location"].startswith("/pairs?done=")
    page = ada.get(answer.headers["location"])
    with desk.store() as store:
        (last,) = store.judgements.into("shed")
        assert last.taken == ("fact.phones",)
    assert "is merged" not in page.text
    back = ada.get(judge(ada, page, "undo").headers["location"])
    assert "both are as they were before" in back.text
    with desk.store() as store:
        assert canonical(store) == before
        assert [one.what for one in store.audit.entries(about="pair entry shed")] == ["pair merge", "pair undo"]


@pytest.mark.parametrize("verdict", ["apart", "programme", "place"])
def test_two_services_are_not_asked_about_again_until_that_is_taken_back(desk: Desk, verdict: str) -> None:
    queue_two(desk)
    ada = desk.visitor()
    judge(ada, ada.get(PAIR), verdict, comment="Mondays is the art group")
    assert "Nothing to judge" in ada.get("/pairs").text
    page = ada.get(PAIR)
    assert "Mondays is the art group" in page.text
    judge(ada, page, "undo")
    assert "same postcode" in ada.get("/pairs").text


def test_the_page_shows_organisation_programme_and_place_apart(desk: Desk) -> None:
    queue_two(desk)
    ada = desk.visitor()
    page = ada.get(PAIR)
    shown = [one.get_text(strip=True) for one in BeautifulSoup(page.text, "lxml").select(".agreement dt")]
    assert shown == ["Organisation", "Programme", "Place", "One service"]
    judge(ada, page, "place", organisation="")
    with desk.store() as store:
        entry, shed = (store.identity.of(key) for key in ("entry", "shed"))
        assert entry.programme == shed.programme
        assert entry.organisation != shed.organisation, "as the box was not ticked"
        assert entry.place != shed.place


def test_what_somebody_else_said_meanwhile_is_not_overwritten(desk: Desk) -> None:
    queue_two(desk)
    ada, ben = desk.visitor(), desk.visitor("ben")
    seen_by_ada = ada.get(PAIR)
    judge(ben, ben.get(PAIR), "apart")
    answer = judge(ada, seen_by_ada, "merge")
    assert answer.status_code == 409
    assert "ben said of this pair: kept apart" in answer.text
    judge(ben, ben.get(PAIR), "undo")
    seen_by_ada = ada.get(PAIR)
    with desk.store() as store:
        decide(store, "entry", "fact.cost", DecisionVerdict.NOT_STATED)
    assert judge(ben, seen_by_ada, "merge", csrf="csrf-ben").status_code == 409
    desk.read_again(
        draft("entry", text=SAID, told=TOLD, url="https://directory.example/a/"), text=SAID, changed=["fact.age_min"]
    )
    answer = judge(desk.visitor(), seen_by_ada, "merge")  # a week later, signed in again
    assert answer.status_code == 409
    assert "decided on one of the two" in answer.text
    with desk.store() as store:
        assert store.judgements.went_to("entry") == "entry"


def test_what_a_colleague_has_open_is_not_merged_under_their_hands(desk: Desk) -> None:
    queue_two(desk)
    ada, ben = desk.visitor(), desk.visitor("ben")
    ben.get("/candidate/entry")
    answer = judge(ada, ada.get(PAIR), "merge")
    assert answer.status_code == 409
    assert "ben has it until" in answer.text
    assert judge(ada, ada.get(PAIR), "apart").status_code == 303, "which changes neither"


def test_viewers_look_and_cannot_judge(desk: Desk) -> None:
    queue_two(desk)
    eve = desk.visitor("eve", role="viewer")
    page = eve.get(PAIR)
    assert 'value="merge"' not in page.text
    assert eve.post(PAIR, data={"csrf": "csrf-eve", "verdict": "apart"}).status_code == 403


def test_a_pair_that_is_none_is_not_found_and_a_verdict_that_is_none_is_refused(desk: Desk) -> None:
    queue_two(desk)
    ada = desk.visitor()
    assert ada.get("/pair/shed/nobody").status_code == 404
    assert ada.post(PAIR, data={"csrf": "csrf-ada", "verdict": "burn"}).status_code == 422


def data_with_locality(folder: Path) -> Path:
    """The data folder with the tests' locality in it."""
    data, shipped = folder / "data", Path(__file__).parent.parent / "data"
    if not data.exists():
        (data / "localities").mkdir(parents=True)
        for path in shipped.iterdir():
            if path.name != "localities":
                (data / path.name).symlink_to(path)
        (data / "localities" / f"{LOCALITY}.toml").write_text('name = "Fenmarsh"\ngss_code = "E99999999"\n')
    return data


def published(desk: Desk) -> dict[str, list[dict[str, str]]]:
    settings = Settings(register=desk.folder / "register.db", data=data_with_locality(desk.folder), clock=desk.clock)
    publish(settings=settings, folder=desk.folder / "dataset")
    names = ("records", "evidence", "tombstones")
    texts = {name: (desk.folder / "dataset" / f"{name}.csv").read_text() for name in names}
    return {name: list(csv.DictReader(text.splitlines())) for name, text in texts.items()}


def test_the_merged_record_is_published_as_a_pointer_and_comes_back_when_undone(desk: Desk) -> None:
    queue_two(desk)
    with desk.store() as store:
        decide(store, "shed")
        decide(store, "entry")
    assert len(published(desk)["records"]) == 2
    with desk.store() as store:
        before = canonical(store)
        merge(store)
    files = published(desk)
    assert [(row["id"], row["fact.phones"]) for row in files["records"]] == [("tm-shed", PHONE)]
    phones = next(row for row in files["evidence"] if row["field"] == "fact.phones")
    assert (phones["quote"], phones["page_url"]) == (PHONE, "https://directory.example/a/")
    assert [(row["id"], row["merged_into"]) for row in files["tombstones"]] == [("tm-entry", "tm-shed")]
    ada = desk.visitor()
    assert ada.get("/record/tm-entry").headers["location"] == "/record/tm-shed?from=tm-entry"
    with desk.store() as store:
        store.merging.undo("shed", "entry", reviewer="ada")
    published(desk)
    with desk.store() as store:
        assert canonical(store) == before
    assert published(desk)["tombstones"] == []


def test_a_record_that_takes_a_field_which_is_open_again_stays_as_it_was(desk: Desk) -> None:
    queue_two(desk)
    with desk.store() as store:
        decide(store, "shed")
        decide(store, "entry")
        merge(store)
    before = published(desk)["records"]
    told = TOLD_LATER | {"fact.phones": (("01632 960 999",), [("01632 960 999", "")])}
    later = f"{LATER} Ring 01632 960 999"
    desk.read_again(
        draft("entry", text=later, told=told, url="https://directory.example/a/"),
        text=later,
        changed=["fact.phones"],
        reopen=True,
    )
    assert published(desk)["records"] == before
    assert "entry" in [row.id for row in queue_of(desk)], "and waits in the queue, for somebody must decide on it"
    with desk.store() as store:
        decide(store, "entry")
    assert published(desk)["records"][0]["fact.phones"] == "01632 960 999"


def queue_of(desk: Desk):
    with desk.store() as store:
        return store.queue.rows(states=("undecided", "reopened"))


def test_a_merged_candidate_leaves_the_queue_and_says_where_it_went(desk: Desk) -> None:
    queue_two(desk)
    ada = desk.visitor()
    assert "likely the same as" in ada.get("/candidate/shed").text
    with desk.store() as store:
        merge(store)
    assert [row.id for row in queue_of(desk)] == ["shed"]
    page = ada.get("/candidate/entry")
    assert "merged into" in page.text
    assert PAIR in page.text
    assert "was merged into this and gives: Telephone" in ada.get("/candidate/shed").text
    with desk.store() as store:
        assert find_likely(store, "fenmarsh") == 0
