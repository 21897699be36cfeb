"""Who gets into the review application, and what each may do there."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from register.store.sign_ins import DAY, OF_ADDRESS, OF_BOTH, OF_NAME, OF_NAME_A_DAY, WINDOW
from review.accounts import hash_password
from review.app import PAGES, create_app
from review.headers import LARGEST_FORM, LARGEST_PUBLIC_FORM
from review.visit import FORM_COOKIE, SESSION_COOKIE
from tests.seeding import Desk, draft, filled_in

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
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "queue", "//[", "/\t/x"],
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
    for _ in range(OF_BOTH):
        assert sign_in(visitor, password="wrong").status_code == 401
    refused = sign_in(visitor)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 800
    assert "Try again in 15 minutes" in refused.text
    desk.clock.move(minutes=16)
    assert sign_in(visitor).status_code == 303


def attempts(desk: Desk, name: str, address: str, number: int = 1) -> list[bool]:
    """Whether each of so many attempts was admitted."""
    with desk.store() as store, store.transaction():
        return [not store.sign_ins.admit(name, address) for _ in range(number)]


def test_the_limits_hold_over_many_names_and_addresses_and_forget_after_success(desk: Desk) -> None:
    assert attempts(desk, "ada", "192.0.2.3", OF_BOTH + 2) == [True] * OF_BOTH + [False] * 2
    with desk.store() as store:
        store.sign_ins.forget("ada", "192.0.2.3")
    assert attempts(desk, "ada", "192.0.2.3") == [True]
    for number in range(OF_ADDRESS):
        assert attempts(desk, f"name{number}", "192.0.2.1") == [True]
    assert attempts(desk, "fresh", "192.0.2.1") == [False]
    assert attempts(desk, "fresh", "192.0.2.2") == [True]
    for number in range(OF_NAME):
        assert attempts(desk, "bo", f"198.51.100.{number}") == [True]
    assert attempts(desk, "bo", "203.0.113.9") == [False]


def test_one_name_is_tried_so_often_a_day_and_no_more(desk: Desk) -> None:
    admitted = 0
    for number in range(30):
        admitted += sum(attempts(desk, "ada", f"198.51.100.{number}", OF_BOTH))
        desk.clock.move(minutes=16)
    assert admitted == OF_NAME_A_DAY
    desk.clock.move(days=DAY.days)
    assert attempts(desk, "ada", "192.0.2.3") == [True]


def test_all_addresses_of_one_ipv6_connection_count_as_one(desk: Desk) -> None:
    for number in range(OF_BOTH):
        assert attempts(desk, "ada", f"2001:db8:1:2::{number:x}") == [True]
    assert attempts(desk, "ada", "2001:db8:1:2:ffff::1") == [False]
    assert attempts(desk, "ada", "2001:db8:1:3::1") == [True]


def test_a_lockout_outlives_a_restart_and_holds_in_every_process(desk: Desk, visitor: TestClient) -> None:
    for _ in range(OF_BOTH):
        sign_in(visitor, password="wrong")
    again = TestClient(create_app(desk.settings), follow_redirects=False)
    assert sign_in(again).status_code == 429
    desk.clock.move(minutes=WINDOW.seconds / 60 - 1)
    assert sign_in(again).status_code == 429
    desk.clock.move(minutes=2)
    assert sign_in(again).status_code == 303


def test_what_is_typed_as_a_name_is_not_kept(desk: Desk, visitor: TestClient) -> None:
    sign_in(visitor, name="my secret password", password="another secret")
    kept = b"".join(path.read_bytes() for path in desk.folder.glob("register.db*"))
    assert b"my secret" not in kept
    assert b"another secret" not in kept


def test_signing_in_and_out_is_noted(desk: Desk, visitor: TestClient) -> None:
    for _ in range(OF_BOTH):
        sign_in(visitor, password="wrong")
    sign_in(visitor)
    desk.clock.move(minutes=16)
    sign_in(visitor)
    csrf = BeautifulSoup(visitor.get("/").text, "lxml").select_one("form[action='/sign-out'] input")["value"]
    visitor.post("/sign-out", data={"csrf": csrf})
    sign_in(visitor, name="nobody")
    with desk.store() as store:
        noted = [(one.who, one.what, one.about) for one in store.audit.entries()]
        assert store.audit.verify() is None
    failed = [("", "failed to sign in", "user ada")]
    assert noted == [
        *failed * OF_BOTH,
        ("", "locked out", "user ada"),
        ("ada", "signed in", "user ada"),
        ("ada", "signed out", "user ada"),
        ("", "failed to sign in", "(unknown name)"),
    ]


def test_a_password_that_was_hashed_with_less_work_is_hashed_anew(desk: Desk, visitor: TestClient) -> None:
    with desk.store() as store:
        weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        store.users.put("ada", role="reviewer", password_hash=weak)
    assert sign_in(visitor).status_code == 303
    with desk.store() as store:
        assert not PasswordHasher().check_needs_rehash(store.users.find("ada").password_hash)
    assert visitor.get("/").status_code == 200
    assert sign_in(TestClient(visitor.app, follow_redirects=False)).status_code == 303


def test_signing_in_again_gives_another_session_and_ends_the_old_one(desk: Desk, visitor: TestClient) -> None:
    page = visitor.get("/sign-in")
    sign_in(visitor)
    old = visitor.cookies[SESSION_COOKIE]
    token = BeautifulSoup(page.text, "lxml").select_one("input[name=csrf]")["value"]
    visitor.cookies.set(FORM_COOKIE, token, domain="testserver.local")
    again = visitor.post("/sign-in", data={"csrf": token, "name": "ada", "password": PASSWORD})
    assert again.status_code == 303
    assert visitor.cookies[SESSION_COOKIE] != old
    stale = TestClient(visitor.app, cookies={SESSION_COOKIE: old}, follow_redirects=False)
    assert stale.get("/").status_code == 303


def test_a_new_role_or_password_ends_the_sessions(desk: Desk, visitor: TestClient, password_hash: str) -> None:
    sign_in(visitor)
    with desk.store() as store:
        store.users.put("ada", role="viewer", password_hash=password_hash)
    assert visitor.get("/").status_code == 303


def test_signing_out_ends_the_session_on_the_server(desk: Desk) -> None:
    ada = desk.visitor()
    token = ada.cookies[SESSION_COOKIE]
    assert ada.post("/sign-out", data={"csrf": "csrf-ada"}).headers["location"] == "/sign-in"
    ada.cookies.set(SESSION_COOKIE, token)
    assert ada.get("/").status_code == 303


def test_a_session_ends_by_itself(desk: Desk) -> None:
    ada = desk.visitor()
    for _ in range(23):
        desk.clock.move(minutes=30)
        assert ada.get("/").status_code == 200
    desk.clock.move(minutes=31)
    assert ada.get("/").headers["location"].startswith("/sign-in")


def test_a_session_that_rests_for_an_hour_ends(desk: Desk) -> None:
    ada = desk.visitor()
    desk.clock.move(minutes=59)
    assert ada.get("/").status_code == 200
    desk.clock.move(minutes=59)
    assert ada.get("/").status_code == 200
    desk.clock.move(minutes=61)
    assert ada.get("/").headers["location"].startswith("/sign-in")


def test_a_page_is_read_while_somebody_else_writes(desk: Desk) -> None:
    ada = desk.visitor()
    desk.clock.move(minutes=5)
    with desk.store() as store, store.transaction():
        assert ada.get("/").status_code == 200


def test_cookies_go_over_https_only_where_told(desk: Desk) -> None:
    app = create_app(replace(desk.settings, secure_cookies=True))
    visitor = TestClient(app, base_url="https://testserver", follow_redirects=False)
    cookies = visitor.get("/sign-in").headers.get_list("set-cookie")
    answer = sign_in(visitor)
    cookies += answer.headers.get_list("set-cookie")
    assert visitor.get("/").status_code == 200
    csrf = BeautifulSoup(visitor.get("/").text, "lxml").select_one("form[action='/sign-out'] input")["value"]
    cookies += visitor.post("/sign-out", data={"csrf": csrf}).headers.get_list("set-cookie")
    assert len(cookies) == 4
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert all(part in cookie for part in ("Secure", "HttpOnly", "Path=/", "SameSite="))
        assert "Domain" not in cookie
    assert "max-age" in answer.headers["strict-transport-security"]
    assert visitor.get("/").status_code == 303


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
    with desk.store() as store:
        before = "\n".join(store.db.conn.iterdump())
    ada = desk.visitor("ada", role="admin")
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
