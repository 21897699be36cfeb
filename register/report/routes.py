"""By which searches services were found: routes as independent lists, and when each search found what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import get_args

from pydantic import Field

from register.datafile import DataModel, read_csv
from register.errors import ConfigError
from register.localities.locality import SourceKind
from register.recapture.overlaps import MOST_LISTS

WEB_DESK = "web_desk"


class RouteRow(DataModel):
    """A row of `routes.csv`: the list that a route belongs to, "" for one that is no search, and why."""

    route: str
    list: str = ""
    reason: str = Field(min_length=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A page read for the first time, or a statement: by which routes, and how many services were known by it, which
    `records` names by their ids."""

    at: datetime
    routes: tuple[str, ...]
    finds: int
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What became of the pages of a locality: how many bear a service, of the services drafted from them how many were
    accepted, rejected, found to be the same as another or wait, and of the records how many are withdrawn."""

    pages: int = 0
    with_service: int = 0
    accepted: int = 0
    rejected: int = 0
    merged: int = 0
    waiting: int = 0
    published: int = 0
    withdrawn: int = 0

    def __add__(self, other: Flow) -> Flow:
        return Flow(**{name: getattr(self, name) + getattr(other, name) for name in self.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Searches:
    """What is known of how services were found. `lists` are by route; `routes` of each record, by its id, where more is
    known than the record says; `readings` and `open_pairs` (likely duplicates that nobody judged yet) by locality."""

    lists: Mapping[str, str]
    routes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    readings: Mapping[str, tuple[Reading, ...]] = field(default_factory=dict)
    open_pairs: Mapping[str, int] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The lists, each once, in the order of the data file."""
        return tuple(dict.fromkeys(name for name in self.lists.values() if name))

    def held(self, record_id: str, otherwise: tuple[str, ...]) -> frozenset[str]:
        """The lists that hold the record: by the routes of its pages, else by those that stand in it."""
        routes = self.routes.get(record_id) or otherwise
        return frozenset(name for route in routes if (name := self.lists.get(route)))


def read_route_lists(data: Path) -> Mapping[str, str]:
    """The list of each route; raises ConfigError for a route twice, a source's kind without one, or too many lists."""
    path = data / "map" / "routes.csv"
    rows = read_csv(RouteRow, path)
    found = {row.route: row.list for row in rows}
    if twice := next((row.route for row in rows if sum(row.route == one.route for one in rows) > 1), ""):
        raise ConfigError(str(path), "route", twice, "each route once")
    if lost := next((kind for kind in (*get_args(SourceKind), WEB_DESK) if kind not in found), ""):
        raise ConfigError(str(path), "route", f"no {lost}", "a row for each kind of source")
    if len({name for name in found.values() if name}) > MOST_LISTS:
        raise ConfigError(str(path), "list", "more", f"{MOST_LISTS} lists at most")
    return found
