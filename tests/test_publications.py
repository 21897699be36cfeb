"""Publications: refused where anything is broken, whole for whoever reads them, kept, and told in what they differ."""

import csv
import json
from pathlib import Path

import pytest

from flows.publishing.publish import publish
from flows.publishing.swap import begin, put_in_place, settle
from flows.settings import Settings
from register.errors import NotFoundError, PublishError, TidiermapError
from register.models import RECORD, DecisionVerdict
from register.publishing.publication import content_of
from register.store import Store
from tests.clocks import Ticking
from tests.drafts import LATER, LOCALITY, decide, keep_page, knitting, queued
from tests.registers import lay_register


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(register=lay_register(tmp_path / "register.db"), clock=Ticking())


def put_out(settings: Settings, folder: str = "dataset", **more: str):
    return publish(settings=settings, folder=settings.register.parent / folder, **more)


def text_of(settings: Settings, name: str = "changes.txt") -> str:
    return (settings.register.parent / "dataset" / name).read_text()


def accept(store: Store, *keys: str) -> None:
    for key in keys:
        queued(store, key=key, url=f"http://127.0.0.1:8765/{key}/")
        decide(store, RECORD, DecisionVerdict.APPROVE, key=key)


def move_to_friday(store: Store, key: str) -> None:
    url = f"http://127.0.0.1:8765/{key}/"
    _, version_id = keep_page(store, LATER, url=url)
    touched = frozenset({"tidier.when_how_much"})
    run_id = store.runs.start("recheck", LOCALITY)
    store.queue.reopen(knitting(LATER, key=key, url=url), version_id=version_id, run_id=run_id, touched=touched)
    decide(store, RECORD, DecisionVerdict.APPROVE, key=key, revision=2)


def test_a_publication_tells_what_changed_since_the_last_one_in_words_and_as_rows(settings: Settings) -> None:
    with settings.open_store() as store:
        accept(store, "a1", "a2", "a3")
    first = put_out(settings)
    assert "the first" in text_of(settings)
    with settings.open_store() as store:
        move_to_friday(store, "a1")
        decide(store, RECORD, DecisionVerdict.REJECT, key="a2")
        accept(store, "a4")
    second = put_out(settings)
    told = text_of(settings)
    assert f"after {first.id} of 1 March 2026" in told
    assert "3 services, 3 before." in told
    assert "When and how much: was every Tuesday at 2pm; is now every Friday at 11am" in told
    rows = list(csv.DictReader(text_of(settings, "changes.csv").splitlines()))
    causes = {(row["record"], row["field"]): row["cause"] for row in rows}
    assert causes["tm-a1", "tidier.when_how_much"] == "changed"
    assert (causes["tm-a2", ""], causes["tm-a4", ""]) == ("closed", "opened")
    assert not [row for row in rows if row["record"] == "tm-a3"], "what did not change is not told"
    manifest = json.loads(text_of(settings, "manifest.json"))
    assert (manifest["id"], manifest["previous"], manifest["number"]) == (second.id, first.id, 2)


def test_each_publication_stays_as_it_was_and_the_chain_holds(settings: Settings) -> None:
    with settings.open_store() as store:
        accept(store, "a1", "a2")
    first = put_out(settings)
    with settings.open_store() as store:
        decide(store, RECORD, DecisionVerdict.REJECT, key="a2")
    put_out(settings)
    with settings.open_store() as store:
        decide(store, RECORD, DecisionVerdict.APPROVE, key="a2")
    third = put_out(settings)
    with settings.open_store() as store:
        known = store.publications.all()
        assert len({one.id for one in known}) == 3, "a state that comes back is a publication of its own"
        assert [one.previous for one in known] == ["", known[0].id, known[1].id]
        for one in known:
            lines = [line for _, line in store.publications.lines(one.number)]
            assert content_of(lines) == one.content
        living = [[r.id for r in store.publications.records(one) if not r.withdrawn_at] for one in known]
        assert living == [["tm-a1", "tm-a2"], ["tm-a1"], ["tm-a1", "tm-a2"]]
        assert store.publications.find("1").id == first.id
        assert store.publications.find("last").id == third.id
        with pytest.raises(NotFoundError, match="the last ones are"):
            store.publications.find("pub-2020")
        with pytest.raises(TidiermapError, match="expected one"):
            store.publications.find("pub-2026")


