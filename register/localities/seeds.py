"""Addresses that people or searches found, as start addresses of a locality: read, spelled alike, told apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, Field

from register.datafile import DataModel, read_csv
from register.errors import ConfigError
from register.hosts import host_of
from register.localities.charities import Extract, charities_of
from register.localities.locality import Source, is_loopback, is_private
from register.localities.places import Atlas, Home

ROWS_SHOWN = 10
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:[\d.]+|[0-9a-f]*:[0-9a-f:.]+)$")
_HOST = re.compile(r"^(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}\.?$")


def plain_address(text: str) -> str:
    """A web address as people write it, in one spelling: "www.x.org" and "HTTPS://www.X.org " are one.

    Raises ValueError for what is none: an e-mail address, words, another scheme.
    """
    wanted = "a web address such as https://www.example.org/ or www.example.org"
    words = text.strip().strip("<>").rstrip(",;")
    if not _SCHEME.match(words) or re.match(r"^[\w.-]+:\d", words):
        words = f"https://{words.removeprefix('//')}"
    try:
        parts = urlsplit(words)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise ValueError(wanted) from error
    named = _HOST.match(host) or _NUMBERED.match(host) or host == "localhost"
    if parts.scheme.lower() not in ("http", "https") or not host or " " in words or "@" in parts.netloc or not named:
        raise ValueError(wanted)
    address = f"[{host}]" if ":" in host else host
    return urlunsplit(
        (parts.scheme.lower(), f"{address}:{port}" if port else address, parts.path or "/", parts.query, "")
    )


PlainAddress = Annotated[str, AfterValidator(plain_address)]


class Listed(DataModel):
    """A row of a CSV of addresses (`kind = "addresses"`)."""

    url: PlainAddress
    name: str = ""
    note: str = ""


class Result(DataModel):
    """A row of saved search results (`kind = "search"`): `rank` counts from 1 within its query."""

    query: str = Field(min_length=1)
    rank: int = Field(ge=1)
    title: str = ""
    url: PlainAddress
    found_at: datetime


class Platform(DataModel):
    """A row of `platforms.csv`: a host that many organisations share, which is not crawled."""

    host: str = Field(pattern=r"^[a-z0-9.-]+\.[a-z]{2,}$")
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One address that a seed file names; `where` is its file and line."""

    url: str
    name: str
    where: str

    @property
    def host(self) -> str:
        return host_of(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A row that is passed over, because nobody here can mend it: what it gives as address, and what is wrong."""

    found: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedList:
    """What a seed source names: addresses to crawl, those on shared platforms for a person to look at, how many rows of
    the file had no address, and the rows whose address is none."""

    seeds: tuple[Seed, ...]
    shared: tuple[Seed, ...]
    without: int = 0
    faults: tuple[Fault, ...] = ()


def read_seeds(
    source: Source,
    data: Path,
    *,
    atlas: Callable[[], Atlas],
    home: Callable[[Atlas], Home],
    allow_loopback: bool = False,
) -> SeedList:
    """The addresses of a seed source, each once, in the order of the file.

    `atlas` and `home` are asked for where places matter (a charity register). Raises ConfigError with file, row and
    what was expected for a row that is wrong or names an address on a private network; of a charity register, which
    nobody here can mend, such rows are told as faults.
    """
    path = data / source.file
    extract: Extract | None = None
    faults: list[Fault] = []
    if source.kind == "charities":
        places = atlas()
        extract = charities_of(path, data / source.areas if source.areas else None, places, home(places))
        found = list(_of_charities(extract, faults, path, allow_loopback=allow_loopback))
    else:
        found = list(_listed(source, path))
        check_public(found, allow_loopback=allow_loopback)
    platforms = frozenset(row.host for row in read_csv(Platform, data / "platforms.csv"))
    seeds, shared = _told_apart(found, platforms)
    without = extract.without if extract else 0
    return SeedList(seeds=seeds, shared=shared, without=without, faults=tuple(faults))


def on_platform(host: str, platforms: frozenset[str]) -> bool:
    """Whether the host, or one that it is a subdomain of, is a shared platform."""
    parts = host.partition(":")[0].split(".")
    return any(".".join(parts[n:]) in platforms for n in range(len(parts)))


def check_public(seeds: Iterable[Seed], *, allow_loopback: bool) -> None:
    """Raises ConfigError for the first address that lies on a private network."""
    for seed in seeds:
        host = urlsplit(seed.url).hostname or ""
        if is_private(host) and not (allow_loopback and is_loopback(host)):
            raise ConfigError(seed.where, "url", seed.url, "a public host")


def _listed(source: Source, path: Path) -> Iterator[Seed]:
    if source.kind == "addresses":
        for number, row in enumerate(read_csv(Listed, path), 2):
            yield Seed(url=row.url, name=row.name, where=f"{path}:{number}")
    else:
        for number, result in enumerate(read_csv(Result, path), 2):
            yield Seed(url=result.url, name=result.title, where=f"{path}:{number}")


def _of_charities(extract: Extract, faults: list[Fault], path: Path, *, allow_loopback: bool) -> Iterator[Seed]:
    """The charities' addresses; what a row gives in the place of one (an e-mail address) is added to `faults`."""
    for charity in extract.charities:
        try:
            seed = Seed(url=plain_address(charity.web), name=charity.name, where=charity.where)
            check_public((seed,), allow_loopback=allow_loopback)
        except ConfigError as error:
            faults.append(Fault(found=charity.web, message=f"{charity.name}: {error}"))
        except ValueError as error:
            told = ConfigError(charity.where, "charity_contact_web", charity.web, str(error))
            faults.append(Fault(found=charity.web, message=f"{charity.name}: {told}"))
        else:
            yield seed
    if extract.torn:
        rows = ", ".join(str(number) for number in extract.torn[:ROWS_SHOWN])
        more = f" and {len(extract.torn) - ROWS_SHOWN} more" if len(extract.torn) > ROWS_SHOWN else ""
        message = (
            f"{len(extract.torn)} rows found with another number of cells than the header, passed over: {rows}{more}"
        )
        faults.append(Fault(found=str(path), message=message))


def _told_apart(found: Iterable[Seed], platforms: frozenset[str]) -> tuple[tuple[Seed, ...], tuple[Seed, ...]]:
    seeds: dict[str, Seed] = {}
    shared: dict[str, Seed] = {}
    for seed in found:
        chosen = shared if on_platform(seed.host, platforms) else seeds
        chosen.setdefault(_key(seed.url), seed)
    return tuple(seeds.values()), tuple(shared.values())


def _key(url: str) -> str:
    parts = urlsplit(url)
    return f"{host_of(url)}{parts.path.rstrip('/')}?{parts.query}"
