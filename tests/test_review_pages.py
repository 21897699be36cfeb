"""What the pages of the review application show."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from register.codes.vocabulary import FIELD_NAMES
from review.keys import KEYS
from tests.forms import press
from tests.seeding import LATER, TEXT, TOLD, TOLD_LATER, Desk, draft

CHANGED = ("tidier.when_how_much", "fact.weekdays", "fact.cost")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def names(page) -> list[str]:
    return [link.text for link in BeautifulSoup(page.text, "lxml").select("td.name > a")]


def turned(page, way: str) -> str:
    return BeautifulSoup(page.text, "lxml").select_one(f'a[rel="{way}"]')["href"]


def walk(visitor, query: str, steps: int) -> list[str]:
    """The candidates that "next" opens, one after the other."""
    keys, at = [], f"/next{query}"
    for _ in range(steps):
        keys.append(visitor.get(at).headers["location"].removeprefix("/candidate/").partition("?")[0])
        at = f"/candidate/{keys[-1]}/next{query}"
    return keys


def test_an_empty_queue_says_what_to_do_next(desk: Desk) -> None:
    page = desk.visitor().get("/")
    assert "tidiermap discover LOCALITY" in page.text
    assert desk.visitor().get("/next").headers["location"] == "/?end=1"


def test_the_queue_lists_reopened_first_with_what_changed_then_the_surest(desk: Desk) -> None:
    desk.queue(draft("low", name="Low", score=0.2))
    desk.queue(draft("high", name="High", score=0.9))
    desk.queue(draft("shed", score=0.5))
    ada = desk.visitor()
    press(ada, ada.get("/candidate/shed"), button="approve")
    assert names(ada.get("/")) == ["High", "Low"]
    desk.read_again(draft("shed", text=LATER, told=TOLD_LATER), text=LATER, changed=CHANGED, reopen=True)
    page = desk.visitor().get("/")
    assert names(page) == ["Potting Shed Pals", "High", "Low"]
    assert "changed: When how much, Weekdays, Cost" in page.text


def test_what_has_no_type_comes_before_the_surest_unless_asked_otherwise(desk: Desk) -> None:
    untyped = {name: told for name, told in TOLD.items() if name != "code.type"}
    desk.queue(draft("sure", name="Sure", score=0.9))
    desk.queue(draft("riddle", name="Riddle", score=0.3, told=untyped))
    desk.queue(draft("puzzle", name="Puzzle", score=0.4, told=untyped))
    ada = desk.visitor()
    assert names(ada.get("/")) == ["Puzzle", "Riddle", "Sure"]
    assert names(ada.get("/?order=surest")) == ["Sure", "Puzzle", "Riddle"]
    assert names(ada.get("/?order=sideways")) == ["Puzzle", "Riddle", "Sure"]
    assert walk(ada, "", 3) == ["puzzle", "riddle", "sure"]
    assert walk(ada, "?order=surest", 3) == ["sure", "puzzle", "riddle"]


def test_the_queue_counts_filters_and_searches(desk: Desk) -> None:
    for number in range(3):
        desk.queue(draft(f"group{number}", name=f"Group {number}", score=0.9 - number / 10))
    ada = desk.visitor()
    press(ada, ada.get("/candidate/group0"), button="approve")
    page = ada.get("/")
    assert "<strong>1</strong> of 3 candidates decided" in page.text
    assert names(page) == ["Group 1", "Group 2"]
    assert names(ada.get("/?state=accepted")) == ["Group 0"]
    assert names(ada.get("/?state=all")) == ["Group 1", "Group 2", "Group 0"], "what waits comes before what is decided"
    assert names(ada.get("/?q=GROUP+2")) == ["Group 2"]
    assert names(ada.get("/?locality=fenmarsh")) == ["Group 1", "Group 2"]
    nothing = BeautifulSoup(ada.get("/?locality=elsewhere&q=group").text, "lxml").select_one("section.empty")
    assert "No candidate that waits matches all of: locality: elsewhere; words: group." in " ".join(
        nothing.text.split()
    )
    assert [(li.a["href"], " ".join(li.text.split())) for li in nothing.select("li")] == [
        ("/?q=group", "Without “locality: elsewhere”: 2")
    ]
    assert ada.get("/?state=nonsense&page=-1").status_code == 200


def test_long_queues_come_in_pages(desk: Desk) -> None:
    for number in range(51):
        desk.queue(draft(f"g{number:02}", name=f"Group {number:02}", told={"tidier.why": TOLD["tidier.why"]}))
    ada = desk.visitor()
    first = ada.get("/")
    second = ada.get(turned(first, "next"))
    assert (len(names(first)), len(names(second))) == (50, 1)
    assert not set(names(first)) & set(names(second))
    assert 'rel="next"' not in second.text
    assert "51–51 of 51" in second.text
    back = ada.get(turned(second, "prev"))
    assert names(back) == names(first)
    assert 'rel="prev"' not in back.text


def test_missing_services_and_gone_pages_are_marked(desk: Desk) -> None:
    desk.queue(draft(), status=410)
    with desk.store() as store:
        store.queue.mark_missing("shed")
    ada = desk.visitor()
    for path in ("/", "/candidate/shed"):
        assert "page answers 410" in ada.get(path).text
        assert "missing since 2 Mar 2026" in ada.get(path).text
    assert names(ada.get("/?state=missing")) == ["Potting Shed Pals"]


def test_skipping_goes_through_the_filtered_queue_and_round(desk: Desk) -> None:
    for key, score in (("a", 0.9), ("b", 0.5), ("c", 0.5), ("d", 0.1)):
        desk.queue(draft(key, name="Pals" if key != "b" else "Other", score=score))
    ada = desk.visitor()
    seen, at = [], "a"
    for _ in range(3):
        at = ada.get(f"/candidate/{at}/next?q=pals").headers["location"].split("?")[0].rsplit("/", 1)[1]
        seen.append(at)
    assert seen == ["c", "d", "b"], "b says it of itself too, but is not called so"
    assert ada.get("/candidate/b/next?q=other").headers["location"] == "/?q=other&end=1"


def test_fields_stand_in_reviewing_order_with_score_state_and_dates(desk: Desk) -> None:
    desk.queue(draft())
    soup = BeautifulSoup(desk.visitor().get("/candidate/shed").text, "lxml")
    fields = soup.select("article.field")
    absent = [name for name in FIELD_NAMES if name.startswith("fact.") and name not in TOLD]
    told = [name for name in FIELD_NAMES if name not in absent]
    first_code = told.index("code.type")
    assert [field["data-field"] for field in fields] == [*told[:first_code], *absent, *told[first_code:]]
    folded = soup.find("summary", string=f"Facts not stated ({len(absent)})").parent
    assert not folded.has_attr("open")
    assert [field["data-field"] for field in folded.select("article.field")] == absent
    why = soup.select_one("#field-tidier\\.why")
    assert why.select_one(".chip").text == "proposed"
    assert why.select_one(".score").text == "91%"
    assert "verified not yet" in " ".join(why.text.split())
    assert soup.select_one("#field-tidier\\.how .chip").text == "not stated"
    assert soup.select_one("#field-code\\.factor .chip").text == "none"


def test_values_are_in_words_and_what_supports_several_is_quoted_once(desk: Desk) -> None:
    both = {"fact.weekdays": (("thu", "fri"), [("every Thursday", "thu"), ("every Thursday", "fri")])}
    rule = {"fact.recurrence": (("FREQ=MONTHLY;BYDAY=1TH,3TH", "FREQ=YEARLY;COUNT=3"), [("every Thursday", "")])}
    length = {"fact.durations": (("PT1H30M", "P6W", "PT1S"), [("every Thursday", "PT1H30M")])}
    desk.queue(draft(told=TOLD | both | rule | length))
    soup = BeautifulSoup(desk.visitor().get("/candidate/shed").text, "lxml")
    weekdays = soup.select_one("#field-fact\\.weekdays")
    assert [quote.text for quote in weekdays.select("a.quote")] == ["every Thursday"]
    assert weekdays.select_one(".supports").text == "Thursday, Friday"
    said = soup.select_one("#field-fact\\.recurrence .value").text
    assert said == "every month on the first Thursday and the third Thursday · FREQ=YEARLY;COUNT=3"
    lengths = soup.select_one("#field-fact\\.durations")
    assert lengths.select_one(".value").text == "1 hour 30 minutes · 6 weeks · PT1S"
    assert "one a line, such as PT1H30M" in lengths.select_one("details.edit").text


def test_the_legend_names_each_colour_once(desk: Desk) -> None:
    desk.queue(draft())
    legend = BeautifulSoup(desk.visitor().get("/candidate/shed").text, "lxml").select(".legend a")
    labels = [link.text for link in legend]
    assert labels == ["1 Brief name", "2 Why", "8 When how much", "Facts", "Codes", "Eligibility"]
    assert [link["data-goto"] for link in legend][3:] == ["fact.weekdays", "code.type", "eligibility.wide"]


def test_every_quote_leads_to_its_place_on_the_archived_page(desk: Desk) -> None:
    desk.queue(draft())
    ada = desk.visitor()
    links = BeautifulSoup(ada.get("/candidate/shed").text, "lxml").select("a.quote")
    assert len(links) == len(TOLD)
    for link in links:
        address, _, place = link["href"].partition("#")
        assert link["target"] == "page"
        snapshot = BeautifulSoup(ada.get(address).text, "lxml")
        following = "".join(snapshot.select_one(f"#{place}").find_all_next(string=True))
        assert following.startswith(link.text), place


def test_the_archived_page_says_what_the_page_said_and_may_do_nothing(desk: Desk) -> None:
    desk.queue(draft())
    page = desk.visitor().get("/candidate/shed/page")
    assert BeautifulSoup(page.text, "lxml").body.text.strip() == TEXT
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'; style-src 'unsafe-inline'" in policy
    assert "sandbox allow-same-origin" in policy
    assert "script" not in policy


def test_without_its_archive_the_text_as_read_is_shown(desk: Desk) -> None:
    desk.queue(draft())
    for path in desk.folder.glob("*.html"):
        path.unlink()
    page = desk.visitor().get("/candidate/shed/page")
    assert page.status_code == 200
    assert "archived page cannot be read" in page.text
    assert 'id="tidier-why-0"' in page.text


def test_every_key_is_told_on_the_page(desk: Desk) -> None:
    desk.queue(draft())
    ada = desk.visitor()
    for path in ("/candidate/shed", "/help"):
        soup = BeautifulSoup(ada.get(path).text, "lxml")
        told = {(div.dt.text, div.dd.text) for div in soup.select(".keys > div")}
        assert told == {(key.shown, key.does) for key in KEYS.values()}
    soup = BeautifulSoup(ada.get("/candidate/shed").text, "lxml")
    acts = {element["data-act"] for element in soup.select("[data-act]")}
    moves = {
        "down",
        "up",
        "close",
        "undo",
        "undo_record",
        "met",
        "still_so",
    }  # no button on a page with nothing decided and no rules
    moves |= {"tidier", "facts", "codes", "verdicts", "rules", "take_over"}
    assert set(KEYS) - moves <= acts
    bindings = soup.select_one("#keys")["data-bindings"].split()
    assert dict(zip(bindings[::2], bindings[1::2], strict=True)) == {p: k.name for k in KEYS.values() for p in k.press}


def test_records_show_values_quotes_and_three_dates(desk: Desk) -> None:
    desk.queue(draft())
    ada = desk.visitor()
    assert "Nothing is published yet" in ada.get("/records").text
    desk.clock.move(hours=1)
    ada = desk.visitor()
    press(ada, ada.get("/candidate/shed"), button="approve")
    record_id = desk.publish()
    assert names(ada.get("/records")) == ["Potting Shed Pals"]
    assert names(ada.get("/records?q=nursery")) == []
    page = ada.get(f"/record/{record_id}")
    soup = BeautifulSoup(page.text, "lxml")
    cost = soup.select_one('article[data-field="fact.cost"]')
    assert [cost.select_one(".value").text, cost.select_one(".quote").text] == ["Free", "It costs nothing."]
    why = soup.select_one('article[data-field="tidier.why"]')
    assert (why.select_one(".value"), len(why.select(".quote"))) == (None, 1), (
        "words that are their own quote stand once"
    )
    dates = " ".join(cost.select_one(".dates").text.split())
    assert dates == "fetched 2 Mar 2026 · changed 2 Mar 2026 · verified 2 Mar 2026 by ada"
    assert "How: not reported" in " ".join(soup.select_one(".absent").text.split())
    assert 'id="fact-cost-0"' in ada.get(f"/record/{record_id}/page").text


@pytest.mark.parametrize("path", ["/candidate/none", "/candidate/none/page", "/record/none", "/nowhere"])
def test_what_is_not_there_is_said_so(desk: Desk, path: str) -> None:
    answer = desk.visitor().get(path)
    assert answer.status_code == 404
    assert "<h1>" in answer.text


@pytest.mark.parametrize("path", ["/", "/candidate/shed", "/records", "/runs", "/help"])
def test_pages_have_what_a_screen_reader_needs(desk: Desk, path: str) -> None:
    desk.queue(draft())
    soup = BeautifulSoup(desk.visitor().get(path).text, "lxml")
    assert soup.html["lang"] == "en"
    assert len(soup.select("h1")) == 1
    assert soup.select_one("main#main")
    assert soup.select_one("a.skip")["href"] == "#main"
    ids = [element["id"] for element in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    labelled = {label["for"] for label in soup.select("label[for]")}
    for control in soup.select("input:not([type=hidden]), select, textarea"):
        assert control.find_parent("label") or control["id"] in labelled
    for element in soup.select("[style], [onclick]"):
        pytest.fail(f"inline style or script that the policy refuses: {element}")
