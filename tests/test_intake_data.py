"""The data files of intake and of the provider's form: a slip is told with its file and key."""

from pathlib import Path

import pytest

from register.errors import ConfigError
from register.reviewing.intake import read_intake
from register.reviewing.provider_form import read_day, read_provider_form

DATA = Path(__file__).parent.parent / "data"


def mended(folder: Path, name: str, before: str, after: str) -> Path:
    text = (DATA / name).read_text()
    assert before in text
    (folder / name).write_text(text.replace(before, after, 1))
    return folder


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('key = "fieldwork"', 'key = "key_informant"', "'key_informant' stands there again"),
        ('columns = ["cost", "price"', 'columns = ["cost", "Phone"', "'phone' stands there again"),
        ('key = "said_on"', 'key = "said_at"', "expected one of said_on, route, who"),
        ("lines = 6", "line = 6", "expected one of the keys"),
    ],
)
def test_intake(tmp_path: Path, before: str, after: str, told: str) -> None:
    with pytest.raises(ConfigError, match=r"intake\.toml") as fault:
        read_intake(mended(tmp_path, "intake.toml", before, after))
    assert told in str(fault.value)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('field = "fact.cost"', 'field = "fact.costs"', "expected one of tidier.brief_name"),
        ('key = "sessions_12_months"', 'key = "people_12_months"', "'people_12_months' stands there again"),
        ('section = "money"', 'section = "purse"', "found 'purse'"),
        ('kind = "number"', 'kind = "choice"', "choices for a choice or many"),
    ],
)
def test_provider_form(tmp_path: Path, before: str, after: str, told: str) -> None:
    before = before.replace("money", "funding")
    with pytest.raises(ConfigError, match=r"provider\.toml") as fault:
        read_provider_form(mended(tmp_path, "provider.toml", before, after))
    assert told in str(fault.value)


@pytest.mark.parametrize(
    "said", ["2026-03-01", "1/3/2026", "01.03.2026", "1 March 2026", "1st of Mar 2026", "1-3-2026"]
)
def test_a_day_is_read_as_people_write_it(said: str) -> None:
    assert read_day(said).isoformat() == "2026-03-01"


@pytest.mark.parametrize("said", ["", "March", "31/2/2026", "3/13/2026", "1/3/26", "20260301x", "soon"])
def test_what_is_no_day_is_told(said: str) -> None:
    with pytest.raises(ValueError, match="is not a day"):
        read_day(said)
