"""Every data file loads, and every kind of typo is refused with file, key and what was expected."""

import shutil
from pathlib import Path
from shutil import copytree

import pytest

from flows.commands.locality import find_district
from register.codes.checklist import read_checklist
from register.codes.codebook import read_codebook
from register.errors import ConfigError, TidiermapError
from register.localities.locality import is_private, locality_keys, read_districts, read_locality

DATA = Path(__file__).parent.parent / "data"
GOOD = """
name = "Wakefield"
gss_code = "E08000036"
contact = "maps@example.org"
[[source]]
start = ["https://www.example.org/"]
"""


def locality_of(tmp_path: Path, text: str):
    (tmp_path / "localities").mkdir(exist_ok=True)
    (tmp_path / "districts.csv").write_bytes((DATA / "districts.csv").read_bytes())
    shutil.copytree(DATA / "studies", tmp_path / "studies", dirs_exist_ok=True)
    (tmp_path / "localities" / "x.toml").write_text(text)
    return read_locality(tmp_path, "x")


def test_every_data_file_of_the_project_loads() -> None:
    assert len(read_checklist(DATA).items) == 12
    assert len(read_codebook(DATA).scheme("factor")) == 24
    assert {read_locality(DATA, key).gss_code for key in locality_keys(DATA)}
    assert len({d.key for d in read_districts(DATA)}) == len(read_districts(DATA)) >= 296


def test_a_right_file_loads(tmp_path: Path) -> None:
    assert locality_of(tmp_path, GOOD).sources[0].kind == "site"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (GOOD.replace("contact =", "contakt ="), ["contakt", "one of the keys", "contact"]),
        (GOOD + 'strat = ["x"]', ["source.0.strat", "start"]),
        (GOOD.replace("E08000036", "E08000099"), ["gss_code", "E08000099", "districts.csv"]),
        (GOOD.replace("E08000036", "E07000026"), ["gss_code", "the code in force, E06000063 (Cumberland)"]),
        (GOOD.replace("https://www.example.org/", "http://192.168.1.1/"), ["source.0.start", "a public host"]),
        (GOOD.replace("https://www.example.org/", "http://127.0.0.1/"), ["source.0.start", "allow_loopback"]),
        (GOOD.replace("https://www.example.org/", "http://2130706433/"), ["source.0.start", "a public host"]),
        (GOOD.replace("https://www.example.org/", "http://[::1]/"), ["source.0.start", "a public host"]),
        (GOOD.replace("https://www.example.org/", "file:///etc/passwd"), ["start", "http://"]),
        (GOOD.replace("maps@example.org", ""), ["contact", "e-mail or web address"]),
        (GOOD.replace("[[source]]", "delay_seconds = 0.1\n[[source]]"), ["delay_seconds", "0.5"]),
        (GOOD.replace("[[source]]", 'schedule = "daily"\n[[source]]'), ["schedule", "five parts"]),
        (GOOD + 'follow = ["("]', ["follow", "regular expression"]),
        (GOOD + 'kind = "blog"', ["kind", "'site', 'sitemap', 'listing', 'oruk'"]),
        (GOOD + "max_pages = 0", ["max_pages", "greater than or equal to 1"]),
        ("name = ", ["TOML"]),
        ('name = "Wakefield"', ["gss_code", "nothing", "a value"]),
    ],
)
def test_a_wrong_locality_file_is_refused_with_key_and_expectation(tmp_path: Path, wrong: str, says: list[str]) -> None:
    with pytest.raises(ConfigError) as refused:
        locality_of(tmp_path, wrong)
    message = str(refused.value)
    assert "x.toml" in message
    for words in says:
        assert words in message


def test_loopback_is_allowed_for_tests_and_then_only_loopback(tmp_path: Path) -> None:
    allowed = GOOD.replace("[[source]]", "allow_loopback = true\n[[source]]")
    assert locality_of(tmp_path, allowed.replace("https://www.example.org/", "http://127.0.0.1:8101/"))
    with pytest.raises(ConfigError, match="nothing else"):
        locality_of(tmp_path, allowed.replace("https://www.example.org/", "http://10.0.0.1/"))


PRIVATE = (
    "localhost 127.0.0.1 127.1 0x7f.1 2130706433 10.1.2.3 169.254.169.254 ::1 fe80::1 db.internal printer.local "
    "intranet 0.0.0.0 100.64.0.1"
)


@pytest.mark.parametrize("host", PRIVATE.split())
def test_private_hosts_are_known_in_every_spelling(host: str) -> None:
    assert is_private(host)


@pytest.mark.parametrize("host", ["www.example.org", "8.8.8.8", "2606:4700::1111", "3rd-age.org.uk", "10.example.org"])
def test_public_hosts_are_not_private(host: str) -> None:
    assert not is_private(host)


def read_all(data: Path) -> None:
    for read in (read_checklist, read_codebook, read_districts):
        read(data)


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("tidier.toml", 'name = "why"', 'name = "wherefore"', "each of brief_name"),
        ("tidier.toml", "\nquestion =", "\nqestion =", "qestion"),
        ("codebook/types.csv", "definition", "definiton", "definiton"),
        ("codebook/types.csv", "duncan2021", "duncan2012", "one of duncan2021"),
        ("codebook/factors.csv", "unemployment,", "financial_stress,", "each code once"),
        ("districts.csv", "region", "regoin", "regoin"),
    ],
)
def test_a_typo_in_any_data_file_is_refused(tmp_path: Path, file: str, before: str, after: str, says: str) -> None:
    data = tmp_path / "data"
    copytree(DATA, data)
    text = (data / file).read_text()
    assert before in text
    (data / file).write_text(text.replace(before, after, 1))
    with pytest.raises(ConfigError, match=says):
        read_all(data)


def test_a_table_as_spreadsheets_save_it_is_read_or_refused_with_its_name(tmp_path: Path) -> None:
    table = (DATA / "districts.csv").read_text(encoding="utf-8")
    (tmp_path / "districts.csv").write_text(table, encoding="utf-8-sig")
    assert read_districts(tmp_path) == read_districts(DATA)
    (tmp_path / "districts.csv").write_text(table.replace("Wakefield", "Wakefield’s"), encoding="cp1252")
    with pytest.raises(ConfigError, match=r"districts\.csv: .*CSV in UTF-8"):
        read_districts(tmp_path)


@pytest.mark.parametrize("name", ["wakefield", "Wakefield", "E08000036", "bristol", "E07000026", "suffolk"])
def test_a_district_is_found_by_name_key_or_code(name: str) -> None:
    assert find_district(name, read_districts(DATA)).gss_code.startswith("E")


@pytest.mark.parametrize("name", ["atlantis", "north", ""])
def test_an_unknown_or_ambiguous_district_is_refused(name: str) -> None:
    with pytest.raises(TidiermapError, match=r"found \d+ districts"):
        find_district(name, read_districts(DATA))
