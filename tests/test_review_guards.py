"""What every page and form of the review application asks for, of whom, and what every answer carries."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from review.app import PAGES, create_app
from review.headers import LARGEST_FORM, LARGEST_PUBLIC_FORM
from review.visit import FORM_COOKIE
from tests.forms import filled_in
from tests.seeding import Desk, draft


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.queue(draft())
    return desk


@pytest.fixture
def visitor(desk: Desk) -> TestClient:
    return TestClient(create_app(desk.settings), follow_redirects=False)


@pytest.mark.parametrize(("path", "method", "handler", "role"), PAGES, ids=lambda v: getattr(v, "__name__", str(v)))
def test_every_page_asks_who_is_there(desk: Desk, visitor: TestClient, path, method, handler, role) -> None:
    answer = visitor.request(method, re.sub(r"{.*?}", "shed", path), data={} if method == "POST" else None)
    if path == "/":
        assert answer.headers["location"] == "/sign-in", "a register without public pages has nothing else to show"
    elif role is None:
        assert answer.status_code in (200, 403, 404)
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(("path", "role"), [(path, role) for path, method, _, role in PAGES if method == "POST"])
def test_every_form_is_refused_without_its_token(desk: Desk, path: str, role: str | None) -> None:
    """With every right there is, and all else as a form of ours has it: signed in or not, only the token lacks."""
    ada = desk.visitor("ada", role="admin")
    with desk.store() as store:
        before = "\n".join(store.db.conn.iterdump())
    for token in ({}, {"csrf": ""}, {"csrf": "csrf-eve"}):
        form = {**token, "field": "tidier.why", "verdict": "approve", "revision": "1", "decisions": "0"}
        assert ada.post(re.sub(r"{.*?}", "shed", path), data=form).status_code == 403
        if role is None:
            stranger = TestClient(ada.app, follow_redirects=False, cookies={FORM_COOKIE: ""})
            assert stranger.post(re.sub(r"{.*?}", "shed", path), data=form).status_code == 403
    with desk.store() as store:
        after = "\n".join(line for line in store.db.conn.iterdump() if '"sessions"' not in line)
    assert after == "\n".join(line for line in before.splitlines() if '"sessions"' not in line)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
    ],
)
def test_a_form_from_another_site_is_refused_even_with_its_token(desk: Desk, headers: dict[str, str]) -> None:
    ada = desk.visitor()
    action, form = filled_in(ada.get("/candidate/shed"), button="approve", field="tidier.why")
    assert ada.post(action, data=form, headers=headers).status_code == 403
    assert set(desk.states().values()) == {"open"}
    own = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert ada.post(action, data=form, headers=own).status_code == 303


@pytest.mark.parametrize("host", ["evil.example", "testserver@evil.example", "", "testserver.evil.example"])
def test_only_its_own_names_are_answered(desk: Desk, host: str) -> None:
    app = create_app(replace(desk.settings, names=frozenset({"testserver"})))
    visitor = TestClient(app, follow_redirects=False)
    assert visitor.get("/sign-in").status_code == 200
    assert visitor.get("/sign-in", headers={"host": "testserver:8642"}).status_code == 200
    assert visitor.get("/sign-in", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("path", ["/candidate/shed/field", "/candidate/shed/record"])
def test_a_viewer_reads_but_does_not_decide(desk: Desk, path: str) -> None:
    vera = desk.visitor("vera", role="viewer")
    page = vera.get("/candidate/shed")
    assert page.status_code == 200
    assert "/candidate/shed/field" not in page.text
    form = {"csrf": "csrf-vera", "field": "tidier.why", "verdict": "approve", "revision": "1", "decisions": "0"}
    refused = vera.post(path, data=form)
    assert refused.status_code == 403
    assert "role reviewer" in refused.text
    assert set(desk.states().values()) == {"open"}


@pytest.mark.parametrize("role", ["reviewer", "adjudicator", "admin"])
def test_the_other_roles_decide(desk: Desk, role: str) -> None:
    visitor = desk.visitor("bo", role=role)
    action, form = filled_in(visitor.get("/candidate/shed"), button="approve", field="tidier.why")
    assert visitor.post(action, data=form).status_code == 303


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/candidate/shed", "/records", "/runs", "/nowhere", "/static/style.css"]
)
def test_every_answer_carries_the_security_headers(desk: Desk, path: str) -> None:
    headers = desk.visitor().get(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_an_error_of_ours_tells_nothing_and_keeps_the_headers(desk: Desk) -> None:
    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("secret detail")

    desk.show = broken
    ada = desk.visitor()
    quiet = TestClient(ada.app, cookies=ada.cookies, raise_server_exceptions=False)
    answer = quiet.get("/candidate/shed/page")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_huge_forms_and_uploads_are_refused(desk: Desk) -> None:
    ada = desk.visitor()
    assert ada.post("/candidate/shed/field", data={"quotes": "x" * LARGEST_FORM}).status_code == 413
    assert ada.post("/candidate/shed/field", files={"quotes": b"x"}).status_code == 400
    assert ada.post("/sign-in", data={"name": "x" * LARGEST_PUBLIC_FORM}).status_code == 413
