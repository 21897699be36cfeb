"""Who gets into the review application, and what each may do there."""

from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from register.store.people.sign_ins import DAY, OF_ADDRESS, OF_BOTH, OF_NAME, OF_NAME_A_DAY, WINDOW
from review.app import create_app
from review.people.accounts import hash_password
from review.visit import FORM_COOKIE, SESSION_COOKIE
from tests.seeding import Desk, draft

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
