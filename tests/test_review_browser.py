"""The review application in a real browser: by keyboard, without scripts, and against pages that want to do harm."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Frame, Page, sync_playwright

from register.counts import COUNT_WORDS
from review.accounts import hash_password
from tests.seeding import Desk, draft
from tests.serve_desk import RAW

pytestmark = pytest.mark.browser
PASSWORD = "three wet boots"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
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


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.serve_desk", str(desk.folder)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent)
    try:
        yield server.stdout.readline().strip()
    finally:
        server.send_signal(signal.SIGINT)
        server.stdout.close()
        assert server.wait(timeout=20) == 0, "stopping the server is no error"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def trap() -> Iterator[tuple[str, list[str]]]:
    """A server that nobody should ever ask, and what it was asked."""
    asked: list[str] = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_POST = do_GET  # noqa: N815 (the name that http.server looks for)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Trap) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def sign_in(browser: Browser, address: str, **context: object) -> tuple[Page, list[str]]:
    """A signed-in page at the queue, and every address that it asks from now on."""
    page = browser.new_context(**context).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.fill("#name", "ada")
    page.fill("#password", PASSWORD)
    page.click("text=Sign in >> nth=-1")
    page.wait_for_selector("h1:has-text('Review queue')")
    if context.get("java_script_enabled", True):
        page.wait_for_selector("html.scripted")
    return page, asked


def heading(page: Page, name: str) -> None:
    """Waits for the record page of that name, and until it listens to the keyboard."""
    page.wait_for_selector(f"h1:has-text('{name}')")
    page.wait_for_selector("#panel .current")


def archived(page: Page, *, hash_: str = "") -> Frame:
    """The frame of the archived page, once it is loaded (and has jumped to `hash_`)."""
    page.wait_for_function(
        """hash => { const frame = document.querySelector('iframe[name=page]');
        const inner = frame && frame.contentDocument;
        return inner && inner.readyState === 'complete' && inner.body && inner.body.textContent.trim()
            && (!hash || frame.contentWindow.location.hash === hash); }""",
        arg=hash_,
    )
    frame = page.frame(name="page")
    assert frame is not None
    return frame


def test_a_record_is_reviewed_by_keyboard_alone(desk: Desk, browser: Browser) -> None:
    desk.queue(draft("first", name="First Shed", score=0.9))
    desk.queue(draft("second", name="Second Shed", score=0.5))
    with served(desk) as address:
        page, asked = sign_in(browser, address)
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
        page, _ = sign_in(browser, address)
        page.keyboard.press("s")
        for number, key in enumerate(("A", "Control+Enter", "R")):
            heading(page, f"Shed {number}")
            page.keyboard.press(key)
        page.wait_for_selector("text=Everything is decided")
        assert [desk.state(f"n{number}") for number in range(3)] == ["accepted", "accepted", "rejected"]


def test_words_selected_on_the_page_become_the_quote(desk: Desk, browser: Browser) -> None:
    desk.queue(draft())
    with served(desk) as address:
        page, _ = sign_in(browser, address)
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
        page, _ = sign_in(browser, address)
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
        questions = []
        page.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.dismiss()))
        page.focus("#field-tidier\\.why")
        page.keyboard.press("s")
        page.wait_for_timeout(500)
        assert questions == ["beforeunload"]
        assert page.input_value("#value-tidier-how") == "in a group"


def test_it_works_without_scripts(desk: Desk, browser: Browser) -> None:
    desk.queue(draft("first", name="First Shed", score=0.9))
    desk.queue(draft("second", name="Second Shed", score=0.5))
    with served(desk) as address:
        page, _ = sign_in(browser, address, java_script_enabled=False)
        page.click("text=First Shed")
        page.click("#field-tidier\\.why >> text=Reject")
        page.wait_for_selector("#field-tidier\\.why .chip:text('rejected')")
        page.click("#field-fact\\.cost a.quote")
        page.click("text=Accept all")
        page.wait_for_selector("h1:has-text('Second Shed')")
        assert desk.state("first") == "accepted"
        assert desk.states("first")["tidier.why"] == "reject"


def test_nothing_of_a_hostile_page_runs_or_asks_for_anything(desk: Desk, browser: Browser) -> None:
    with trap() as (elsewhere, asked_elsewhere), served(desk) as address:
        body = RAW + HOSTILE.replace("TRAP", elsewhere).encode()
        desk.queue(draft("bad", name="Bad Shed"), body=body)
        page, _ = sign_in(browser, address)
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
        page, _ = sign_in(browser, address)
        for path in ("", "candidate/shed", "records", "runs", "help"):
            page.goto(address + path)
            for width in (320, 360, 1400):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
