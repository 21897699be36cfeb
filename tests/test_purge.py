"""A private person's data leaves everything on request; the log stays whole, and says that something was taken out."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawlers.archive import read_body
from crawlers.rewriting import members
from extract.reading import read_page
from flows.cli import cli
from flows.publishing.publish import publish
from flows.settings import Settings
from flows.upkeep.backup import back_up
from flows.upkeep.purge import holding, purge, values_of_statement
from flows.upkeep.vault import Vault
from register.errors import TidiermapError
from register.public.masking import is_masked, make_mask
from register.reviewing.intake import Statement
from register.store import Store
from register.store.upkeep.replay import replay
from tests.clocks import Ticking
from tests.decisions import decide
from tests.purgeable import MAIL, NAME, NOW, NUMBER, live, queue


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a register with a life: made once, copied for each test."""
    settings = Settings(register=tmp_path_factory.mktemp("lived") / "var" / "register.db", clock=Ticking())
    live(settings)
    return settings.register.parent


@pytest.fixture
def settings(tmp_path: Path, lived: Path) -> Settings:
    shutil.copytree(lived, tmp_path / "var")
    clock = Ticking()
    clock.now += timedelta(days=1)
    return Settings(register=tmp_path / "var" / "register.db", clock=clock)


def take_out(settings: Settings, *values: str, kind: str = "name") -> object:
    folder = settings.register.parent / "dataset"
    return purge(
        values,
        settings=settings,
        kind=kind,
        asked_by="the person, letter 12",
        why="asked to be forgotten",
        who="ada",
        folders=(folder,),
    )


def is_whole(settings: Settings) -> None:
    """The audit log verifies, and the register comes out of its own log again."""
    with settings.open_store() as store:
        assert store.audit.verify() is None
        again = settings.register.parent.parent / f"again-{store.audit.head().entries}.db"
        found = replay(store, again, open_store=lambda path, clock: Store(path, clock=clock))
    assert {one.table: one.differs for one in found if one.differs} == {}


def everything(folder: Path) -> list[tuple[Path, bytes]]:
    """Every file below, the archive's records unpacked."""
    found = [(path, path.read_bytes()) for path in folder.rglob("*") if path.is_file()]
    found += [(p, record) for p in folder.rglob("*.warc.gz") for _, _, record in members(p)]
    return found


def test_no_byte_of_a_value_is_left_and_the_log_holds(settings: Settings) -> None:
    folder = settings.register.parent / "dataset"
    held = {path.name for path, body in everything(settings.register.parent) if b"shgrove" in body}
    assert "register.db" in held or "register.db-wal" in held, "the test looks in the right place"
    is_whole(settings)
    purged = take_out(settings, NAME, NUMBER, MAIL)
    assert purged.left == ()
    mask = make_mask([NAME, NUMBER, MAIL])
    for path, body in everything(settings.register.parent):
        for value in (NAME, "wilhelmina", "ashgrove on fridays", NUMBER, "07700900123", "900123", "900 123", MAIL):
            assert value.lower().encode() not in body.lower(), f"{path}: {value}"
    assert not list(holding(settings.register.parent, mask, folder))
    is_whole(settings)
    with settings.open_store() as store:
        told = store.purges.all()[0]
        assert (told.asked_by, told.made_by, told.kind) == ("the person, letter 12", "ada", "name")
        assert len(told.hash) == 64
        text = store.queue.get("tea").page_text
        assert "Ashgrove Lane is next door" in text, "another's words stay"
        assert "********** ********" in text
        for field in store.queue.fields("tea"):
            for one in field.proposal.evidence:
                assert text[one.start : one.end] == one.quote


def test_a_page_in_the_archive_is_read_back_and_others_lie_untouched(settings: Settings) -> None:
    with settings.open_store() as store:
        before = {v.url: read_body(store.archive, v.archive, v.archive_offset)[0] for v in versions(store)}
    take_out(settings, NAME, NUMBER, MAIL)
    with settings.open_store() as store:
        after = {v.url: read_body(store.archive, v.archive, v.archive_offset)[0] for v in versions(store)}
        page = read_page(
            after["https://tea.example/tea/"],
            url="https://tea.example/tea/",
            content_type="text/html",
            locality="sample",
            fetched_at=NOW,
        )
        assert page.text == store.queue.get("tea").page_text, "the quotes' places are those of the page as it is now"
    assert after["https://tea.example/chess/"] == before["https://tea.example/chess/"]
    assert b"<b>**********</b>&nbsp;********" in after["https://tea.example/tea/"]


def versions(store: Store):
    ids = [row["id"] for row in store.db.query("SELECT id FROM page_versions ORDER BY id")]
    return [store.pages.version(one) for one in ids]


