"""Statements are read and archived as pages are: by the same rules, in the same archive, with quotes that stand."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.archive import read_body
from flows.intake import Intake
from flows.settings import Settings
from register.grounding import ungrounded
from register.reviewing.intake import Statement, compose
from review.intake.statements import take_in

DATA = Path(__file__).parent.parent / "data"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> Intake:
    folder = tmp_path_factory.mktemp("intake")
    shutil.copytree(DATA, folder / "data")
    return Intake(Settings(register=folder / "register.db", data=folder / "data", clock=lambda: NOW))


def said(*told: tuple[str, str], about: str = "Tuesday Knitters") -> Statement:
    return Statement(
        locality="sample",
        route="fieldwork",
        about=about,
        body=compose([("", about), *told]),
        said_at=datetime(2026, 2, 20, tzinfo=UTC),
        typed_by="ada",
    )


def test_a_statement_is_one_candidate_whatever_its_words_are(intake: Intake) -> None:
    for words in (
        "They knit.",
        "Nothing of use",
        "Join our mailing list! Cookies. Subscribe.",
        "Mae'n agored bob dydd.",
        "1 2 3",
    ):
        reading = intake.read(said(("", words)))
        assert reading.candidate.name == "Tuesday Knitters"
        assert not ungrounded(reading.text, reading.candidate.fields)


def test_its_words_become_fields_with_quotes(intake: Intake) -> None:
    one = said(
        ("", "People knit and talk. It is for anybody who feels lonely."),
        ("When", "Tuesdays 2pm to 4pm"),
        ("Cost", "£1"),
        ("Where", "The library, Hobsmoor"),
    )
    fields = {field.name: field for field in intake.read(one).candidate.fields}
    assert fields["fact.weekdays"].value == ("tue",)
    assert fields["fact.times"].value == ("14:00-16:00",)
    assert fields["fact.cost"].value == "paid"
    assert "lonely" in str(fields["tidier.why"].value)
    assert fields["eligibility.scope"].value == "local"


def test_it_is_archived_as_it_was_put_down(intake: Intake) -> None:
    first, second = said(("", "Café — they’re open.\n\n- tea\n- cake")), said(("", "Other words"), about="Other")
    with intake.settings.open_store() as store:
        taken = take_in(store, [first, second], read=intake.read, keep=intake.keep)
        assert [one.known for one in taken] == [False, False]
        for one in (first, second):
            version = store.pages.version(store.statements.version_of(one.url))
            body, content_type = read_body(store.archive, version.archive, version.archive_offset)
            assert body.decode() == one.body
            assert content_type == "text/plain; charset=utf-8"
            assert version.fetched_at == one.said_at
        again = take_in(store, [first], read=intake.read, keep=intake.keep)
        assert again[0].known
        assert store.pages.of_locality("sample") == (), "no crawl asks for what people said"
        assert store.queue.pages_of_candidates("sample") == (), "and no crawl misses it"
        (run,) = store.runs.latest(kind="intake")
        assert run.counts == {"statements": 2}
