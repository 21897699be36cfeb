"""Who gets into the review application, and what each may do there."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from review.accounts import hash_password
from review.app import PAGES, create_app
from review.headers import LARGEST_FORM
from review.limiter import FAILURES_OF_ADDRESS, FAILURES_OF_BOTH, SignInLimiter
from review.visit import SESSION_COOKIE
from tests.seeding import Desk, HandClock, draft, filled_in

PASSWORD = "seven damp gloves"


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def desk(tmp_path: Path, password_hash: str) -> Desk:
    desk = Desk(tmp_path)
    desk.queue(draft())
    with desk.store() as store:
        store.users.put("ada", role="reviewer", password_hash=password_hash)
    return desk


@pytest.fixture
def visitor(desk: Desk) -> TestClient:
    return TestClient(create_app(desk.settings), follow_redirects=False)


def sign_in(visitor: TestClient, *, name: str = "ada", password: str = PASSWORD, at: str = "/sign-in", **more: str):
    soup = BeautifulSoup(visitor.get(at).text, "lxml")
    hidden = {str(one["name"]): str(one["value"]) for one in soup.select("form input[type=hidden]")}
    return visitor.post("/sign-in", data={**hidden, "name": name, "password": password, **more})


def test_the_right_password_opens_a_session_and_the_page_that_was_asked_for(desk: Desk, visitor: TestClient) -> None:
    asked = visitor.get("/candidate/shed?state=all")
    assert asked.status_code == 303
    answer = sign_in(visitor, at=asked.headers["location"])
    assert (answer.status_code, answer.headers["location"]) == (303, "/candidate/shed?state=all")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(SESSION_COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert visitor.get("/").status_code == 200
    token = visitor.cookies[SESSION_COOKIE]
    assert token.encode() not in b"".join(path.read_bytes() for path in desk.folder.glob("register.db*"))


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "queue"]
)
def test_nobody_is_sent_to_another_site_after_signing_in(visitor: TestClient, elsewhere: str) -> None:
    assert sign_in(visitor, next=elsewhere).headers["location"] == "/"


def test_wrong_password_unknown_name_and_disabled_account_are_told_alike(desk: Desk, visitor: TestClient) -> None:
    wrong = sign_in(visitor, password="wrong")
    unknown = sign_in(visitor, name="nobody", password="wrong")
    with desk.store() as store:
        store.users.disable("ada")
    disabled = sign_in(visitor)
    for answer in (wrong, unknown, disabled):
        assert answer.status_code == 401
        assert "Name or password is wrong." in answer.text
        assert SESSION_COOKIE not in visitor.cookies
    assert 'value="nobody"' in unknown.text


def test_a_sign_in_form_from_elsewhere_is_refused(visitor: TestClient) -> None:
    assert visitor.post("/sign-in", data={"name": "ada", "password": PASSWORD}).status_code == 403
    assert sign_in(visitor, csrf="guessed").status_code == 403
    assert SESSION_COOKIE not in visitor.cookies


def test_after_five_wrong_passwords_even_the_right_one_must_wait(desk: Desk, visitor: TestClient) -> None:
    for _ in range(FAILURES_OF_BOTH):
        assert sign_in(visitor, password="wrong").status_code == 401
    refused = sign_in(visitor)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 800
    assert "Try again in 15 minutes" in refused.text
    desk.clock.move(minutes=16)
    assert sign_in(visitor).status_code == 303


def test_the_limits_hold_over_many_names_and_forget_after_success() -> None:
    clock = HandClock()
    limiter = SignInLimiter(clock)
    for number in range(FAILURES_OF_ADDRESS):
        limiter.note_failure(f"name{number}", "192.0.2.1")
    assert limiter.wait("fresh", "192.0.2.1")
    assert not limiter.wait("fresh", "192.0.2.2")
    for _ in range(FAILURES_OF_BOTH):
        limiter.note_failure("ada", "192.0.2.3")
    assert limiter.wait("ada", "192.0.2.3")
    limiter.forget("ada", "192.0.2.3")
    assert not limiter.wait("ada", "192.0.2.3")


def test_signing_out_ends_the_session_on_the_server(desk: Desk) -> None:
    ada = desk.visitor()
    token = ada.cookies[SESSION_COOKIE]
    assert ada.post("/sign-out", data={"csrf": "csrf-ada"}).headers["location"] == "/sign-in"
    ada.cookies.set(SESSION_COOKIE, token)
    assert ada.get("/").status_code == 303


def test_a_session_ends_by_itself(desk: Desk) -> None:
    ada = desk.visitor()
    desk.clock.move(hours=11)
    assert ada.get("/").status_code == 200
    desk.clock.move(hours=2)
    assert ada.get("/").headers["location"].startswith("/sign-in")


def test_cookies_go_over_https_only_where_told(desk: Desk) -> None:
    from dataclasses import replace

    visitor = TestClient(create_app(replace(desk.settings, secure_cookies=True)), base_url="https://testserver")
    cookies = visitor.get("/sign-in").headers.get_list("set-cookie")
    assert cookies
    assert all("Secure" in cookie for cookie in cookies)


@pytest.mark.parametrize(("path", "method", "handler", "role"), PAGES, ids=lambda v: getattr(v, "__name__", str(v)))
def test_every_page_asks_who_is_there(desk: Desk, visitor: TestClient, path, method, handler, role) -> None:
    answer = visitor.request(method, path.replace("{id}", "shed"), data={} if method == "POST" else None)
    if role is None:
        assert answer.status_code in (200, 403)
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("path", [path for path, method, _, role in PAGES if method == "POST" and role])
def test_every_form_is_refused_without_its_token(desk: Desk, path: str) -> None:
    ada = desk.visitor()
    for token in ({}, {"csrf": ""}, {"csrf": "csrf-eve"}):
        form = {**token, "field": "tidier.why", "verdict": "approve", "revision": "1", "decisions": "0"}
        assert ada.post(path.replace("{id}", "shed"), data=form).status_code == 403
    assert set(desk.states().values()) == {"open"}
    assert ada.get("/").status_code == 200


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
    assert headers["referrer-policy"] == "no-referrer"


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
