"""How much each locality needs, by the deprivation of its district (`data/need.csv`): an order of the queue."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from register.datafile import DataModel, read_csv, read_toml
from register.errors import ConfigError
from register.locality import Locality, locality_keys


class Need(DataModel):
    """A row of `need.csv`: a district's value of an indicator of a year, the higher the greater its need."""

    gss_code: str
    indicator: str
    year: int
    value: float = Field(ge=0)
    unit: str
    source: str
    licence: str


def read_needs(data: Path) -> dict[str, float]:
    """The need of each district, by its GSS code; raises ConfigError with the row of a fault."""
    return {need.gss_code: need.value for need in read_csv(Need, data / "need.csv")}


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