def test_what_must_not_stay_can_be_taken_out_of_every_publication(settings: Settings) -> None:
    with settings.open_store() as store:
        accept(store, "a1")
    put_out(settings)
    with settings.open_store() as store:
        move_to_friday(store, "a1")
    put_out(settings)
    with settings.open_store() as store, store.transaction():
        changed = store.publications.rewrite("tm-a1", lambda record: None)
        assert changed == 2
        assert [store.publications.records(one) for one in store.publications.all()] == [(), ()]


def test_lines_changed_past_the_log_are_told(settings: Settings) -> None:
    with settings.open_store() as store:
        accept(store, "a1", "a2")
    put_out(settings)
    with settings.open_store() as store:
        store.db.execute("UPDATE publication_lines SET line = x'' WHERE record_id = 'tm-a2'")
        with pytest.raises(TidiermapError, match="changed past the log"):
            store.publications.records(store.publications.all()[0])


def test_far_fewer_records_are_refused_unless_a_person_says_why(settings: Settings) -> None:
    keys = [f"b{n}" for n in range(10)]
    with settings.open_store() as store:
        accept(store, *keys)
        for n, key in enumerate(keys):  # each a service of its own
            store.db.execute("UPDATE pages SET url = url || ? WHERE url LIKE ?", [str(n), f"%/{key}/"])
    put_out(settings)
    with settings.open_store() as store:
        for key in keys[:3]:
            decide(store, RECORD, DecisionVerdict.REJECT, key=key)
    with pytest.raises(PublishError, match=r"found 7 living records, expected at least 80% of the 10.*--fewer"):
        put_out(settings)
    with settings.open_store() as store:
        assert sum(one.withdrawn_at is not None for one in store.records.all()) == 0, "nothing was written"
        assert len(store.publications.all()) == 1
    assert put_out(settings, fewer="the hall burnt down").changed
    with settings.open_store() as store:
        assert store.audit.latest(limit=1)[0].after == "the hall burnt down"


def test_two_records_that_say_the_same_are_refused(settings: Settings) -> None:
    with settings.open_store() as store:
        accept(store, "a1", "a2")
        store.db.execute("UPDATE candidates SET page_id = (SELECT min(id) FROM pages)")
    with pytest.raises(PublishError, match=r"tm-a2.*found the same service as tm-a1.*merge the two"):
        put_out(settings)


def test_every_breach_is_told_at_once(settings: Settings) -> None:
    with settings.open_store() as store:
        accept(store, "a1", "a2")
        store.db.execute("UPDATE fields SET decision_id = NULL WHERE name = 'tidier.why' AND candidate_id = 'a1'")
        store.db.execute("DROP TRIGGER decisions_no_update")
        store.db.execute("UPDATE decisions SET verdict = 'reject' WHERE field = 'record' AND candidate_id = 'a2'")
    with pytest.raises(PublishError) as told:
        put_out(settings)
    assert "for 2 reasons" in str(told.value)
    assert "candidate a1 (Knit and Natter): tidier.why: found no decision" in str(told.value)
    assert "candidate a2 (Knit and Natter): found it accepted without a decision" in str(told.value)


def test_a_code_that_the_codebook_lost_is_refused_though_its_host_is_held_back(settings: Settings) -> None:
    with settings.open_store() as store:
        accept(store, "a1")
    put_out(settings)
    with settings.open_store() as store:
        run_id = store.runs.start("discover", LOCALITY)
        store.runs.finish(run_id, verdict="quarantined", finish_reason="finished", counts={}, message="too few")
        store.db.execute("UPDATE record_fields SET value = '[\"yoga\"]' WHERE name = 'code.type'")
    with pytest.raises(PublishError, match=r"record tm-a1.*code\.type: found 'yoga'.*put the code back"):
        put_out(settings)


