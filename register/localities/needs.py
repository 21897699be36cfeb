"""What is known of need by district (`data/need.csv`), and an order of the queue by deprivation."""

from __future__ import annotations

from pathlib import Path

from register.datafile import DataModel, read_csv, read_toml
from register.errors import ConfigError
from register.localities.locality import Locality, locality_keys

DEPRIVATION = "imd_average_score"


class Value(DataModel):
    """A row of `need.csv`: an indicator's value for a district, by the code that it had when this was published.

    `data/map/indicators.csv` tells of what year and unit it is.
    """

    gss_code: str
    indicator: str
    value: float


def read_values(data: Path) -> tuple[Value, ...]:
    """Raises ConfigError with the row of a fault."""
    return read_csv(Value, data / "need.csv")


def read_needs(data: Path) -> dict[str, float]:
    """The deprivation of each district, by its GSS code; raises ConfigError with the row of a fault."""
    return {row.gss_code: row.value for row in read_values(data) if row.indicator == DEPRIVATION}


def locality_needs(data: Path) -> dict[str, float]:
    """The need of each locality that has a file; one whose file cannot be read is left out, a crawl will tell why."""
    districts, found = read_needs(data), {}
    for key in locality_keys(data):
        try:
            locality = read_toml(Locality, data / "localities" / f"{key}.toml", key=key)
        except ConfigError:
            continue
        if locality.gss_code in districts:
            found[key] = districts[locality.gss_code]
    return found
