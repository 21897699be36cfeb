"""A provider's link: signed, of one record, for a time, and taken back at will."""

import stat
from pathlib import Path

import pytest
from itsdangerous import URLSafeSerializer

from register.errors import ConfigError
from register.secret_file import read_or_make
from review.provider.tokens import SALT
from tests.forms import press
from tests.providers import PLACE, answer, change, make, provider, publish_one
from tests.seeding import Desk, draft


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return publish_one(Desk(tmp_path))


def test_an_address_ends_and_can_be_taken_back(desk: Desk) -> None:
    first, second = make(desk), make(desk)
    client = provider(desk)
    change(desk.visitor(), "revoke", 1)
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200
    desk.clock.move(days=31)
    assert client.get(second).status_code == 410
    assert "has run out" in client.get(second).text
    states = desk.visitor().get(PLACE).text
    assert "revoked" in states
    assert "expired" in states


def test_the_address_of_a_record_that_was_merged_leads_to_the_one_that_stayed(desk: Desk) -> None:
    path = make(desk)
    desk.queue(draft("hut", name="Potting Hut"))
    client = desk.visitor()
    press(client, client.get("/candidate/hut"), button="approve")
    desk.publish("hut")
    with desk.store() as store, store.transaction():
        store.records.point("tm-shed", "tm-hut")
    answer(provider(desk), path, **{"fact-cost": "donation"})
    assert (desk.state("shed"), desk.state("hut")) == ("accepted", "reopened")
    assert "corrections" in client.get("/record/tm-hut/provider").text
    with desk.store() as store, store.transaction():
        store.records.withdraw("tm-hut", at="2026-03-02T10:00:00.000000Z")
    assert provider(desk).get(path).status_code == 410


def test_an_address_that_was_not_given_out_opens_nothing(desk: Desk) -> None:
    path, client = make(desk), provider(desk)
    other = URLSafeSerializer(b"another secret", salt=SALT).dumps([1, 9_999_999_999])
    own = URLSafeSerializer(read_or_make(desk.folder / "provider_secret"), salt=SALT)
    for token in (
        path[10:-2] + "xx",
        other,
        "x",
        "x" * 5_000,
        own.dumps([77, 1]),
        own.dumps([1, 1]),
        own.dumps("x"),
        own.dumps([]),
    ):
        assert client.get(f"/provider/{token}").status_code == 404, token
    assert client.post(path, data={"right": "1"}).status_code == 403, "a form that the page did not give out"


def test_too_many_answers_are_put_off(desk: Desk) -> None:
    path, client = make(desk), provider(desk)
    codes = [answer(client, path, right="1").status_code for _ in range(11)]
    assert codes == [303] * 10 + [429]
    desk.clock.move(days=1, seconds=1)
    assert answer(client, path, right="1").status_code == 303


def test_the_secret_is_made_once_and_nobody_else_may_read_it(desk: Desk) -> None:
    make(desk)
    path = desk.folder / "provider_secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    secret = path.read_bytes()
    make(desk)
    assert path.read_bytes() == secret
    with desk.store() as store:
        assert secret.decode() not in "\n".join(store.db.conn.iterdump())
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="others of this machine"):
        read_or_make(path)


def test_what_is_sent_opened_and_answered_is_seen_by_the_day_alone(desk: Desk) -> None:
    path, client = make(desk), desk.visitor()
    assert "not sent" in client.get(PLACE).text
    change(client, "sent", 1)
    answer(provider(desk), path, right="1")
    page = client.get(PLACE).text
    assert "sent 2 Mar 2026" in page
    assert "last opened 2 Mar 2026" in page
    assert "1 answer " in page
    assert "mailto:" in page
    waiting = client.get("/answers").text
    assert "all is right" in waiting
    change(client, "seen", 1)
    assert "Nothing waits" in client.get("/answers").text
    with desk.store() as store:
        (row,) = store.db.query("SELECT opened_on FROM provider_links")
        assert row["opened_on"] == "2026-03-02"


def test_a_link_of_another_record_is_not_changed(desk: Desk) -> None:
    make(desk)
    desk.queue(draft("hut", name="Hut"))
    client = desk.visitor()
    press(client, client.get("/candidate/hut"), button="approve")
    desk.publish("hut")
    refused = client.post("/record/tm-hut/provider", data={"csrf": "csrf-ada", "action": "revoke", "link": "1"})
    assert refused.status_code == 404
