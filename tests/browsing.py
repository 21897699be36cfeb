"""The workbench in Chromium, for tests and benchmarks: served, signed in to, and looked at."""

from __future__ import annotations

import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server
from threading import Thread

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, Page, Playwright

from register.store import Store, utc_now
from review.app import create_app
from review.visit import SESSION_COOKIE
from tests.seeding import Desk

ROOT = Path(__file__).parent.parent
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-renderer-backgrounding",  # tabs may be looked at side by side
)
STOPS_WITHIN = 20  # seconds
BROWSERS_OWN = ("content-autofill.googleapis.com:443",)  # what Chromium asks by itself where a page has a form


def find_chromium() -> str | None:
    """The path of Debian's Chromium."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def start_chromium(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """The address of the workbench over the desk's register, with real time, served beside the test."""
    app = create_app(replace(desk.settings, clock=utc_now))
    listener = create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=5))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while thread.is_alive() and not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(STOPS_WITHIN)
        listener.close()
        assert not thread.is_alive()


@contextmanager
def served_by(module: str, *arguments: str) -> Iterator[str]:
    """The address that this module of ours serves at, in a process of its own, which it prints first."""
    command = [sys.executable, "-m", module, *arguments]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert server.stdout is not None
    try:
        yield server.stdout.readline().strip()
    finally:
        server.send_signal(signal.SIGINT)
        server.stdout.close()
        assert server.wait(STOPS_WITHIN) == 0, "stopping the server is no error"


@contextmanager
def trap() -> Iterator[tuple[str, list[str]]]:
    """A server that nobody should ask, and what it was asked; it can be told to a browser as its proxy too."""
    asked: list[str] = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path not in BROWSERS_OWN:
                asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_HEAD = do_OPTIONS = do_CONNECT = do_GET  # noqa: N815 (the names that http.server looks for)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Trap) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def open_session(register: Path, name: str, *, role: str = "reviewer") -> str:
    """The token of a new session of this user, who is made where there is none; no password opens that account."""
    token = secrets.token_urlsafe(16)
    with Store(register, clock=utc_now) as store, store.transaction():
        if store.users.find(name) is None:
            store.users.put(name, role=role, password_hash="no password opens this account")
        store.users.open_session(name, token=token, csrf=f"csrf-{token}")
    return token


def visit(browser: Browser, address: str, *, token: str = "", **context: object) -> tuple[Page, list[str]]:
    """A new page in a context of its own, of whom this session is, and every address that it asks from now on."""
    opened = browser.new_context(**context)  # type: ignore[arg-type]
    if token:
        opened.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": address}])
    page = opened.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    if token and context.get("java_script_enabled", True):
        page.wait_for_selector("html.scripted")
    return page, asked


def sign_in(
    browser: Browser, desk: Desk, address: str, *, name: str = "ada", role: str = "reviewer", **context: object
) -> tuple[Page, list[str]]:
    """A page at the queue of somebody who signed in a moment ago, and every address that it asks from now on."""
    token = open_session(desk.folder / "register.db", name, role=role)
    page, asked = visit(browser, address, token=token, **context)
    page.wait_for_selector("h1:has-text('Review queue')")
    return page, asked


def fill_in_sign_in(page: Page, name: str, password: str) -> None:
    """Signs in by the form, by keyboard."""
    page.focus("#name")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Review queue')")


def heading(page: Page, name: str) -> None:
    """Waits for the record page of that name, and until it listens to the keyboard."""
    page.wait_for_selector(f"h1:has-text('{name}')")
    page.wait_for_selector("#panel .current")


def listening(page: Page, selector: str) -> None:
    """Waits for the page that shows this, and until its script listens: a key pressed before that is nobody's."""
    page.wait_for_selector(f"html.scripted >> {selector}")


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


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def violations(page: Page, *, only_colours: bool = False) -> list[str]:
    """What axe-core finds: the rule, and the first element that breaks it."""
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if only_colours:
        options["runOnly"] = ["color-contrast"]
    rules = Axe().run(page, options=options).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:100]} ({len(rule['nodes'])})" for rule in rules]


def sideways(page: Page, *widths: int) -> list[str]:
    """At which of these widths in px the page scrolls sideways; it is left as wide as the last."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{wide} px wide at {width}"] if wide > width else []
    return found
