"""The review application in a real browser: by keyboard, without scripts, and against pages that want to do harm."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from register.counts import COUNT_WORDS
from review.people.accounts import hash_password
from tests.browsing import archived, fill_in_sign_in, heading, served, sideways, sign_in, trap, visit
from tests.seeding import Desk, draft

pytestmark = pytest.mark.browser
PASSWORD = "three wet boots"
HOSTILE = """<!doctype html><html><head><base href="TRAP/base/"><meta http-equiv="refresh" content="0;url=TRAP/refresh">
<script>parent.document.title = "ran"; localStorage.setItem("ran", "1"); fetch("TRAP/fetch")</script>
<script src="TRAP/script.js"></script><link rel="stylesheet" href="TRAP/style.css"><link rel="prefetch" href="TRAP/pre">
<link rel="icon" href="TRAP/icon"><style>@import "TRAP/import"; body { background: url(TRAP/background) }
@font-face { font-family: f; src: url(TRAP/font) } p { font-family: f }</style></head>
<body onload="parent.document.title='ran'"><p>Potting Shed Pals</p>
<img src="TRAP/img" onerror="parent.document.title='ran'">
<svg onload="parent.document.title='ran'"><image href="TRAP/svg"/></svg><iframe src="TRAP/frame"></iframe>
<iframe srcdoc="<script>top.document.title='ran'</script>"></iframe><object data="TRAP/object"></object>
<embed src="TRAP/embed"><video src="TRAP/video" autoplay></video><form action="TRAP/form"><input autofocus
onfocus="parent.document.title='ran'"><input type="image" src="TRAP/image"></form>
<a id="out" href="TRAP/link" target="_top">out</a><a id="in" href="TRAP/inside">in</a></body></html>"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    with desk.store() as store:
        store.users.put("ada", role="reviewer", password_hash=hash_password(PASSWORD))
    return desk


def as_it_came(body: bytes, *, content_type: str, marks: object) -> str:
    """Hands archived pages through, as if every cleaning had failed."""
    return body.decode()


def test_a_record_is_reviewed_by_keyboard_alone(desk: Desk, browser: Browser) -> None:
    desk.queue(draft("first", name="First Shed", score=0.9))
    desk.queue(draft("second", name="Second Shed", score=0.5))
    with served(desk) as address:
        page, asked = visit(browser, address)
        fill_in_sign_in(page, "ada", PASSWORD)
        page.wait_for_selector("html.scripted")
        page.keyboard.press("s")
        heading(page, "First Shed")
        page.keyboard.press("j")
        archived(page, hash_="#tidier-why-0")
        page.keyboard.press("n")
        page.wait_for_selector("#field-tidier\\.why .chip:text('not stated')")
        page.wait_for_selector("#field-tidier\\.what_materials.current")
        page.keyboard.press("k")
        page.keyboard.press("u")
        page.wait_for_selector("#field-tidier\\.why .chip:text('proposed')")
        page.keyboard.press("r")
        page.wait_for_selector("#field-tidier\\.why .chip:text('rejected')")
        page.keyboard.press("e")
        page.keyboard.insert_text("tools and gloves")
        page.keyboard.press("Tab")
        page.keyboard.insert_text("words that are not there")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#field-tidier\\.what_materials .notice:has-text('does not stand on the page')")
        assert page.input_value("#value-tidier-what_materials") == "tools and gloves"
        page.fill("#quotes-tidier-what_materials", "tools and gloves are lent")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#field-tidier\\.what_materials .chip:text('edited')")
        page.keyboard.press("?")
        page.wait_for_selector("dialog[open] >> text=accept the field as proposed")
        page.keyboard.press("Escape")
        page.keyboard.press("A")
        heading(page, "Second Shed")
        assert desk.state("first") == "accepted"
        assert desk.states("first")["tidier.why"] == "reject"
        page.keyboard.press("U")
        heading(page, "First Shed")
        assert desk.state("first") == "undecided"
        assert all(url.startswith(address) for url in asked), asked


def test_a_clean_record_takes_one_key(desk: Desk, browser: Browser) -> None:
    for number in range(3):
        desk.queue(draft(f"n{number}", name=f"Shed {number}", score=0.9 - number / 10))
    with served(desk) as address:
        page, _ = sign_in(browser, desk, address)
        page.keyboard.press("s")
        for number, key in enumerate(("A", "Control+Enter", "R")):
            heading(page, f"Shed {number}")
            page.keyboard.press(key)
        page.wait_for_selector("text=Everything is decided")
        assert [desk.state(f"n{number}") for number in range(3)] == ["accepted", "accepted", "rejected"]


