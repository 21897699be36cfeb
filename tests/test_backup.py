"""Backup and restore: whole while others write, verified, refused where damaged, never a loss."""

import shutil
from pathlib import Path
from threading import Event, Thread

import pytest
from click.testing import CliRunner, Result

from crawlers.archive import ArchiveWriter
from flows.cli import cli
from flows.settings import Settings
from flows.upkeep.backup import back_up
from flows.upkeep.restore import restore
from flows.upkeep.vault import Vault, read_manifest
from register.errors import TidiermapError
from register.models import RECORD, DecisionVerdict, Fetch
from register.serial import digest
from register.store import Store
from register.store.crawling.pages import ReadResult
from tests.clocks import Ticking
from tests.drafts import LOCALITY, TEXT, decide, knitting
from tests.registers import lay_register

KEY = "provider_links.key"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A register with two accepted candidates whose pages lie in an archive, and a data folder of few files."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "review.toml").write_text("# rules\n")
    register = lay_register(tmp_path / "var" / "register.db")
    settings = Settings(register=register, data=tmp_path / "data", clock=Ticking())
    with settings.open_store() as store:
        add(settings, store, "a1", "a2")
    (tmp_path / "var" / KEY).write_text("the secret")
    return settings


def add(settings: Settings, store: Store, *keys: str) -> None:
    out = settings.register.parent / "crawls"
    out.mkdir(exist_ok=True)
    writer = ArchiveWriter(store.archive, LOCALITY, store.clock(), software="test", out=out)
    for key in keys:
        url, body = f"http://127.0.0.1:8765/{key}/", f"<p>{key} {TEXT}</p>".encode()
        headers = [("Content-Type", "text/html")]
        at = store.clock()
        archive, offset = writer.write(url=url, status="200 OK", headers=headers, body=body, fetched_at=at, ip="")
        fetch = Fetch(url=url, final_url=url, status=200, fetched_at=at, archive=archive, offset=offset)
        page = store.pages.note_fetch(LOCALITY, fetch, body=body)
        reading = ReadResult(text=TEXT, text_hash=digest(TEXT), title="Knit", kind="service")
        version_id = store.pages.note_reading(page, reading)
        run_id = store.runs.start("discover", LOCALITY)
        store.queue.add(knitting(key=key, url=url), page_id=page.id, version_id=version_id, run_id=run_id)
        decide(store, RECORD, DecisionVerdict.APPROVE, key=key)
    writer.close()


def elsewhere(settings: Settings, name: str = "new") -> Settings:
    return Settings(
        register=settings.register.parent.parent / name / "register.db", data=settings.data, clock=Ticking()
    )


def dump(path: Path) -> list[str]:
    with Store(path, clock=Ticking()) as store:
        return list(store.db.conn.iterdump())


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.gz")}


def test_what_was_backed_up_comes_back_the_same(settings: Settings, tmp_path: Path) -> None:
    made = back_up(settings, tmp_path / "safe", whole=True)
    assert (made.bodies_read, made.bodies, made.known) == (2, 2, 0)
    new = elsewhere(settings)
    done = restore(new, tmp_path / "safe")
    assert dump(new.register) == dump(settings.register)
    assert files(new.register.parent) == files(settings.register.parent)
    assert done.keys_missing, "keys stay where they are unless asked for"
    assert not list((tmp_path / "safe").rglob(KEY))
    assert (new.register.parent / "data-of-backup" / "review.toml").read_text() == "# rules\n"
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "safe").rglob("*") if path.name != "README.txt")


def test_keys_come_along_when_asked_for(settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "safe", keys=True)
    new = elsewhere(settings)
    assert not restore(new, tmp_path / "safe").keys_missing
    assert (new.register.parent / KEY).stat().st_mode & 0o077 == 0


