"""Our own package: what was published comes back from its files, byte for byte, and nothing else does."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.cli import cli
from flows.publishing.edition import make_edition
from flows.publishing.publish import publish
from flows.publishing.unpacking import restore
from flows.settings import Settings
from register.codes.vocabulary import Status
from register.errors import TidiermapError
from register.formats import write
from register.models import RECORD, DecisionVerdict, Evidence, RecordField, ServiceRecord
from register.publishing.package import find_package, open_package
from register.store import Store
from register.store.upkeep.replay import replay
from tests.clocks import Ticking
from tests.drafts import decide, queued
from tests.editions import DATA, THEN, TOLD, codebook, edition_of, record_of
from tests.registers import lay_register

FORMATS = ("tables", "workbook", "geojson", "oruk", "database", "skos")


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def pack(folder: Path, records: tuple[ServiceRecord, ...]) -> Path:
    folder.mkdir(exist_ok=True)
    write(edition_of(records), folder, formats=FORMATS)
    return folder


def take_in(folder: Path, register: Path) -> Settings:
    told = Settings(register=lay_register(register), clock=Ticking())
    restore(open_package(folder), settings=told, who="ada", advance=lambda name: None)
    return told


def given_out(told: Settings, folder: Path, *, like: tuple[ServiceRecord, ...] = ()) -> dict[str, bytes]:
    """The files that the register gives out again; `localities` are names as in the tests' editions."""
    folder.mkdir()
    with told.open_store() as store:
        edition = make_edition(store, store.publications.find("last"), data=DATA, codebook=codebook())
        write(replace(edition, localities={"fenmarsh": "Fenmarsh", "odd": "a/b: [c]"}), folder, formats=FORMATS)
    return files_of(folder)


words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30).filter(str.strip)
quotes = st.builds(
    lambda quote, start, length: Evidence(quote=quote, start=start, end=start + length, rule="test"),
    words,
    st.integers(0, 5000),
    st.integers(1, 60),
)


@st.composite
def records(draw: st.DrawFn) -> tuple[ServiceRecord, ...]:
    """Up to three records with odd words in them, fields of every kind of absence, tombstones and pointers."""
    found = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        told = {"tidier.brief_name": draw(words), "tidier.where": draw(words), "fact.phones": (draw(words),)}
        record = record_of(number, told=TOLD | told)
        evidence = tuple(draw(st.lists(quotes, min_size=1, max_size=3)))
        fields = [replace(one, evidence=evidence) if one.evidence else one for one in record.fields]
        fields[0] = RecordField(
            name=fields[0].name,
            status=draw(st.sampled_from([status for status in Status if status is not Status.REPORTED])),
            value=None,
            evidence=(),
            fetched_at=THEN,
            changed_at=THEN + timedelta(microseconds=draw(st.integers(0, 999_999))),
            verified_at=THEN - timedelta(days=draw(st.integers(0, 900))),
            verified_by="",
        )
        record = replace(record, fields=tuple(fields))
        if number > 1 and draw(st.booleans()):
            record = replace(record, withdrawn_at=THEN, merged_into=draw(st.sampled_from(["", "tm-00000001"])))
        found.append(record)
    return tuple(found)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=records())
