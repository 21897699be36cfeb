"""Makes public/points.csv anew: `python data/make_points.py --cities cities500.json`.

Where the places of places.csv lie, for the public map. Cities: as for make_places.py (GeoNames, CC BY 4.0).
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

from register.localities.grid import national_grid

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=Path, required=True)
    given = parser.parse_args()
    with (HERE / "places.csv").open(encoding="utf-8", newline="") as lines:
        known = {row["name"] for row in csv.DictReader(lines)}
    rows = set()
    for city in json.loads(given.cities.read_text("utf-8")).values():
        if city["countrycode"] == "GB" and city["admin1code"] == "ENG" and city["name"] in known:
            east, north = national_grid(city["latitude"], city["longitude"])
            rows.add((city["name"], str(round(east, -2))[:-2], str(round(north, -2))[:-2], str(city["population"])))
    with (HERE / "public" / "points.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("name", "east", "north", "population"))
        writer.writerows(sorted(rows))


if __name__ == "__main__":
    main()