def test_the_second_backup_copies_only_what_is_new(settings: Settings, tmp_path: Path) -> None:
    first = back_up(settings, tmp_path / "safe")
    with settings.open_store() as store:
        add(settings, store, "a3")
    second = back_up(settings, tmp_path / "safe")
    archived = [one.path for one in second.manifest.files if one.path.endswith(".gz")]
    assert len(archived) == 2
    assert second.known == len(first.manifest.files) - 1, "all but the list of archives, which grew"
    old = elsewhere(settings, "old")
    restore(old, tmp_path / "safe", snapshot=first.folder.name)
    with old.open_store() as store:
        assert store.records.id_of_candidate("a3") is None
        assert store.queue.find("a3") is None
    assert back_up(settings, tmp_path / "safe", keep=1).pruned == 2
    restore(elsewhere(settings), tmp_path / "safe")


def test_it_is_whole_though_others_write_meanwhile(settings: Settings, tmp_path: Path) -> None:
    stop = Event()

    def write() -> None:
        with settings.open_store() as store:
            while not stop.is_set():
                with store.transaction():  # two entries that belong together
                    store.audit.note("ada", "one", "thing")
                    store.audit.note("ada", "other", "thing")

    writer = Thread(target=write)
    writer.start()
    try:
        made = [back_up(settings, tmp_path / "safe") for _ in range(2)]
    finally:
        stop.set()
        writer.join()
    entries = [int(one.manifest.audit.partition(":")[0]) for one in made]
    before = entries[0] - entries[0] % 2
    assert entries[1] > entries[0] >= before
    with settings.open_store() as store:
        started = next(entry.number for entry in store.audit.entries(what="one"))
    assert all((count - started + 1) % 2 == 0 for count in entries), "never one of two that belong together"


@pytest.mark.parametrize("harm", ["object", "page", "register", "manifest", "missing"])
def test_a_damaged_backup_is_refused_with_what_is_damaged(settings: Settings, tmp_path: Path, harm: str) -> None:
    made = back_up(settings, tmp_path / "safe")
    vault = Vault(tmp_path / "safe")
    archived = next(one for one in made.manifest.files if one.path.endswith(".gz"))
    path, says = vault.object(archived.sha256), archived.path
    if harm == "register":
        path, says = made.folder / "register.db", "register.db"
    elif harm == "manifest":
        path, says = made.folder / "backup.json", "found no manifest"
    if harm == "missing":
        path.unlink()
    else:
        body = bytearray(path.read_bytes())
        middle = len(body) // 2 if harm != "manifest" else 1
        body[middle] ^= 0xFF
        path.write_bytes(body)
    new = elsewhere(settings)
    with pytest.raises(TidiermapError, match=says):
        restore(new, tmp_path / "safe")
    assert not new.register.exists()


def test_a_damaged_register_is_not_backed_up(settings: Settings, tmp_path: Path) -> None:
    with settings.open_store() as store:
        store.audit.note("ada", "did", "a thing")
        store.db.execute("DROP TRIGGER audit_no_update")
        store.db.execute("UPDATE audit SET what = 'did not'")
    with pytest.raises(TidiermapError, match="audit log: entry 1 is not as it was written"):
        back_up(settings, tmp_path / "safe")
    assert Vault(tmp_path / "safe").snapshots() == ()
    assert list((tmp_path / "safe" / "snapshots").iterdir()) == []


def test_an_archive_that_lost_a_page_is_backed_up_only_on_request(settings: Settings, tmp_path: Path) -> None:
    shutil.rmtree(settings.register.parent / "archive")
    with pytest.raises(TidiermapError, match=r"not in its archive as they were.*\n.*the archive has no sample/"):
        back_up(settings, tmp_path / "safe")
    made = back_up(settings, tmp_path / "safe", incomplete=True)
    assert (made.bodies_read, made.bodies) == (0, 2), "what is left is worth a backup, when somebody says so"
    restore(elsewhere(settings), tmp_path / "safe")


