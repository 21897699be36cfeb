"""Every address as nobody and as each role: exactly what the table of pages says, and no address beside it."""

import re
from pathlib import Path

import pytest
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from register.store.people.users import ROLES
from review.app import PAGES, create_app
from tests.seeding import Desk, draft

WRITES = "reviewer"  # the least role that may change anything but its own session
OPEN_TO_ALL = re.compile(
    r"/sign-in|/public(/.*)?|/provider(/.*)?|/p/.*|/report.*|/services?(/.*)?|/map(/.*)?|/wrong(/.*)?"
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("roles"))
    for key in ("shed", "barn"):
        desk.queue(draft(key))
    return desk


def ask(client: TestClient, path: str, method: str, name: str) -> tuple[int, str]:
    """Status and address of the answer, to a form with its token where it is one."""
    form = {"csrf": f"csrf-{name}"} if method == "POST" else None
    answer = client.request(method, re.sub(r"\{[^}]+\}", "shed", path), data=form)
    return answer.status_code, answer.headers.get("location", "")


@pytest.mark.parametrize(("path", "method", "handler", "least"), PAGES, ids=lambda v: getattr(v, "__name__", str(v)))
def test_a_page_lets_in_whom_the_table_says_and_nobody_else(desk: Desk, path, method, handler, least) -> None:
    nobody = TestClient(create_app(desk.settings), follow_redirects=False, raise_server_exceptions=False)
    status, where = ask(nobody, path, method, "nobody")
    if least is None:
        assert not where.startswith("/sign-in?")
        assert status < 500
    else:
        assert (status, where[:9]) == (303, "/sign-in?")
    for role in ROLES:
        client = desk.visitor(f"a-{role}", role=role)
        status, where = ask(client, path, method, f"a-{role}")
        refused = least is not None and ROLES.index(role) < ROLES.index(least)
        assert (status == 403) == refused, f"{role} got {status} {where}"
        assert not where.startswith("/sign-in?"), role
        assert status < 500, role


@pytest.mark.parametrize(("path", "method", "handler", "least"), PAGES, ids=lambda v: getattr(v, "__name__", str(v)))
def test_a_page_is_asked_for_in_its_own_way_only(desk: Desk, path, method, handler, least) -> None:
    other = {"GET": "POST", "POST": "GET"}[method]
    if (path, other) in {(p, m) for p, m, _, _ in PAGES}:
        return
    admin = desk.visitor("a-admin", role="admin")
    assert ask(admin, path, other, "a-admin")[0] in (404, 405)


def test_the_table_is_all_there_is(desk: Desk) -> None:
    routes = create_app(desk.settings).routes
    told = {(path, method) for path, method, _, _ in PAGES}
    found = {(r.path, m) for r in routes if isinstance(r, Route) for m in r.methods or () if m != "HEAD"}
    assert found == told
    assert [r.path for r in routes if isinstance(r, Mount)] == ["/static"]


def test_who_only_reads_changes_nothing_and_people_are_for_admins() -> None:
    for path, method, _, least in PAGES:
        if path.startswith("/people"):
            assert least == "admin", path
        elif method == "POST" and path not in ("/sign-in", "/sign-out") and not OPEN_TO_ALL.fullmatch(path):
            assert least is not None, path
            assert ROLES.index(least) >= ROLES.index(WRITES), path


def test_a_role_that_was_taken_away_is_gone_at_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.queue(draft())
    ada = desk.visitor("ada", role="admin")
    desk.visitor("bo", role="admin")
    assert ada.get("/people").status_code == 200
    with desk.store() as store:
        store.users.set_role("ada", "viewer")
    assert ada.get("/people").headers["location"].startswith("/sign-in"), "signs in anew"
    assert desk.visitor("ada").get("/people").status_code == 403
