"""Where a record is: the postcodes that it tells, with their places; pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache

from register.localities.grid import national_grid
from register.localities.places import POSTCODE
from register.models import RecordField, ServiceRecord
from register.publishing.publishable import texts_of

FindPostcode = Callable[[str], tuple[int, int] | None]
METRES_A_DEGREE = 111_320.0
NEAR_ENOUGH = 0.01  # metres


def postcodes_of(record: ServiceRecord) -> tuple[str, ...]:
    """The postcodes of its field, then those that its addresses name, each once written as in "OL16 1XX"."""
    by_name = {field.name: field for field in record.fields}
    return tuple(dict.fromkeys(_named(by_name)))


def _named(by_name: dict[str, RecordField]) -> Iterator[str]:
    for value in texts_of(by_name.get("fact.postcodes")):
        yield " ".join(value.upper().split())
    for name in ("fact.addresses", "tidier.where"):
        for value in texts_of(by_name.get(name)):
            yield from (f"{found[1]} {found[2]}" for found in POSTCODE.finditer(value.upper()))


@lru_cache(maxsize=65_536)  # many services share a postcode
def degrees(east: int, north: int) -> tuple[float, float]:
    """Longitude and latitude (WGS 84, to a tenth of a metre) of a place on the National Grid.

    >>> degrees(538900, 177300)
    (-0.001266, 51.477613)
    """
    latitude, longitude = 52.0 + (north - 233_000) / METRES_A_DEGREE, -2.0
    for _ in range(30):  # the grid's own formula taken back step by step: each brings it some twenty times nearer
        e, n = national_grid(latitude, longitude)
        if abs(e - east) < NEAR_ENOUGH and abs(n - north) < NEAR_ENOUGH:
            break
        latitude += (north - n) / METRES_A_DEGREE
        longitude += (east - e) / (METRES_A_DEGREE * math.cos(math.radians(latitude)))
    return round(longitude, 6), round(latitude, 6)