def test_a_newer_register_is_left_alone_and_put_aside_only_on_request(settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "safe")
    with settings.open_store() as store:
        add(settings, store, "a3")
    before = dump(settings.register)
    with pytest.raises(TidiermapError, match=r"found a newer register.*--replace puts it aside"):
        restore(settings, tmp_path / "safe")
    assert dump(settings.register) == before
    done = restore(settings, tmp_path / "safe", replace=True)
    kept = next(path for path in done.aside if path.name.startswith("register.db.before-"))
    assert dump(kept) == before
    with settings.open_store() as store:
        assert store.queue.find("a3") is None


def test_an_earlier_state_goes_forward_and_another_register_is_refused(settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(settings.register.parent, tmp_path / "earlier")
    with settings.open_store() as store:
        add(settings, store, "a3")
    back_up(settings, tmp_path / "safe")
    earlier = Settings(register=tmp_path / "earlier" / "register.db", data=settings.data, clock=Ticking())
    restore(earlier, tmp_path / "safe")
    assert dump(earlier.register) == dump(settings.register)
    other = elsewhere(settings, "other")
    with other.open_store() as store:
        store.audit.note("bo", "began", "another register")
    with pytest.raises(TidiermapError, match="found another register"):
        restore(other, tmp_path / "safe")


def test_a_register_in_use_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "safe")
    with settings.open_store(), pytest.raises(TidiermapError, match="found it in use"):
        restore(settings, tmp_path / "safe", replace=True)


def test_a_register_that_cannot_be_read_is_put_aside(settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "safe")
    whole = dump(settings.register)
    for path in settings.register.parent.glob("register.db-*"):
        path.unlink()
    body = bytearray(settings.register.read_bytes())
    body[:100] = b"x" * 100
    settings.register.write_bytes(body)
    with pytest.raises(TidiermapError, match="found a register that cannot be read"):
        restore(settings, tmp_path / "safe")
    restore(settings, tmp_path / "safe", replace=True)
    assert dump(settings.register) == whole


def test_places_that_would_do_harm_are_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letters.txt").write_text("dear")
    with pytest.raises(TidiermapError, match=r"found letters\.txt, expected an empty folder"):
        back_up(settings, tmp_path / "home")
    with pytest.raises(TidiermapError, match="a folder of the register itself"):
        back_up(settings, settings.register.parent / "archive" / "safe")
    with pytest.raises(TidiermapError, match="found no backup"):
        restore(settings, tmp_path / "home")
    with pytest.raises(TidiermapError, match="found no register to back up"):
        back_up(elsewhere(settings), tmp_path / "safe")


def test_the_commands_say_what_they_did(settings: Settings, tmp_path: Path) -> None:
    def run(*arguments: str) -> Result:
        options = ["--register", str(settings.register), "--data", str(settings.data)]
        return CliRunner().invoke(cli, [*options, *arguments], catch_exceptions=False)

    told = run("backup", str(tmp_path / "safe")).output
    assert "2 of 2 archived pages word for word" in told
    assert "links that were sent answer no more" in told
    assert "as it was written, 2 archived pages" in run("restore", str(tmp_path / "safe"), "--check").output
    settings.register.rename(settings.register.with_name("lost.db"))
    told = run("restore", str(tmp_path / "safe")).output
    assert "for --data; yours are as they were" in told
    snapshot = Vault(tmp_path / "safe").find()
    assert read_manifest(snapshot).records == 0


def test_a_second_backup_to_the_same_folder_is_refused_while_one_is_under_way(
    settings: Settings, tmp_path: Path
) -> None:
    tried = []

    def back_up_too(_: str) -> None:
        if not tried:
            tried.append(True)
            with pytest.raises(TidiermapError, match="another backup under way"):
                back_up(settings, tmp_path / "safe", keep=1)

    first = back_up(settings, tmp_path / "safe", tell=back_up_too)
    assert tried
    assert Vault(tmp_path / "safe").snapshots() == (first.folder,)
    back_up(settings, tmp_path / "safe")
