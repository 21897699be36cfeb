"""The admins' page of people, and the same at the command line."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from httpx import Response
from starlette.testclient import TestClient

from flows.cli import cli
from register.errors import TidiermapError
from review.people.accounts import verify_password
from tests.seeding import LOCALITY, Desk, draft


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.queue(draft())
    return desk


def change(admin: TestClient, what: str, name: str, **values: object) -> Response:
    answer = admin.post("/people/change", data={"csrf": "csrf-ada", "name": name, "change": what, **values})
    return admin.get(answer.headers["location"]) if answer.status_code == 303 else answer


def test_somebody_is_added_and_signs_in_with_the_password_that_is_shown_once(desk: Desk) -> None:
    ada = desk.visitor("ada", role="admin")
    form = {"csrf": "csrf-ada", "name": " Zoë of Fenmarsh ", "role": "adjudicator", "locality": [LOCALITY]}
    page = ada.post("/people/add", data=form)
    soup = BeautifulSoup(page.text, "lxml")
    secret = soup.select_one("#password code").text
    with desk.store() as store:
        user = store.users.get("Zoë of Fenmarsh")
        assert verify_password(user.password_hash, secret)
        assert (user.role, store.assignments.of(user.name)) == ("adjudicator", (LOCALITY,))
        entry = [e for e in store.audit.entries() if e.what == "added"][-1]
        assert (entry.who, entry.about) == ("ada", "user Zoë of Fenmarsh")
        assert secret not in f"{entry}"
    assert secret not in ada.get("/people").text


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"name": "ada", "role": "viewer"}, "who is here already"),
        ({"name": "  ", "role": "viewer"}, "expected 1 to 64 letters"),
        ({"name": "a\u202eb", "role": "viewer"}, "expected 1 to 64 letters"),
        ({"name": "x" * 65, "role": "viewer"}, "expected 1 to 64 letters"),
        ({"name": "bo", "role": "owner"}, "expected one of viewer, reviewer"),
        ({"name": "bo", "role": "viewer", "locality": "atlantis"}, "expected one of fenmarsh"),
    ],
)
def test_what_cannot_be_added_is_refused_with_its_reason(desk: Desk, values: dict[str, str], told: str) -> None:
    ada = desk.visitor("ada", role="admin")
    answer = ada.post("/people/add", data={"csrf": "csrf-ada", **values})
    assert answer.status_code == 422
    assert told in answer.text
    with desk.store() as store:
        assert [user.name for user in store.users.all()] == ["ada"]


def test_role_localities_sessions_and_leave_to_sign_in_are_changed(desk: Desk) -> None:
    ada = desk.visitor("ada", role="admin")
    bo = desk.visitor("bo")
    bo.get("/candidate/shed")
    assert "1 session" in ada.get("/people").text
    assert "localities are changed" in change(ada, "localities", "bo", locality=[LOCALITY]).text
    assert "role is changed" in change(ada, "role", "bo", role="adjudicator").text
    assert bo.get("/").status_code == 303, "who has another role signs in anew"
    with desk.store() as store:
        assert store.leases.held() == (), "and holds nothing any more"
        assert (store.users.get("bo").role, store.assignments.of("bo")) == ("adjudicator", (LOCALITY,))
    bo = desk.visitor("bo")
    change(ada, "sessions", "bo")
    assert bo.get("/").status_code == 303
    assert "disabled" in change(ada, "disable", "bo").text
    change(ada, "enable", "bo")
    assert desk.visitor("bo").get("/").status_code == 200
    with desk.store() as store:
        noted = [e.what for e in store.audit.entries() if (e.who, e.about) == ("ada", "user bo")]
    assert noted == ["gave localities", "gave a role", "signed out everywhere", "disabled", "enabled"]


def test_a_new_password_takes_the_old_ones_place(desk: Desk) -> None:
    ada = desk.visitor("ada", role="admin")
    bo = desk.visitor("bo")
    page = ada.post("/people/password", data={"csrf": "csrf-ada", "name": "bo"})
    secret = BeautifulSoup(page.text, "lxml").select_one("#password code").text
    with desk.store() as store:
        assert verify_password(store.users.get("bo").password_hash, secret)
    assert bo.get("/").status_code == 303
    assert ada.post("/people/password", data={"csrf": "csrf-ada", "name": "nobody"}).status_code == 404


@pytest.mark.parametrize(("what", "values"), [("role", {"role": "viewer"}), ("disable", {})])
def test_the_last_admin_stays_one(desk: Desk, what: str, values: dict[str, str]) -> None:
    ada = desk.visitor("ada", role="admin")
    answer = change(ada, what, "ada", **values)
    assert answer.status_code == 422
    assert "only admin" in answer.text
    with desk.store() as store, pytest.raises(TidiermapError, match="only admin"):
        store.users.put("ada", role="reviewer", password_hash="another")
    desk.visitor("cy", role="admin")
    assert change(ada, what, "ada", **values).status_code in (200, 303)


def test_the_command_line_does_the_same(desk: Desk) -> None:
    def run(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(cli, ["--register", str(desk.folder / "register.db"), "user", *words])
        assert result.exit_code == code, result.output
        return result.output + str(result.exception or "")

    assert "reviewer bo signs in with the password" in run("add", "bo")
    assert "served fenmarsh" in run("assign", "bo", "fenmarsh")
    assert "found 'atlantis'" in run("assign", "bo", "atlantis", code=1)
    assert "bo is adjudicator" in run("role", "bo", "adjudicator")
    assert "bo signs in with the password" in run("password", "bo")
    assert run("list").splitlines() == ["bo\tadjudicator\tactive\tfenmarsh\t0 sessions"]
    assert "served all localities" in run("assign", "bo")
    run("disable", "bo")
    run("enable", "bo")
    assert "\tactive\tall localities\t" in run("list")
    with desk.store() as store:
        entries = [e for e in store.audit.entries() if e.about == "user bo"]
    assert len(entries) == 7
    assert all(e.who.endswith("command line)") for e in entries)
