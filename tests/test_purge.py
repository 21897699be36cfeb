"""A private person's data leaves everything on request; the log stays whole, and says that something was taken out."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawlers.archive import ArchiveWriter, read_body
from crawlers.rewriting import members
from extract.reading import read_page
from flows.cli import cli
from flows.publishing.publish import publish
from flows.settings import Settings
from flows.upkeep.backup import back_up
from flows.upkeep.purge import holding, purge, values_of_statement
from flows.upkeep.vault import Vault
from register.codes.vocabulary import FIELD_NAMES, Status
from register.errors import TidiermapError
from register.models import Candidate, DecisionVerdict, DraftField, Fetch, ground
from register.public.masking import is_masked, make_mask
from register.reviewing.intake import Statement
from register.serial import digest
from register.store import Store
from register.store.crawling.pages import ReadResult
from register.store.decisions.notes import NoteKind
from register.store.upkeep.replay import replay
from tests.clocks import Ticking
from tests.decisions import decide

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
NAME, NUMBER, MAIL = "Wilhelmina Ashgrove", "07700 900123", "wilhelmina.ashgrove@mail.example"
PAGE = """<html><body><h1>Tea and Talk</h1>
<p>Run by <b>Wilhelmina</b>&nbsp;Ashgrove on Fridays at 2pm. Ring 07700&#160;900&nbsp;123 or +44 (0)7700 900 123.</p>
<p>Write to <a href="mailto:wilhelmina.ashgrove@mail.example">wilhelmina.ashgrove&#64;mail.example</a>.</p>
<p>WILHELMINA ASHGROVE has run it since 2010. Ashgrove Lane is next door. It is free.</p></body></html>"""
OTHER = "<html><body><h1>Chess</h1><p>Chess on Mondays, free.</p></body></html>"


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


def queue(settings: Settings, key: str, html: str, quotes: dict[str, tuple[object, str]], *, url: str = "") -> None:
    """Archives a page and queues what it says: field to value and quote."""
    root = settings.register.parent
    root.mkdir(exist_ok=True)
    writer = ArchiveWriter(root / "archive", "sample", NOW, software="tests", out=root)
    url, body = url or f"https://tea.example/{key}/", html.encode()
    archive, offset = writer.write(
        url=url, status="200 OK", headers=[("Content-Type", "text/html")], body=body, fetched_at=NOW, ip=""
    )
    writer.close()
    page = read_page(body, url=url, content_type="text/html", locality="sample", fetched_at=NOW)
    found = {}
    for name, (value, quote) in quotes.items():
        start = page.text.index(quote)
        evidence = (ground(page.text, start, start + len(quote), rule="test"),)
        found[name] = DraftField(name=name, status=Status.REPORTED, value=value, evidence=evidence)  # type: ignore[arg-type]
    candidate = Candidate(
        key=key,
        locality="sample",
        page_url=url,
        name=str(quotes["tidier.brief_name"][0]),
        text_hash=digest(page.text),
        fields=tuple(found.get(n, DraftField(name=n, status=Status.NOT_REPORTED)) for n in FIELD_NAMES),
        codes=(),
        spans=tuple((p.start, p.end) for p in page.passages),
    )
    fetch = Fetch(
        url=url, final_url=url, status=200, fetched_at=NOW, content_type="text/html", archive=archive, offset=offset
    )
    with settings.open_store() as store, store.transaction():
        stored = store.pages.note_fetch("sample", fetch, body=body)
        read = ReadResult(text=page.text, text_hash=digest(page.text), title=candidate.name, kind="service")
        version = store.pages.note_reading(stored, read)
        run = store.runs.start("discover", "sample")
        store.queue.add(candidate, page_id=stored.id, version_id=version, run_id=run)
        store.runs.finish(run, verdict="healthy", finish_reason="finished", counts={}, message="")


def live(settings: Settings) -> None:
    """Two services are queued, decided on, talked about and published."""
    run_by = "Run by Wilhelmina Ashgrove on Fridays"
    queue(
        settings,
        "tea",
        PAGE,
        {
            "tidier.brief_name": ("Tea and Talk", "Tea and Talk"),
            "tidier.who_provided": (run_by, run_by),
            "tidier.when_how_much": ("Ashgrove on Fridays at 2pm", "Ashgrove on Fridays at 2pm"),
            "fact.phones": ((NUMBER,), "07700 900 123"),
            "fact.emails": ((MAIL,), MAIL),
            "fact.cost": ("free", "It is free"),
        },
    )
    queue(settings, "chess", OTHER, {"tidier.brief_name": ("Chess", "Chess"), "fact.cost": ("free", "free")})
    folder = settings.register.parent / "dataset"
    with settings.open_store() as store:
        known = store.queue.get("tea")
        at = known.page_text.index("WILHELMINA")
        who = (ground(known.page_text, at, at + len(NAME), rule="reviewer"),)
        decide(store, "tea", "tidier.who_provided", DecisionVerdict.EDIT, NAME, evidence=who, comment=f"{NAME} said so")
        decide(store, "tea")
        decide(store, "chess")
        with store.transaction():
            store.notes.add("tea", revision=1, field="record", kind=NoteKind.COMMENT, author="ada", said=f"ask {NAME}")
            store.audit.note("ada", "telephoned", "candidate tea", after=f"{NAME}, {NUMBER}")
    publish(settings=settings, folder=folder)


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
