"""How the report counts (`data/map/map.toml`, `mismatch.csv`): crosses, named intersections, factors of populations."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from register.codes.codebook import Codebook
from register.datafile import DataModel, read_csv, read_toml
from register.errors import ConfigError


class Replication(DataModel):
    """What the study that is replicated published; `factors` is how many it counted."""

    factors: int = Field(ge=0)


class Intersection(DataModel):
    """People who belong to all of the populations in `of`."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str = Field(min_length=1)
    of: tuple[str, ...] = Field(min_length=2)


class MapRules(DataModel):
    replication: Replication
    crosses: tuple[tuple[str, ...], ...] = ()
    intersections: tuple[Intersection, ...] = Field(default=(), alias="intersection")


class Mismatch(DataModel):
    """A population, the factor that stands behind its mental health, and why."""

    population: str
    factor: str
    reason: str = Field(min_length=1)


def read_map_rules(data: Path, codebook: Codebook) -> MapRules:
    """Raises ConfigError for the first fault of `data/map/map.toml`, or an intersection of unknown populations."""
    path = data / "map" / "map.toml"
    rules = read_toml(MapRules, path)
    known = {code.code for code in codebook.scheme("population")}
    for n, one in enumerate(rules.intersections):
        if one.key in known:
            raise ConfigError(str(path), f"intersection.{n}.key", one.key, "a key that is no population's code")
        if lost := next((code for code in one.of if code not in known), ""):
            raise ConfigError(str(path), f"intersection.{n}.of", lost, "codes of data/codebook/populations.csv")
    return rules


def read_mismatches(data: Path, codebook: Codebook) -> tuple[Mismatch, ...]:
    """Raises ConfigError for a row of `data/map/mismatch.csv` whose population or factor the codebook has not."""
    path = data / "map" / "mismatch.csv"
    rows = read_csv(Mismatch, path)
    for number, row in enumerate(rows, 2):
        for scheme, code in (("population", row.population), ("factor", row.factor)):
            if code not in {one.code for one in codebook.scheme(scheme)}:
                raise ConfigError(f"{path}:{number}", scheme, code, f"a code of data/codebook/{scheme}s.csv")
    return rows
