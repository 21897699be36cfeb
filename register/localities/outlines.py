"""Outlines of districts, for maps: GeoJSON files of `data/outlines`, one a district or one of many."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from register.errors import ConfigError
from register.localities.grid import national_grid

Ring = tuple[tuple[float, float], ...]  # a closed line of (east, north), metres
CODE = re.compile(r"E\d{8}")


Box = tuple[float, float, float, float]  # west, south, east, north


class Outlines:
    """The outlines by GSS code. A file is named after its district's code, or its features name theirs in any of their
    properties; coordinates are longitude and latitude, or metres on the National Grid."""

    def __init__(self, geometries: Mapping[str, Any]) -> None:
        self._geometries = dict(geometries)
        self._rings: dict[str, tuple[Ring, ...]] = {}
        self._boxes: dict[str, Box | None] = {}

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self._geometries)

    def rings(self, code: str) -> tuple[Ring, ...]:
        """Empty where no file has the district."""
        if code not in self._rings and code in self._geometries:
            self._rings[code] = tuple(_rings(self._geometries[code]))
        return self._rings.get(code, ())

    def box(self, code: str) -> Box | None:
        """What the district lies within; None where no file has it."""
        if code not in self._boxes:
            points = [point for ring in self.rings(code) for point in ring]
            east, north = [x for x, _ in points], [y for _, y in points]
            self._boxes[code] = (min(east), min(north), max(east), max(north)) if points else None
        return self._boxes[code]


def read_outlines(data: Path) -> Outlines:
    """Raises ConfigError for a file that is no GeoJSON of areas, or whose areas name no district."""
    found: dict[str, Any] = {}
    for path in sorted((data / "outlines").glob("*json")):
        found |= _read(path)
    return Outlines(found)


def read_outline_file(path: Path) -> Outlines:
    """The outlines of one such file; raises ConfigError as `read_outlines` does."""
    return Outlines(_read(path))


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        features = told["features"] if told["type"] == "FeatureCollection" else [told]
        for feature in features:
            geometry = feature.get("geometry", feature)
            code = _code(feature) or (path.stem if CODE.fullmatch(path.stem) else "")
            if geometry["type"] not in ("Polygon", "MultiPolygon") or not code:
                raise ValueError(f"{geometry['type']} of {code or 'no district'}")
            found[code] = geometry
            next(_rings(geometry))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, StopIteration) as error:
        expected = "GeoJSON of areas, each with its district's GSS code, as a property or as the file's name"
        raise ConfigError(str(path), "features", str(error), expected) from error
    return found


def _code(feature: Mapping[str, Any]) -> str:
    named = (feature.get("properties") or {}).values()
    return next((v for v in named if isinstance(v, str) and CODE.fullmatch(v)), "")


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    """The outer lines of the areas; what is cut out of them is not drawn."""
    areas = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for area in areas:
        yield tuple(_point(float(point[0]), float(point[1])) for point in area[0])


def _point(x: float, y: float) -> tuple[float, float]:
    return national_grid(y, x) if abs(x) <= 180 and abs(y) <= 90 else (x, y)