def test_nothing_is_tampered_with_under_the_cloak_of_a_purge(settings: Settings) -> None:
    with settings.open_store() as store:
        sql = next(store.db.query("SELECT sql FROM sqlite_master WHERE name = 'audit_no_update'"))["sql"]
        store.db.execute("DROP TRIGGER audit_no_update")
        store.db.execute("UPDATE audit SET who = 'eve' WHERE number = 1")
        store.db.execute(sql)
    with pytest.raises(TidiermapError, match=r"audit log: entry 1 is not as it was written"):
        take_out(settings, NAME)


def test_an_entry_that_is_changed_after_its_purge_shows(settings: Settings) -> None:
    take_out(settings, NAME)
    with settings.open_store() as store:
        store.db.execute("DROP TRIGGER audit_no_update")
        store.db.execute("UPDATE audit SET after = after || ' and more' WHERE what = 'telephoned'")
        fault = store.audit.verify()
        assert fault is not None
        assert "is not as it was written" in str(fault)


def test_the_triggers_are_all_back(settings: Settings) -> None:
    listed = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    with settings.open_store() as store:
        before = list(store.db.query(listed))
        take_out(settings, NAME)
        assert list(store.db.query(listed)) == before


def test_what_is_purged_is_withheld_where_it_was_the_whole_value(settings: Settings) -> None:
    folder = settings.register.parent / "dataset"
    take_out(settings, MAIL, kind="email")
    assert "*" not in (folder / "records.csv").read_text()
    with settings.open_store() as store:
        (record,) = [one for one in store.records.all() if one.id == "tm-tea"]
        email = next(field for field in record.fields if field.name == "fact.emails")
        assert is_masked(str(email.value[0]))  # type: ignore[index]


@pytest.mark.parametrize(
    ("values", "asked_by", "told"),
    [
        (("Ann",), "the person", "fewer than 4 letters"),
        ((NAME,), f"{NAME} herself", "expected words that name no one"),
        (("Nobody Atall",), "the person", "nothing of it is found"),
    ],
)
def test_a_purge_that_cannot_be_done_is_refused(settings: Settings, values, asked_by: str, told: str) -> None:
    with pytest.raises(TidiermapError, match=told):
        purge(values, settings=settings, kind="name", asked_by=asked_by, why="asked", who="ada", folders=())
    with settings.open_store() as store:
        assert store.purges.all() == ()


def test_the_command_reads_values_from_standard_input(settings: Settings) -> None:
    given = ["--register", str(settings.register), "purge", "--asked-by", "the person", "--why", "asked"]
    done = CliRunner().invoke(cli, given, input=f"{NAME}\n{NUMBER}\n", catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "purge 1: name with the hash" in done.output
    assert "Ashgrove" not in done.output


def test_a_whole_statement_goes_with_who_said_it(settings: Settings) -> None:
    words = "The quilters meet above the bakery.\nThey share scraps and soup with whoever comes."
    said = Statement(
        locality="sample",
        route="key_informant",
        about="Quilters",
        body=words,
        said_at=NOW,
        typed_by="ada",
        who="Peregrine Vole",
        reach="peregrine@vole.example",
    )
    queue(
        settings,
        "quilters",
        f"<html><body><h1>Quilters</h1><p>{words}</p></body></html>",
        {
            "tidier.brief_name": ("Quilters", "Quilters"),
            "tidier.where": ("above the bakery", "above the bakery"),
        },
        url=said.url,
    )
    with settings.open_store() as store, store.transaction():
        store.statements.note(said, candidate_id="quilters")
    with settings.open_store() as store:
        decide(store, "quilters")
    publish(settings=settings, folder=settings.register.parent / "dataset")
    values = values_of_statement(said.url, settings=settings)
    assert take_out(settings, *values, kind="statement").left == ()
    for path, body in everything(settings.register.parent):
        for value in (b"bakery", b"soup", b"vole", b"peregrine"):
            assert value not in body.lower(), f"{path}: {value!r}"
    is_whole(settings)
    with settings.open_store() as store:
        assert store.records.get("tm-quilters").name == "Quilters"
        assert store.statements.find(said.url) is not None, "that somebody said something stays"


def test_it_tells_which_publications_and_backups_had_it(settings: Settings, tmp_path: Path) -> None:
    safe = tmp_path / "safe"
    with settings.open_store() as store:
        first = store.publications.find("last").id
    back_up(settings, safe)
    value = "Ashgrove on Fridays at 2pm"
    given = ["--register", str(settings.register), "purge", "--asked-by", "the person", "--why", "asked"]
    done = CliRunner().invoke(cli, [*given, "--backups", str(safe)], input=f"{value}\n", catch_exceptions=False)
    assert f"publications that had it: {first}: whoever took their files has it still" in done.output
    (snapshot,) = Vault(safe).snapshots()
    assert f"the backup {snapshot} holds it still: make a new one, then delete this one" in done.output
    assert done.exit_code == 1, "something is left to see to"
    assert value not in done.output
    back_up(settings, safe, keep=1)
    mask = make_mask([value])
    assert list(holding(safe, mask)) == [], "no byte of it is left in a new backup"