def test_a_folder_with_what_no_publication_wrote_is_left_alone(settings: Settings) -> None:
    folder = settings.register.parent / "dataset"
    folder.mkdir()
    (folder / "thesis.docx").write_text("years of work")
    with settings.open_store() as store:
        accept(store, "a1")
    with pytest.raises(PublishError, match=r"found thesis\.docx, which no publication wrote"):
        put_out(settings)
    with settings.open_store() as store:
        assert store.publications.all() == ()
    (folder / "thesis.docx").unlink()
    (folder / ".git").mkdir()
    put_out(settings)
    put_out(settings)
    assert (folder / ".git").is_dir(), "what is hidden is carried over"
    assert {path.name for path in settings.register.parent.glob(".dataset*")} == set()


def test_what_a_killed_publication_had_half_written_is_cleared_up(settings: Settings) -> None:
    with settings.open_store() as store:
        accept(store, "a1")
    put_out(settings)
    half = begin(settings.register.parent / "dataset")
    (half / ".workbook-1f2e").mkdir()  # a format's own folder, that it was writing to
    (half / "records.csv").write_text("half")
    put_out(settings)
    folder = settings.register.parent / "dataset"
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]
    assert list(folder.parent.glob(".dataset.*")) == []


def test_what_was_broken_off_is_made_good_by_the_next_one(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the tables changed and before the files did: the folder has the publication before, whole."""
    with settings.open_store() as store:
        accept(store, "a1")
    first = put_out(settings)
    folder = settings.register.parent / "dataset"
    with settings.open_store() as store:
        accept(store, "a2")

    def killed(partial: Path, folder: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("flows.publishing.publish.put_in_place", killed)
        with pytest.raises(KeyboardInterrupt):
            put_out(settings)
    assert json.loads((folder / "manifest.json").read_text())["id"] == first.id
    assert len(list(folder.parent.glob(".dataset.*.partial"))) == 1
    again = put_out(settings)
    assert again.changed is False, "the register has it already"
    assert json.loads((folder / "manifest.json").read_text())["id"] == again.id != first.id
    assert list(folder.parent.glob(".dataset.*")) == []


def test_a_folder_is_swapped_also_where_the_system_cannot_do_it_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.publishing.swap._exchanged_at_once", lambda one, other: False)
    folder = tmp_path / "dataset"
    for text in ("one", "two"):
        partial = begin(folder)
        (partial / "records.csv").write_text(text)
        settle(partial)
        (partial / "manifest.json").write_text('{"files": {"records.csv": {}}}')
        put_in_place(partial, folder)
        assert (folder / "records.csv").read_text() == text
    assert [path.name for path in tmp_path.iterdir()] == ["dataset"]


def test_other_words_make_another_publication_of_the_same_records(settings: Settings, tmp_path: Path) -> None:
    with settings.open_store() as store:
        accept(store, "a1")
    first = put_out(settings)
    with settings.open_store() as store:
        store.db.execute("UPDATE publications SET manifest = '{}'")  # as if other formats had written it
    second = put_out(settings)
    assert second.changed
    assert second.id != first.id
    assert "Nothing differs in" in text_of(settings)


def test_only_what_differs_is_kept_of_a_publication(settings: Settings) -> None:
    with settings.open_store() as store:
        accept(store, "a1", "a2", "a3")
    put_out(settings)
    with settings.open_store() as store:
        whole = sum(len(row["line"]) for row in store.db.query("SELECT line FROM publication_lines"))
        move_to_friday(store, "a1")
    put_out(settings)
    with settings.open_store() as store:
        rows = list(store.db.query("SELECT record_id, line FROM publication_lines WHERE number = 2"))
    assert [row["record_id"] for row in rows] == ["tm-a1"]
    assert len(rows[0]["line"]) < whole / 3 / 2