def test_words_selected_on_the_page_become_the_quote(desk: Desk, browser: Browser) -> None:
    desk.queue(draft())
    with served(desk) as address:
        page, _ = sign_in(browser, desk, address)
        page.click("text=Potting Shed Pals")
        heading(page, "Potting Shed Pals")
        page.click("#field-tidier\\.how summary")
        page.fill("#value-tidier-how", "in a group")
        page.frame_locator("iframe").locator('mark[data-field="tidier.why"]').first.click(click_count=3)
        page.click("#field-tidier\\.how >> text=Use the words selected on the page")
        assert "find company" in page.input_value("#quotes-tidier-how")


def test_what_is_typed_for_one_field_outlives_a_decision_on_another(desk: Desk, browser: Browser) -> None:
    desk.queue(draft())
    with served(desk) as address:
        page, _ = sign_in(browser, desk, address)
        page.click("text=Potting Shed Pals")
        heading(page, "Potting Shed Pals")
        for name in ("tidier\\.how", "code\\.factor"):
            page.click(f"#field-{name} summary[data-act=edit]")
        page.fill("#value-tidier-how", "in a group")
        page.check("#field-code\\.factor input[value=bereavement]")
        page.click("#field-tidier\\.why button[value=approve]")
        page.wait_for_selector("#field-tidier\\.why .chip:text('verified')")
        assert page.input_value("#value-tidier-how") == "in a group"
        assert page.is_checked("#field-code\\.factor input[value=bereavement]")
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.focus("#field-tidier\\.why")
        with page.expect_event("dialog") as asked:
            page.keyboard.press("s")
        assert asked.value.type == "beforeunload"
        assert page.input_value("#value-tidier-how") == "in a group"


def test_it_works_without_scripts(desk: Desk, browser: Browser) -> None:
    desk.queue(draft("first", name="First Shed", score=0.9))
    desk.queue(draft("second", name="Second Shed", score=0.5))
    with served(desk) as address:
        page, _ = visit(browser, address, java_script_enabled=False)
        fill_in_sign_in(page, "ada", PASSWORD)
        page.click("text=First Shed")
        page.click("#field-tidier\\.why >> text=Reject")
        page.wait_for_selector("#field-tidier\\.why .chip:text('rejected')")
        page.click("#field-fact\\.cost a.quote")
        page.click("text=Accept all")
        page.wait_for_selector("h1:has-text('Second Shed')")
        assert desk.state("first") == "accepted"
        assert desk.states("first")["tidier.why"] == "reject"


def test_nothing_of_a_hostile_page_runs_or_asks_for_anything(desk: Desk, browser: Browser) -> None:
    desk.show = as_it_came
    with trap() as (elsewhere, asked_elsewhere), served(desk) as address:
        desk.queue(draft("bad", name="Bad Shed"), body=HOSTILE.replace("TRAP", elsewhere).encode())
        page, _ = sign_in(browser, desk, address)
        page.click("text=Bad Shed")
        heading(page, "Bad Shed")
        page.wait_for_timeout(1000)
        frame = archived(page)
        assert frame.evaluate("document.body.innerText").startswith("Potting Shed Pals")
        for link in ("#out", "#in"):
            frame.click(link, no_wait_after=True)
            page.wait_for_timeout(300)
            assert page.url.startswith(f"{address}candidate/bad")
            page.goto(page.url, wait_until="domcontentloaded")  # the frame may try in vain what it is refused
            page.wait_for_timeout(300)
            frame = archived(page)
        direct = page.context.new_page()
        direct.goto(f"{address}candidate/bad/page")
        direct.wait_for_timeout(1000)
        assert "ran" not in (page.title(), direct.title())
        assert page.evaluate("localStorage.getItem('ran')") is None
        assert asked_elsewhere == []


def test_no_page_scrolls_sideways(desk: Desk, browser: Browser) -> None:
    desk.queue(draft(name="A very long name of a service " * 4, url="https://growers.example/" + "long/" * 40))
    with desk.store() as store:
        counts = {key: 1_000 for key, _, _ in COUNT_WORDS}
        run = store.runs.start("discover", "fenmarsh")
        store.runs.finish(run, verdict="healthy", finish_reason="finished", counts=counts)
    with served(desk) as address:
        page, _ = sign_in(browser, desk, address)
        for path in ("", "candidate/shed", "records", "runs", "help"):
            page.goto(address + path)
            assert sideways(page, 320, 360, 1400) == [], path
