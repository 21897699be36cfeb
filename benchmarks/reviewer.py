"""A reviewer as a process, over HTTP: `python benchmarks/reviewer.py JOB.json`, killed and started again at any time.

Takes what *next* gives, opens it, and accepts, mends, rejects or skips it by lot. In between it tries what must be
refused: forms of before a colleague took over, of before a colleague decided, of another revision, and sent twice. What
it was given and what was saved stands in its journal, a line each, before it goes on.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import httpx

STEADY = 0.02  # seconds between tries of a server that does not answer
PATIENCE = 180.0  # seconds after which a reviewer gives up
BUSY = 503  # others write to the register; nothing was saved
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
RECORD_FORM = re.compile(r'<form method="post" action="/candidate/[^"]+/record".*?</form>', re.DOTALL)
UNDO = re.compile(r"Undo (acceptance|rejection)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Whose work it is: `name` reviews `each` candidates at `address`, `colleague` takes over from them sometimes."""

    address: str
    name: str
    password: str
    colleague: str
    each: int
    journal: Path
    seed: int


class Session:
    """A signed-in browser without its pictures; waits for a server that is being started again."""

    def __init__(self, job: Job, name: str) -> None:
        self.job, self.name = job, name
        self.http = httpx.Client(base_url=job.address, timeout=60, follow_redirects=False)
        self.csrf = ""

    def sign_in(self) -> None:
        while True:
            form = dict(HIDDEN.findall(self._ask("GET", "/sign-in").text))
            answer = self._ask("POST", "/sign-in", {**form, "name": self.name, "password": self.job.password})
            if answer.status_code == 303:
                break
            time.sleep(1)
        self.csrf = dict(HIDDEN.findall(self.get("/help").text))["csrf"]

    def get(self, path: str) -> httpx.Response:
        """A page, after signing in anew where the session is gone."""
        answer = self._ask("GET", path)
        if answer.headers.get("location", "").startswith("/sign-in"):
            self.sign_in()
            answer = self._ask("GET", path)
        return answer

    def post(self, path: str, form: Mapping[str, str]) -> httpx.Response:
        """Sends a form once: where no answer comes, nobody knows whether it was saved (httpx.TransportError). Where the
        register is too busy, nothing was: it is sent again."""
        while (answer := self.http.post(path, data={**form, "csrf": self.csrf})).status_code == BUSY:
            time.sleep(STEADY)
        return answer

    def _ask(self, method: str, path: str, form: Mapping[str, str] | None = None) -> httpx.Response:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                if (answer := self.http.request(method, path, data=form)).status_code != BUSY:
                    return answer
            except httpx.TransportError:
                if time.monotonic() > until:
                    raise
            time.sleep(STEADY)