def test_a_package_taken_in_and_given_out_again_is_the_same_bytes(
    told: tuple[ServiceRecord, ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("package")
    before = files_of(pack(folder / "out", told))
    again = take_in(folder / "out", folder / "register.db")
    assert given_out(again, folder / "again") == before


def test_what_a_register_published_comes_back_and_stands_as_that_publications(tmp_path: Path) -> None:
    here = Settings(register=lay_register(tmp_path / "here.db"), clock=Ticking())
    with here.open_store() as store:
        queued(store)
        decide(store, RECORD, DecisionVerdict.APPROVE)
    told = publish(settings=here, folder=tmp_path / "dataset")
    there = take_in(tmp_path / "dataset", tmp_path / "there.db")
    with here.open_store() as one, there.open_store() as other:
        for store, folder in ((one, tmp_path / "one"), (other, tmp_path / "other")):
            folder.mkdir()
            publication = store.publications.find("last")
            write(make_edition(store, publication, data=DATA, codebook=codebook()), folder)
        assert files_of(tmp_path / "one") == files_of(tmp_path / "other")
        record = other.records.all()[0]
        assert {field.verified_by for field in record.fields} == {told.id}
        assert [entry.what for entry in other.audit.entries()][-1] == "restored"


def test_publishing_after_taking_in_keeps_the_records_as_they_were(tmp_path: Path) -> None:
    gone = replace(record_of(2), withdrawn_at=THEN, merged_into="tm-00000001", due_at=None)
    of_directory = replace(record_of(3), due_at=THEN + timedelta(days=17))  # by grounds that stayed where it was
    pack(tmp_path / "out", (record_of(1), gone, of_directory))
    there = take_in(tmp_path / "out", tmp_path / "there.db")
    publish(settings=there, folder=tmp_path / "dataset")
    assert (tmp_path / "dataset" / "records.jsonl").read_bytes() == (tmp_path / "out" / "records.jsonl").read_bytes()
    with there.open_store() as store:
        found = replay(store, tmp_path / "replayed.db", open_store=lambda path, clock: Store(path, clock=clock))
    assert not [one for one in found if one.differs]


def test_a_package_is_taken_in_whole_or_not_at_all(tmp_path: Path) -> None:
    pack(tmp_path / "out", (record_of(1),))
    there = take_in(tmp_path / "out", tmp_path / "there.db")
    with pytest.raises(TidiermapError, match="expected an empty register"):
        restore(open_package(tmp_path / "out"), settings=there, who="ada", advance=lambda name: None)
    lost = pack(tmp_path / "lost", (record_of(1), record_of(2, told=TOLD | {"code.type": ("lost_code",)})))
    empty = Settings(register=lay_register(tmp_path / "empty.db"), clock=Ticking())
    with pytest.raises(TidiermapError, match="lost_code"):
        restore(open_package(lost), settings=empty, who="ada", advance=lambda name: None)
    with empty.open_store() as store:
        assert store.records.all() == ()


def test_a_package_that_was_changed_is_refused_by_its_digest(tmp_path: Path) -> None:
    folder = pack(tmp_path / "out", (record_of(1),))
    lines = folder / "records.jsonl"
    lines.write_bytes(lines.read_bytes().replace(b"free", b"paid"))
    with pytest.raises(TidiermapError, match="found the digest"):
        open_package(folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(TidiermapError, match=r"found no manifest\.json"):
        open_package(folder)


def test_another_package_is_none_of_ours(tmp_path: Path) -> None:
    assert find_package(tmp_path) is None
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "somebody-elses"}))
    assert find_package(tmp_path) is None


def test_what_is_decided_after_taking_in_counts(tmp_path: Path) -> None:
    pack(tmp_path / "out", (record_of(1),))
    there = take_in(tmp_path / "out", tmp_path / "there.db")
    with there.open_store() as store:
        decide(store, "tidier.where", DecisionVerdict.NOT_STATED, key="00000001")
        accepted = [row[0] for row in store.records.accepted()]
    assert accepted == ["00000001"], "the record is put together anew from its decisions"


def test_the_commands_take_in_and_give_out_and_say_where_a_feed_belongs(tmp_path: Path) -> None:
    folder, register = pack(tmp_path / "out", (record_of(1),)), str(lay_register(tmp_path / "r.db"))
    run = CliRunner()
    taken = run.invoke(cli, ["--register", register, "import", str(folder)])
    assert "1 records and 0 tombstones restored" in taken.output
    given = run.invoke(cli, ["--register", register, "export", "--format", "csv", "--out", str(tmp_path / "again")])
    assert given.exit_code == 0, given.output
    assert (tmp_path / "again" / "records.csv").read_bytes() == (folder / "records.csv").read_bytes()
    assert not (tmp_path / "again" / "services.xlsx").exists()
    feed = run.invoke(cli, ["--register", register, "import", "https://feed.example/api", "--locality", "sample"])
    assert 'kind = "oruk"' in feed.output
    assert "no publication of ours" in run.invoke(cli, ["--register", register, "import", str(tmp_path)]).output
