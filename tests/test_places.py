"""Places: postcodes to districts, names to districts, former codes, counties, and typos in the lists."""

import subprocess
import sys
from functools import cache
from pathlib import Path
from shutil import copytree

import pytest

from register.errors import ConfigError, TidiermapError
from register.localities.places import Atlas, packed_form, plain_name, read_atlas

DATA = Path(__file__).parent.parent / "data"


@cache
def atlas() -> Atlas:
    return read_atlas(DATA)


@pytest.mark.parametrize(
    ("postcode", "district"),
    [
        ("SW1A 1AA", "Westminster"),
        ("sw1a1aa", "Westminster"),
        ("M2 5DB", "Manchester"),
        ("EH1 1YZ", "Scotland"),
        ("CF10 4UW", "Wales"),
    ],
)
def test_a_postcode_lies_in_its_district(postcode: str, district: str) -> None:
    code = atlas().district(postcode)
    assert code is not None
    assert atlas().say(code) == district


@pytest.mark.parametrize("text", ["ZZ99 1AA", "M2", "M2 5D", "nothing", ""])
def test_what_is_no_postcode_of_the_table_lies_nowhere(text: str) -> None:
    assert atlas().district(text) is None


def test_every_district_in_the_table_is_one_in_force() -> None:
    """A table newer than the list of districts would show here."""
    for letter in "BCHLMNSWY":
        atlas().district(f"{letter}1 1AA")
    unknown = {c for c in atlas()._codes if c.startswith("E") and c not in atlas().names and c not in atlas().former}
    assert not unknown


def test_a_county_is_made_of_its_districts_and_a_former_code_means_the_one_in_force() -> None:
    suffolk = atlas().home("E10000029")
    assert len(suffolk.districts) == 6
    assert "E07000202" in suffolk.districts
    assert atlas().home("E07000026").districts == {"E06000063"}
    with pytest.raises(TidiermapError, match="E00000000"):
        atlas().home("E00000000")


def test_names_mean_districts_however_they_are_spelled() -> None:
    for name in ("Bristol", "City of Bristol", "bristol"):
        spot = atlas().spot(name)
        assert spot is not None
        assert frozenset({"E06000023"}) in spot.meanings
    assert plain_name("St. Albans") == plain_name("Saint Albans")
    assert (spot := atlas().spot("Greater Manchester"))
    assert spot.wide
    assert (spot := atlas().spot("Reading"))
    assert spot.word
    assert atlas().spot("Otterby") is None


def test_a_name_of_several_places_keeps_them_all() -> None:
    spot = atlas().spot("Norton")
    assert spot is not None
    assert len(spot.meanings) > 1


@pytest.mark.parametrize(("file", "expected"), [("places.csv", "E07000071"), ("areas.csv", "E07000008")])
def test_a_code_that_is_none_is_refused_with_its_line(tmp_path: Path, file: str, expected: str) -> None:
    copytree(DATA, tmp_path / "data")
    path = tmp_path / "data" / file
    path.write_text(path.read_text().replace(expected, "E0700007X", 1))
    with pytest.raises(ConfigError, match=rf"{file}:2: districts: found 'E0700007X'"):
        read_atlas(tmp_path / "data")


def test_a_postcode_is_packed_as_the_table_spells_it() -> None:
    assert packed_form("m1 1aa") == "M1  1AA"
    assert packed_form("SW1A 1AA") == "SW1A1AA"
    assert packed_form("SW1A 1A") is None


def test_the_table_is_read_without_pandas() -> None:
    read = "from register.localities.places import packed_table; packed_table('Z')"
    code = f"import sys; {read}; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=DATA.parent).returncode == 0
