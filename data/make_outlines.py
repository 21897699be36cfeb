"""Makes outlines/districts.json anew: `python data/make_outlines.py --outlines england.geojson`.

That file is GeoJSON of areas, each with its district's GSS code in a property, such as the Office for National
Statistics publishes (Local Authority Districts, generalised; Open Government Licence v3.0; contains OS data © Crown
copyright and database right). Written are the districts in force, on the National Grid in metres, in lines that stray
a little from the given ones, the more the larger the district, without what is cut out of them and small islands.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from register.localities.locality import read_districts  # noqa: E402
from register.localities.outlines import Ring, read_outline_file  # noqa: E402

STRAYS = 0.006  # of the side of a square as large as the district
LEAST, MOST = 60.0, 350.0  # metres
ISLAND = 2_000_000.0  # square metres: smaller areas of a district are left out, but for its largest
STEP = 10  # metres, to which coordinates are rounded


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outlines", type=Path, required=True, help="that file")
    given = parser.parse_args()
    outlines = read_outline_file(given.outlines)
    features = []
    for district in read_districts(HERE):
        rings = sorted(outlines.rings(district.gss_code), key=_area, reverse=True)
        strays = min(max(STRAYS * _area(rings[0]) ** 0.5, LEAST), MOST) if rings else LEAST
        kept = [_plain(ring, strays) for n, ring in enumerate(rings) if n == 0 or _area(ring) >= ISLAND]
        if kept:
            geometry = {"type": "MultiPolygon", "coordinates": [[ring] for ring in kept]}
            features.append({"type": "Feature", "properties": {"code": district.gss_code}, "geometry": geometry})
    told = {"type": "FeatureCollection", "features": features}
    path = HERE / "outlines" / "districts.json"
    path.write_text(json.dumps(told, separators=(",", ":")) + "\n", encoding="utf-8")


def _area(ring: Ring) -> float:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(x * y2 - x2 * y for (x, y), (x2, y2) in pairs)) / 2


def _plain(ring: Ring, strays: float) -> list[list[int]]:
    """The ring without the points within `strays` of the line between those that stay (Douglas and Peucker)."""
    middle = max(range(len(ring)), key=lambda n: _far(ring[n], ring[0], ring[0]))
    kept = {0, middle, len(ring) - 1}
    left = [(0, middle), (middle, len(ring) - 1)]
    while left:
        first, last = left.pop()
        inner = range(first + 1, last)
        furthest = max(inner, key=lambda n: _far(ring[n], ring[first], ring[last]), default=None)
        if furthest is not None and _far(ring[furthest], ring[first], ring[last]) > strays:
            kept.add(furthest)
            left += [(first, furthest), (furthest, last)]
    return [[round(x / STEP) * STEP for x in ring[n]] for n in sorted(kept)]


def _far(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """Metres between the point and the line from start to end."""
    wide, high = end[0] - start[0], end[1] - start[1]
    long = wide * wide + high * high
    along = ((point[0] - start[0]) * wide + (point[1] - start[1]) * high) / long if long else 0.0
    near = min(max(along, 0.0), 1.0)
    east, north = point[0] - start[0] - near * wide, point[1] - start[1] - near * high
    return float((east * east + north * north) ** 0.5)


if __name__ == "__main__":
    main()
