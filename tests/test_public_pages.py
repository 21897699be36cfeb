"""The public pages: what anybody may find and read, how sure it is said to be, and what stands in no page of them."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from register.models import DecisionVerdict
from review.app import PAGES
from tests.public import PublicDesk, told_from
from tests.seeding import TEXT, TOLD, draft
from tests.test_review_hostile import ATTACKS

WALK = (
    "Brisk Steps Menu We walk by the canal every Tuesday from 6pm to 7.30pm, from the lock on Canal Street OL1 3LJ. "
    "For carers who need an hour outdoors. It costs £2. Ask for Jane Brook on 07700 900123 or 01632 960101, "
    "jane.brook@steps.example or hello@steps.example. Run by Fenmarsh Ramblers. Just turn up."
)
WALKED = told_from(
    WALK,
    tidier_what__procedures=("We walk by the canal", ["We walk by the canal"]),
    tidier_who__provided=("Ask for Jane Brook", ["Ask for Jane Brook on 07700 900123"]),
    fact_weekdays=(("tue",), ["every Tuesday"]),
    fact_times=(("18:00-19:30",), ["6pm to 7.30pm"]),
    fact_recurrence=(("FREQ=WEEKLY;BYDAY=TU",), ["every Tuesday"]),
    fact_cost=("paid", ["It costs £2"]),
    fact_prices=(("£2.00",), ["£2"]),
    fact_postcodes=(("OL1 3LJ",), ["OL1 3LJ"]),
    fact_phones=(("07700 900123", "01632 960101"), ["07700 900123", "01632 960101"]),
    fact_emails=(
        ("jane.brook@steps.example", "hello@steps.example"),
        ["jane.brook@steps.example", "hello@steps.example"],
    ),
    fact_provider=("Fenmarsh Ramblers", ["Fenmarsh Ramblers"]),
    fact_referral=(("self",), ["Just turn up"]),
    code_type=(("physical_activity",), ["We walk"]),
    code_factor=(("caring",), ["carers"]),
    code_population=(("carers",), ["carers"]),
)
PRIVATE = ("Jane", "Brook", "900123", "900 123", "jane.brook")


@pytest.fixture
def desk(tmp_path: Path) -> PublicDesk:
    return PublicDesk(tmp_path)


@pytest.fixture
def walk(desk: PublicDesk) -> PublicDesk:
    return put_out(desk)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> PublicDesk:
    """As `walk`, for tests that only read."""
    return put_out(PublicDesk(tmp_path_factory.mktemp("still")))


def put_out(desk: PublicDesk) -> PublicDesk:
    desk.accept("walk", text=WALK, told=WALKED, name="Brisk Steps", url="https://steps.example/walk")
    desk.accept("shed", text=TEXT)
    desk.put_out()
    return desk


def words_of(page: str) -> str:
    return " ".join(BeautifulSoup(page, "lxml").get_text(" ").split())


def found(desk: PublicDesk, query: str) -> list[str]:
    page = BeautifulSoup(desk.reader().get(f"/services?{query}").text, "lxml")
    return [link.text for link in page.select(".services h2 a")]


def test_whoever_is_not_signed_in_meets_the_services_and_a_reviewer_the_queue(still: PublicDesk) -> None:
    assert still.reader().get("/").headers["location"] == "/services"
    assert "Review queue" in still.visitor().get("/").text
    assert "/sign-in" in still.reader().get("/services").text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Brisk Steps", "Potting Shed Pals"]),
        ("q=canal", ["Brisk Steps"]),
        ("q=walks", ["Brisk Steps"]),
        ("q=loneliness", []),
        ("q=looking+after+somebody", ["Brisk Steps"]),
        ("q=seedlings+canal", ["Potting Shed Pals", "Brisk Steps"]),
        ("q=%22%28*", []),
        ("type=physical_activity", ["Brisk Steps"]),
        ("type=physical_activity&type=social_befriending", ["Brisk Steps", "Potting Shed Pals"]),
        ("day=thu", ["Potting Shed Pals"]),
        ("day=thu&cost=paid", []),
        ("cost=free", ["Potting Shed Pals"]),
        ("near=OL1+3LJ", ["Brisk Steps", "Potting Shed Pals"]),
        ("near=ol1", ["Brisk Steps", "Potting Shed Pals"]),
        ("near=LS1+4AP&within=5", ["Potting Shed Pals"]),
        ("box=393000,405000,394000,406000", ["Brisk Steps"]),
        ("box=1,1,2,2", []),
        ("page=99&box=x&within=abc&day=%00&page=-1", ["Brisk Steps", "Potting Shed Pals"]),
    ],
)
def test_words_facets_places_and_distance_find_services(still: PublicDesk, query: str, names: list[str]) -> None:
    assert found(still, query) == names


def test_facets_say_how_many_each_choice_leaves_and_can_be_taken_back(still: PublicDesk) -> None:
    page = BeautifulSoup(still.reader().get("/services?day=tue&q=canal").text, "lxml")
    counts = {
        link.text: link.find_next("span").text.split()[0]
        for link in page.select(".facets a[href*='day=']")
        if "day=" in link["href"]
    }
    assert counts["Walking, sport and keeping active"] == "1"
    removals = {link.text.split("×")[0].strip(): link["href"] for link in page.select(".chosen a.button")}
    assert removals == {"“canal”": "/services?day=tue", "Tuesday": "/services?q=canal"}


def test_a_postcode_that_nobody_knows_is_said_and_loses_nothing(still: PublicDesk) -> None:
    page = still.reader().get("/services?near=QQ1+1QQ&q=canal").text
    assert "We do not know the postcode “QQ1 1QQ”" in page
    assert "Brisk Steps" in page


def test_distance_is_in_miles_and_kilometres(still: PublicDesk) -> None:
    assert "OL1 3LJ, less than half a mile away" in words_of(still.reader().get("/services?near=OL1+3LJ").text)
    far = words_of(still.reader().get("/services?near=M1+1AE").text)
    miles, km = re.search(r"OL1 3LJ, ([\d.]+) miles \(([\d.]+) km\) away", far).groups()
    assert 6 < float(miles) < 8
    assert float(km) == pytest.approx(float(miles) * 1.609, abs=0.1)


def test_a_service_s_page_answers_what_a_link_worker_asks(still: PublicDesk) -> None:
    answer = still.reader().get("/services/tm-walk")
    page = words_of(answer.text).replace(" ,", ",")
    for told in (
        "Walking, sport and keeping active",
        "Helps with: Looking after somebody",
        "Carers.",
        "Every week on Tuesday 6pm to 7.30pm",
        "Next, going by that: Tuesday 3 Mar 2026, Tuesday 10 Mar 2026, Tuesday 17 Mar 2026",
        "OL1 3LJ",
        "Costs something (£2)",
        "Ask them yourself: nobody has to refer you",
        "Call 01632 960101",
        "Write to hello@steps.example",
        "Fenmarsh Ramblers",
        "Checked by a person on 2 Mar 2026",
        "its page was last read on 2 Mar 2026",
        "what it says last changed on 2 Mar 2026",
        "Names, mobile numbers and e-mail addresses of persons are left out",
    ):
        assert told in page
    assert "https://steps.example/walk#:~:text=We%20walk%20by%20the%20canal" in answer.text


def test_what_the_page_does_not_say_is_said(still: PublicDesk) -> None:
    page = words_of(still.reader().get("/services/tm-shed").text)
    assert "Where The page does not say: ask them." in page


def test_structured_data_can_be_read_and_nothing_breaks_out_of_it(desk: PublicDesk) -> None:
    name = "Steps </script><script>alert(1)</script> & Co"
    text = f"{name} meets."
    desk.accept("walk", text=text, told=told_from(text, tidier_brief__name=(name, [name])), name=name)
    desk.put_out()
    page = desk.reader().get("/services/tm-walk").text
    told = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert told
    assert json.loads(told[1])["name"] == name
    assert "<script>alert" not in page


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_hostile_pages_say_is_only_words(desk: PublicDesk, attack: str) -> None:
    text = f"Pals {attack} meet."
    told = told_from(text, tidier_brief__name=(attack, [attack]), fact_addresses=((attack,), [attack]))
    desk.accept("walk", text=text, told=told, name=attack, url="javascript:alert(1)")
    desk.put_out()
    reader = desk.reader()
    for address in ("/services", "/services/tm-walk", "/services/tm-walk/wrong", "/services?q=" + attack):
        page = BeautifulSoup(reader.get(address).text, "lxml")
        scripts = [one for one in page.select("script") if one.get("type") != "application/ld+json"]
        assert all(one.get("src") == "/static/map.js" for one in scripts)
        assert not page.select("img, iframe, [onerror], [onload], a[href^='javascript']")
        assert "49" not in page.get_text()


def test_a_check_that_is_long_ago_is_said_to_be_overdue(walk: PublicDesk) -> None:
    walk.clock.now = datetime(2027, 3, 4, tzinfo=UTC)
    assert "Nobody has checked it since 2 Mar 2026: that is overdue" in walk.reader().get("/services/tm-walk").text


def test_a_page_that_changed_since_the_check_is_said(walk: PublicDesk) -> None:
    later = WALK.replace("every Tuesday", "every Friday")
    again = draft("walk", text=later, told=TOLD, name="Brisk Steps", url="https://steps.example/walk")
    walk.read_again(again, text=later, changed=("fact.weekdays",), reopen=True)
    walk.put_out()
    page = words_of(walk.reader().get("/services/tm-walk").text)
    assert "Its page has changed since a person checked it" in page
    assert "Every week on Tuesday" in page


def test_a_withdrawn_service_is_a_dated_tombstone_and_found_no_more(walk: PublicDesk) -> None:
    walk.clock.move(days=3)
    walk.decide("walk", DecisionVerdict.UNDO)
    walk.decide("walk", DecisionVerdict.REJECT)
    walk.put_out()
    answer = walk.reader().get("/services/tm-walk")
    assert answer.status_code == 410
    assert "No longer listed since 5 Mar 2026" in words_of(answer.text)
    assert not any(word in answer.text for word in ("Tuesday", "960101"))
    assert found(walk, "") == ["Potting Shed Pals"]
    assert "tm-walk" not in walk.reader().get("/sitemap.xml").text


def test_an_id_that_was_merged_leads_to_the_one_that_was_kept(walk: PublicDesk) -> None:
    with walk.store() as store, store.transaction():
        store.records.point("tm-walk", "tm-shed")
    walk.put_out()
    answer = walk.reader().get("/services/tm-walk")
    assert (answer.status_code, answer.headers["location"]) == (302, "/services/tm-shed")
    assert found(walk, "") == ["Potting Shed Pals"]


def test_a_page_may_be_kept_and_is_sent_again_only_when_it_changed(still: PublicDesk) -> None:
    reader = still.reader()
    for address in ("/services", "/services/tm-walk"):
        first = reader.get(address)
        assert "public" in first.headers["cache-control"]
        assert "set-cookie" not in first.headers
        again = reader.get(address, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert still.visitor().get(address).text == first.text, "the same for everybody, signed in or not"


def test_a_place_that_must_not_be_known_is_nowhere(desk: PublicDesk) -> None:
    told = {**WALKED, "code.factor": (("gender_based_violence",), [("carers", "")])}
    desk.accept("walk", text=WALK, told=told, name="Brisk Steps")
    desk.put_out()
    reader = desk.reader()
    for address in ("/services", "/services/tm-walk", "/services?near=OL1+3LJ"):
        page = reader.get(address).text.replace("near=OL1+3LJ", "").replace('value="OL1 3LJ"', "")
        assert "Canal Street" not in page
        assert 'class="dot' not in page
    assert "The address is not shown, to keep people safe." in reader.get("/services/tm-walk").text
    assert found(desk, "q=OL1") == []


def public_addresses(desk: PublicDesk) -> list[str]:
    """Every public address there is, for every candidate there is."""
    with desk.store() as store:
        keys = [row["id"] for row in store.db.query("SELECT id FROM candidates")]
    ids = [prefix + key for key in keys for prefix in ("tm-", "")]
    paths = [path for path, method, _, role in PAGES if role is None and method == "GET" and path != "/sign-in"]
    return [
        path.replace("{id}", one) for path in paths for one in (ids if "{" in path else [""]) if "{token" not in path
    ]


def test_nothing_but_what_is_published_stands_on_any_public_page(desk: PublicDesk) -> None:
    """Drafts, rejected, reopened and withdrawn ones, what was accepted and not yet published, and what is private."""
    desk.accept("walk", text=WALK, told=WALKED, name="Brisk Steps")
    for key, verdict in (("d0", None), ("d1", DecisionVerdict.REJECT), ("d2", DecisionVerdict.APPROVE)):
        text = f"Secret{key} meets every Thursday at 10.30am."
        told = told_from(text, tidier_why=(f"Secret{key}", [f"Secret{key}"]))
        desk.queue(draft(key, text=text, told=told, name=f"Secret{key}"), text=text)
        if verdict:
            desk.decide(key, verdict)
    later = WALK.replace("by the canal", "by the Secretriver")
    again = draft("walk", text=later, told={"tidier.why": ("Secretriver", [("Secretriver", "")])}, name="Brisk Steps")
    desk.read_again(again, text=later, changed=("tidier.why",), reopen=True)
    desk.put_out()
    reader = desk.reader()
    asked = [
        *public_addresses(desk),
        "/services?q=secret",
        "/services?q=jane",
        "/services?q=900123",
        "/services?q=Brook",
    ]
    for address in asked:
        page = reader.get(address, follow_redirects=True)
        assert page.status_code < 500, address
        text = page.text.replace("?q=secret", "").replace("Brook”", "").replace('value="', "")
        if address.endswith(".xml"):
            assert "tm-d" not in text
            continue
        shown = BeautifulSoup(text, "lxml")
        for form in shown.select("form, .chosen, title"):
            form.decompose()
        assert "Secret" not in str(shown), address
        assert not any(word in str(shown) for word in PRIVATE), address
        assert "ada" not in words_of(str(shown)).split(), address
    assert found(desk, "q=jane") == found(desk, "q=900123") == found(desk, "q=brook") == []
    assert found(desk, "") == ["Brisk Steps"]
