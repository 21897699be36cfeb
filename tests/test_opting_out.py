"""A provider that asked not to be listed is neither published nor shown; what stays names no one."""

import shutil
from pathlib import Path

import pytest

from flows.publishing.opting_out import NO_NAME
from flows.publishing.public_face import refresh_public
from flows.publishing.publish import publish
from flows.settings import Settings
from register.models import RECORD, DecisionVerdict
from tests.clocks import Ticking
from tests.drafts import decide, queued

OTHER = "http://127.0.0.2:8765/other/"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    data = tmp_path / "data"
    shutil.copytree(Path(__file__).parent.parent / "data", data, symlinks=True)
    settings = Settings(register=tmp_path / "register.db", data=data, clock=Ticking())
    with settings.open_store() as store:
        queued(store)
        queued(store, key="beef", url=OTHER)
        decide(store, RECORD, DecisionVerdict.APPROVE)
        decide(store, RECORD, DecisionVerdict.APPROVE, key="beef")
    return settings


def opt_out(settings: Settings, host: str) -> None:
    with (settings.data / "opt_out.csv").open("a", encoding="utf-8") as rows:
        rows.write(f"{host},,2026-02-01,asked by letter\n")


def put_out(settings: Settings) -> dict[str, bytes]:
    folder = settings.register.parent / "dataset"
    publish(settings=settings, folder=folder, fewer="a provider opted out")
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_opted_out_is_in_no_file_of_the_next_publication_and_the_others_are(settings: Settings) -> None:
    before = put_out(settings)
    assert b"127.0.0.2" in before["records.csv"]
    opt_out(settings, "127.0.0.2")
    after = put_out(settings)
    assert [name for name, body in after.items() if b"127.0.0.2" in body] == []
    assert b"127.0.0.1" in after["records.csv"]
    gone = after["tombstones.csv"].decode().splitlines()[1:]
    assert len(gone) == 1
    assert NO_NAME in gone[0]
    assert "2026-02-01" in gone[0]
    assert "Knit" not in gone[0]
    assert put_out(settings) == after, "the same bytes each time"


def test_what_was_published_before_forgets_it_too(settings: Settings) -> None:
    put_out(settings)
    opt_out(settings, "127.0.0.2")
    put_out(settings)
    with settings.open_store() as store:
        for publication in store.publications.all():
            told = {record.id: record.page_url for record in store.publications.records(publication)}
            assert not any("127.0.0.2" in url for url in told.values())
        assert store.records.get("tm-beef").page_url == OTHER, "what people decided stays in the register"


def test_the_public_page_is_a_tombstone_that_names_no_one_as_soon_as_the_application_starts(settings: Settings) -> None:
    put_out(settings)
    opt_out(settings, "127.0.0.2")
    assert refresh_public(settings)
    with settings.open_store() as store:
        shown = store.public.get("tm-beef")
        assert (shown.name, shown.page_url, shown.fields) == (NO_NAME, "", ())
        assert shown.withdrawn_at is not None
        (other,) = store.public.ids()
        assert other != "tm-beef"
        assert store.public.get(other).fields


def test_one_that_changes_its_mind_is_back(settings: Settings) -> None:
    opt_out(settings, "127.0.0.2")
    put_out(settings)
    rows = (settings.data / "opt_out.csv").read_text(encoding="utf-8").splitlines()
    (settings.data / "opt_out.csv").write_text(f"{rows[0]}\n", encoding="utf-8")
    assert b"127.0.0.2" in put_out(settings)["records.csv"]
