"""A register with something on every page of the workbench, made by filling in the workbench's own forms.

python -m benchmarks.pages_filled FOLDER   serves it
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from httpx import Response
from starlette.testclient import TestClient

from register.models import DecisionVerdict
from register.store import Store, utc_now
from register.store.matching.pairs import LikelyPair
from register.store.queue.candidates import KnownCandidate
from register.store.staleness.endings import Notice
from review.app import PAGES, create_app
from review.serve import serve
from review.settings import ReviewSettings
from review.visit import SESSION_COOKIE
from tests.forms import press
from tests.public import PublicDesk
from tests.second_reviews import decide_first, next_for
from tests.seeding import LATER, LOCALITY, TEXT, TOLD_LATER, draft

ROLES = ("viewer", "reviewer", "adjudicator", "admin")
# Pages that a form leads to and nothing links to.
ASKED_FOR = ("/batch?action=accept&of=all", "/batch?action=keep&of=all", "/services?q=shed&page=1", "/services?q=zz")
SHEET = b"name,when,told by\nChapel Tea,Fridays,a friend\n,,\n"
# What would end the sessions that look, or hand the record to somebody else.
NEVER = ("/sign-out", "/sign-in", "/people/change", "/people/password", "/take-over")
FORMS_OF_ONE_KIND = 2
LED = "led.txt"  # in the folder: where forms led
LONG = "The Neighbours of Lower Fenmarsh and Upper Fenmarsh Growing and Mending Together Circle"


def similar(store: Store, known: KnownCandidate) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return () if known.draft.key == "walk" else (("walk", ("company", "seedlings")),)


@dataclass
class PagesDesk(PublicDesk):
    """The desk of the tests, with real time and with records that are like one another."""

    clock: object = utc_now  # type: ignore[assignment]
    similar: object = similar  # type: ignore[assignment]

    @property
    def settings(self) -> ReviewSettings:
        settings: ReviewSettings = PublicDesk.settings.fget(self)  # type: ignore[attr-defined]
        rules = settings.rules.model_copy(
            update={"second_review": settings.rules.second_review.model_copy(update={"share": 1.0})}
        )
        return replace(settings, rules=rules)


def token_of(role: str) -> str:
    return f"token-{role}"


def make(folder: Path, *, filled: bool) -> list[str]:
    """The register, with a user and a session of each role; gives what answered with an error while it was filled."""
    desk = PagesDesk(folder)
    with desk.store() as store, store.transaction():
        for role in ROLES:
            store.users.put(role, role=role, password_hash="(no password opens this account)")  # noqa: S106
            store.users.open_session(role, token=token_of(role), csrf=f"csrf-{role}")
    if not filled:
        return []
    for key in ("twice", "twain"):  # two people decided differently: what is settled, and what is in dispute
        desk.queue(draft(key, url=f"https://growers.example/{key}"))
        decide_first(desk, key)
        ben = desk.visitor("ben")
        press(ben, ben.get(f"/candidate/{next_for(ben)}"), button="approve", follow=False)
    for number in range(3):
        name, url = f"Potting Shed Pals {number}", f"https://growers.example/shed{number}"
        desk.accept(f"done{number}", text=TEXT, name=name, url=url)
    desk.accept("walk", text=TEXT, name="Brisk Steps", url="https://steps.example/walk")
    for number in range(4):
        told = draft(f"open{number}", name="Potting Shed Pals", url=f"https://growers{number}.example/again")
        desk.queue(told)
    desk.queue(draft("long", name=LONG * 2, url="https://growers.example/" + "long/" * 40))
    desk.decide("open3", DecisionVerdict.REJECT)
    desk.put_out()
    with desk.store() as store, store.transaction():
        likely = LikelyPair(other="open1", score=0.9, reasons=("the same name", "the same host"))
        store.pairs.keep("open0", (likely, replace(likely, other="done2")))
    broken = [line for role in ("reviewer", "adjudicator", "admin") for line in _fill_in(desk, role)]
    for number in range(2):
        desk.accept(f"same{number}", text=TEXT, name=f"Shed {number}", url=f"https://growers.example/same{number}")
    _read_again(desk)
    _say_that_it_closed(desk, [desk.accept(f"shut{n}", text=TEXT, name=f"Loft {n}") for n in range(2)])
    return broken


def _say_that_it_closed(desk: PagesDesk, records: list[str]) -> None:
    """A notice that waits for a decision; it seems to mean the first of the records."""
    said = "We are sorry to say that our charity has closed."
    notice = Notice(
        locality=LOCALITY,
        host="growers.example",
        about="organisation",
        page_url="https://growers.example/news",
        quote=said,
        day=date(2026, 3, 2),
    )
    with desk.store() as store, store.transaction():
        store.endings.open_closing(notice, [(one, n == 0) for n, one in enumerate(records)], run_id="r")


def _read_again(desk: PagesDesk) -> None:
    """Two pages of one host say something else now, alike: their records are open again."""
    for number in range(2):
        again = draft(
            f"same{number}",
            text=LATER,
            told=TOLD_LATER,
            name=f"Shed {number}",
            url=f"https://growers.example/same{number}",
        )
        with desk.store() as store, store.transaction():
            _, version = desk._keep(store, again, LATER, b"")
            run = store.runs.start("recheck", again.locality)
            touched = frozenset(("tidier.when_how_much", "fact.weekdays", "fact.cost"))
            store.queue.reopen(again, version_id=version, run_id=run, touched=touched)
            store.runs.finish(run, verdict="quarantined", finish_reason="few", counts={"pages": 3}, message="too few")


@dataclass(slots=True)
class Walk:
    """Addresses by the pattern of their route, as the workbench's own pages link to them."""

    client: TestClient
    found: dict[str, list[str]] = field(default_factory=dict)
    pages: dict[str, BeautifulSoup] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    led: list[str] = field(default_factory=list)  # where forms led

    def go(self, *, each: int = 3) -> None:
        """Follows links from the pages without parameters, to so many pages of each pattern."""
        waiting = [
            *self.led,
            *(path for path, method, _, _ in PAGES if method == "GET" and "{" not in path),
            *ASKED_FOR,
        ]
        seen: set[str] = set()
        while waiting:
            address = waiting.pop(0)
            pattern = pattern_of(address)
            if address in seen or pattern is None or len(self.found.get(pattern, ())) >= each:
                continue
            seen.add(address)
            answer = self.client.get(address)
            self.note(address, answer)
            if answer.status_code == 303:
                waiting.append(answer.headers["location"].partition("#")[0])
            if answer.status_code != 200 or "html" not in answer.headers["content-type"]:
                continue
            self.found.setdefault(pattern, []).append(address)
            self.pages[address] = BeautifulSoup(answer.text, "lxml")
            waiting += [
                str(link["href"]).partition("#")[0] for link in self.pages[address].select("a[href^='/'], form a[href]")
            ]
            waiting += [str(frame["src"]).partition("#")[0] for frame in self.pages[address].select("iframe[src]")]

    def note(self, address: str, answer: Response) -> None:
        """Keeps an error, where a form led, and a provider's address that a page shows once."""
        if answer.status_code >= 500:
            self.broken.append(f"{answer.request.method} {address}: {answer.status_code}")
        if answer.request.method == "POST" and answer.status_code == 303:
            self.led.append(answer.headers["location"].partition("#")[0])
        self.led += re.findall(r"/provider/[\w.-]+", answer.text)


