"""The mapping repeated: two publications counted by the same tables as the map."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.publishing.publish import publish
from flows.reporting.report import take_survey, write_map
from flows.settings import Settings
from register.codes.vocabulary import Status
from register.errors import NotFoundError
from register.models import RECORD, DecisionVerdict, RecordField, ServiceRecord
from register.publishing.difference import Tally
from register.report.repeat import build_repeat, repeat
from register.report.survey import Survey
from register.store import Store
from tests.clocks import Ticking
from tests.drafts import decide
from tests.mapped import DATA, NOW, Laid, lay_records
from tests.test_publications import accept

READ = datetime(2026, 9, 1, 9, tzinfo=UTC)


def record(key: str, locality: str = "fenmarsh", *, gone: bool = False, **told: tuple[str, ...] | str) -> ServiceRecord:
    """`type=("food_security",)` is the field code.type; `why="…"` the item tidier.why; `scope="…"` the scope."""
    names = {"why": "tidier.why", "scope": "eligibility.scope"}
    fields = tuple(
        RecordField(
            name=names.get(name, f"code.{name}"),
            status=Status.REPORTED,
            value=value,
            evidence=(),
            fetched_at=READ,
            changed_at=READ,
            verified_at=READ,
            verified_by="ada",
        )
        for name, value in sorted(told.items())
    )
    return ServiceRecord(
        id=key,
        locality=locality,
        gss_code="E06000001",
        name=f"Service {key}",
        page_url=f"https://services.example/{key}",
        fields=fields,
        fetched_at=READ,
        changed_at=READ,
        verified_at=READ,
        withdrawn_at=READ if gone else None,
    )


@pytest.fixture
def survey(tmp_path: Path) -> Survey:
    laid = lay_records(tmp_path / "r.db", [Laid(id="a"), Laid(id="z", locality="northam", gss_code="E06000002")])
    with Store(laid.register, clock=lambda: NOW) as store:
        return take_survey(store, DATA)


def test_codes_are_counted_then_and_now(survey: Survey) -> None:
    then = (
        record("a", type=("food_security",), why="Company"),
        record("b", type=("food_security",)),
        record("c", type=("social_befriending",)),
    )
    now = (
        record("a", type=("food_security", "social_befriending")),
        record("b", type=("food_security",), gone=True),
        record("c", type=("food_security",), why="Company"),
        record("d", "northam", type=("food_security",)),
    )
    found = repeat(then, now, survey.axes, names=("Then", "now"))
    food = found.tally("", "type", "food_security")
    assert (food.before, food.opened, food.closed, food.gained, food.lost, food.after) == (2, 1, 1, 1, 0, 3)
    social = found.tally("fenmarsh", "type", "social_befriending")
    assert (social.before, social.gained, social.lost, social.after) == (1, 1, 1, 1)
    why = found.tally("fenmarsh", "tidier", "tidier.why")
    assert (why.before, why.gained, why.lost, why.after) == (1, 1, 1, 1)
    assert [(one.record, one.cause.value) for one in found.changes] == [("b", "closed"), ("d", "opened")]


def test_every_row_adds_up(survey: Survey) -> None:
    then = tuple(record(f"{n:02}", type=("food_security",) if n % 2 else ("advocacy_legal",)) for n in range(20))
    now = tuple(record(f"{n:02}", type=("advocacy_legal",), gone=n % 5 == 0) for n in range(4, 26))
    found = repeat(then, now, survey.axes, names=("Then", "now"))
    assert found.tallies
    for one in found.tallies.values():
        assert one.before + one.opened + one.gained - one.closed - one.merged - one.lost == one.after


def test_intersections_are_computed_then_and_now_too(survey: Survey) -> None:
    both = record("a", population=("minority_ethnic", "women"))
    found = repeat((record("a", population=("women",)),), (both,), survey.axes, names=("Then", "now"))
    assert found.tally("", "population", "minority_ethnic_women").gained == 1


def test_national_services_are_not_counted(survey: Survey) -> None:
    found = repeat((), (record("a", scope="national_reference"),), survey.axes, names=("Then", "now"))
    assert found.tally("", "all", "") == Tally(key="")


def test_localities_that_were_not_asked_for_are_left_out(survey: Survey) -> None:
    now = (record("a"), record("d", "northam"))
    found = repeat((), now, survey.axes, names=("Then", "now"), localities=frozenset({"northam"}))
    assert found.tally("", "all", "").after == 1


def test_the_tables_have_zero_rows_and_the_services_behind_them(survey: Survey) -> None:
    told = replace(
        survey, repeat=repeat((), (record("a", type=("food_security",)),), survey.axes, names=("Then", "now"))
    )
    part = build_repeat(told, told.areas[0])
    assert part is not None
    tables = {table.key: table for table in part.tables}
    assert len(tables["repeat-type"].rows) == len(told.axes["type"].rows)
    assert tables["repeat-changes"].tidy_rows == (("a", "Service a", "fenmarsh", "opened"),)


def test_without_an_earlier_publication_there_is_no_section(survey: Survey) -> None:
    assert build_repeat(survey, survey.areas[0]) is None


def test_a_publication_that_is_not_there_is_told(tmp_path: Path) -> None:
    laid = lay_records(tmp_path / "r.db", [Laid(id="a")])
    with pytest.raises(NotFoundError, match="publication 7: there is none"):
        write_map(settings=laid, folder=tmp_path / "map", since="7")


def test_publications_of_a_register_are_compared(tmp_path: Path) -> None:
    """Two services, one of which is rejected between the first publication and the last."""
    laid = Settings(register=tmp_path / "register.db", clock=Ticking())
    with laid.open_store() as store:
        store.users.put("ada", role="adjudicator", password_hash="x")
        accept(store, "a1", "a2")
    publish(settings=laid, folder=tmp_path / "dataset")
    with laid.open_store() as store:
        decide(store, RECORD, DecisionVerdict.REJECT, key="a2")
    publish(settings=laid, folder=tmp_path / "dataset")
    report = write_map(settings=laid, folder=tmp_path / "map", since="1")
    rows = (report.folder / "tables" / "repeat-changes.csv").read_text(encoding="utf-8").splitlines()
    assert [row.rsplit(",", 1)[1] for row in rows if row.startswith("all,")] == ["closed"]
    assert "had 2 services here" in (report.folder / "index.html").read_text(encoding="utf-8")