class Reviewer:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.done = self._done_before()
        self.chance = Random(job.seed + 1000 * self.done)  # noqa: S311 (no secret)
        self.own, self.colleague = Session(job, job.name), Session(job, job.colleague)

    def work(self) -> None:
        self.own.sign_in()
        given = ""
        while self.done < self.job.each:
            given = given or self._ask_next("/next")
            if not given:
                time.sleep(0.2)  # all that is left is with others
                continue
            given = self._review(given)

    def _review(self, key: str) -> str:
        """Opens a candidate and does something with it; gives the next that it was given, "" where it must ask."""
        path = f"/candidate/{key}"
        answer = self.own.get(path)
        page = answer.text
        if UNDO.search(page) or "Held by" in page:
            self._note("found", key)  # decided before an answer was lost, or no longer ours
            return ""
        found = RECORD_FORM.search(page)
        if found is None:
            raise RuntimeError(f"{path} answers {answer.status_code} without its form: {page[-3000:]}")
        form = dict(HIDDEN.findall(found[0]))
        lot = self.chance.random()
        if lot < 0.05:
            self._note("skipped", key)
            return self._ask_next(f"{path}/next")
        if lot < 0.10:
            form = self._after_a_colleague(key, form)
        elif lot < 0.15:
            self._try("revision", key, {**form, "revision": str(int(form["revision"]) - 1)})
        elif lot < 0.30:
            form = self._mend(key, form)
        return self._decide(key, form) if form else ""

    def _decide(self, key: str, form: dict[str, str]) -> str:
        verdict = "reject" if self.chance.random() < 0.15 else "approve"
        self._note("deciding", key)
        try:
            answer = self.own.post(f"/candidate/{key}/record", {**form, "verdict": verdict})
        except httpx.TransportError:
            return self._find_out(key)
        if answer.status_code == 409:
            self._note("refused", key)  # its page was read again meanwhile: open it anew
            return key
        if answer.status_code != 303:
            self._note(f"odd {answer.status_code}", key)
            return ""
        self._count(key, verdict)
        if self.chance.random() < 0.05:
            self._try("twice", key, {**form, "verdict": verdict})
        return self._given(answer)

    def _find_out(self, key: str) -> str:
        """No answer came to a decision: the page says whether it was saved."""
        page = self.own.get(f"/candidate/{key}").text
        if UNDO.search(page):
            self._count(key, "unheard")
            return ""
        return key

    def _mend(self, key: str, form: dict[str, str]) -> dict[str, str]:
        with suppress(httpx.TransportError):
            self.own.post(f"/candidate/{key}/field", {**form, "field": "fact.cost", "verdict": "reject"})
        return self._form_again(key)

    def _after_a_colleague(self, key: str, form: dict[str, str]) -> dict[str, str]:
        """A colleague takes over and rejects a field; the forms of before are refused until the page is opened anew."""
        if not self.colleague.csrf:
            self.colleague.sign_in()
        path = f"/candidate/{key}"
        with suppress(httpx.TransportError):
            self.colleague.post(f"{path}/take-over", form)
            saved = self.colleague.post(f"{path}/field", {**form, "field": "fact.age_min", "verdict": "reject"})
            if saved.status_code != 303:
                return self._form_again(key)
            self._try("held", key, form)
            self.own.post(f"{path}/take-over", form)
            self._try("overtaken", key, form)
        self._take_back(path, form)
        return self._form_again(key)

    def _take_back(self, path: str, form: dict[str, str]) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(httpx.TransportError):
                self.own.post(f"{path}/take-over", form)
                return
            time.sleep(STEADY)

    def _form_again(self, key: str) -> dict[str, str]:
        page = self.own.get(f"/candidate/{key}").text
        found = RECORD_FORM.search(page)
        return dict(HIDDEN.findall(found[0])) if found and not UNDO.search(page) else {}

    def _try(self, kind: str, key: str, form: dict[str, str]) -> None:
        """Sends a form that must be refused, and notes what came of it."""
        with suppress(httpx.TransportError):
            answer = self.own.post(f"/candidate/{key}/record", {"verdict": "approve", **form})
            # A form that is sent twice is answered like the first time; the register says whether it was kept twice.
            accepted = answer.status_code == 303 and kind != "twice"
            self._note(f"stale {kind} {'accepted' if accepted else 'refused'}", key)

    def _ask_next(self, path: str) -> str:
        return self._given(self.own.get(path))

    def _given(self, answer: httpx.Response) -> str:
        place = answer.headers.get("location", "/").partition("?")[0]
        key = place.removeprefix("/candidate/") if place.startswith("/candidate/") else ""
        if key:
            self._note("given", key)
        return key

    def _count(self, key: str, verdict: str) -> None:
        self.done += 1
        self._note(f"decided {verdict}", key)

    def _note(self, what: str, key: str) -> None:
        with self.job.journal.open("a", encoding="utf-8") as journal:
            journal.write(f"{time.time():.6f}\t{what}\t{key}\n")

    def _done_before(self) -> int:
        if not self.job.journal.exists():
            return 0
        return sum("\tdecided " in line for line in self.job.journal.read_text(encoding="utf-8").splitlines())


if __name__ == "__main__":
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Reviewer(Job(**{**told, "journal": Path(told["journal"])})).work()