def pattern_of(address: str) -> str | None:
    """The route of a page that an address leads to."""
    path = address.partition("?")[0]
    for pattern, method, _, _ in PAGES:
        if method == "GET" and re.fullmatch(re.sub(r"\{.*?\}", "[^/]+", pattern), path):
            return pattern
    return None


def walk_as(desk: PagesDesk, role: str | None, *, each: int) -> Walk:
    """What somebody of that role can reach."""
    led = desk.folder / LED
    walk = Walk(client_of(desk, role), led=led.read_text().split() if led.exists() else [])
    walk.go(each=each)
    return walk


def client_of(desk: PagesDesk, role: str | None) -> TestClient:
    client = TestClient(create_app(desk.settings), follow_redirects=False, raise_server_exceptions=False)
    if role:
        client.cookies.set(SESSION_COOKIE, token_of(role))
    return client


def _fill_in(desk: PagesDesk, role: str) -> list[str]:
    """Sends forms of every kind that the pages hold, as somebody who fills in whatever is asked; gives what broke."""
    walk = Walk(client_of(desk, role))
    walk.go()
    sent: dict[str, int] = {}
    for page in walk.pages.values():
        for form in page.select("form[method=post]"):
            action = str(form.get("action") or "/")
            kind = f"{re.sub(r'/[^/]*[0-9][^/]*', '/*', action)} {_value(form, 'field')} {_value(form, 'verdict')}"
            if any(one in action for one in NEVER) or sent.get(kind, 0) >= FORMS_OF_ONE_KIND:
                continue
            sent[kind] = sent.get(kind, 0) + 1
            files = {"file": ("list.csv", SHEET)} if form.select_one("[type=file]") else None
            walk.note(action, walk.client.post(action, data=dict(_typed(form)), files=files))
    with (desk.folder / LED).open("a") as lines:
        lines.writelines(f"{address}\n" for address in walk.led)
    return walk.broken


def _value(form: Tag, name: str) -> str:
    found = form.select_one(f"[name='{name}'][value]")
    return str(found["value"]) if found else ""


def _typed(form: Tag) -> Iterator[tuple[str, str | list[str]]]:
    """A value for every control, and the first button."""
    for one in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(one["name"]), str(one.get("type", "text"))
        if one.name == "select":
            values = [str(option.get("value", option.text)) for option in one.select("option")]
            yield name, next((value for value in values if value), "")
        elif kind in ("hidden", "radio", "checkbox"):
            yield name, str(one.get("value", ""))
        elif one.name == "textarea" or kind in ("text", "search"):
            yield name, one.text.strip() or str(one.get("value") or "We want people who live alone to find company")
        else:
            by_kind = {"email": "peg@growers.example", "number": str(one.get("min") or 1), "date": "2026-11-01"}
            yield name, str(one.get("value") or by_kind.get(kind, "x"))
    if button := form.select_one("button[name][value]"):
        yield str(button["name"]), str(button["value"])


if __name__ == "__main__":
    serve(
        create_app(PagesDesk(Path(sys.argv[1])).settings),
        port=0,
        on_ready=lambda address: print(address, flush=True),
    )
