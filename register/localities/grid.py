"""Latitude and longitude to the National Grid: eastings and northings in metres, as postcodes and maps have them."""

from __future__ import annotations

import math


def national_grid(latitude: float, longitude: float) -> tuple[float, float]:
    """Eastings and northings in metres: WGS 84 moved to Airy 1830 by Ordnance Survey's published shift (some 5 m).

    >>> [round(metres, -2) for metres in national_grid(51.4778, -0.0014)]
    [538900.0, 177300.0]
    """
    lat, lon = math.radians(latitude), math.radians(longitude)
    a, b = 6378137.0, 6356752.3142
    e2 = 1 - (b / a) ** 2
    v = a / math.sqrt(1 - e2 * math.sin(lat) ** 2)
    x, y = v * math.cos(lat) * math.cos(lon), v * math.cos(lat) * math.sin(lon)
    z = v * (1 - e2) * math.sin(lat)
    s, rx, ry, rz = 20.4894e-6, *(math.radians(r / 3600) for r in (-0.1502, -0.2470, -0.8421))
    x, y, z = (
        -446.448 + (1 + s) * x - rz * y + ry * z,
        125.157 + rz * x + (1 + s) * y - rx * z,
        -542.060 - ry * x + rx * y + (1 + s) * z,
    )
    a, b = 6377563.396, 6356256.909
    e2 = 1 - (b / a) ** 2
    lon, p = math.atan2(y, x), math.hypot(x, y)
    lat = math.atan2(z, p * (1 - e2))
    for _ in range(6):
        v = a / math.sqrt(1 - e2 * math.sin(lat) ** 2)
        lat = math.atan2(z + e2 * v * math.sin(lat), p)
    return _mercator(lat, lon, a, b, e2)


def _mercator(lat: float, lon: float, a: float, b: float, e2: float) -> tuple[float, float]:
    """Ordnance Survey's transverse Mercator ("A guide to coordinate systems in Great Britain", annex C)."""
    f0, lat0, lon0, n0, e0 = 0.9996012717, math.radians(49), math.radians(-2), -100000.0, 400000.0
    n = (a - b) / (a + b)
    v = a * f0 / math.sqrt(1 - e2 * math.sin(lat) ** 2)
    rho = a * f0 * (1 - e2) / (1 - e2 * math.sin(lat) ** 2) ** 1.5
    eta2 = v / rho - 1
    d, s = lat - lat0, lat + lat0
    m = (b * f0) * (
        (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * d
        - (3 * n + 3 * n**2 + 21 / 8 * n**3) * math.sin(d) * math.cos(s)
        + (15 / 8 * n**2 + 15 / 8 * n**3) * math.sin(2 * d) * math.cos(2 * s)
        - 35 / 24 * n**3 * math.sin(3 * d) * math.cos(3 * s)
    )
    sin, cos, tan2, dl = math.sin(lat), math.cos(lat), math.tan(lat) ** 2, lon - lon0
    north = m + n0 + v / 2 * sin * cos * dl**2 + v / 24 * sin * cos**3 * (5 - tan2 + 9 * eta2) * dl**4
    east = e0 + v * cos * dl + v / 6 * cos**3 * (v / rho - tan2) * dl**3
    return east, north
