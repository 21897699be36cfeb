"""A locality: the district whose services are mapped, and where to look for them (`data/localities/*.toml`)."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from register.codes.study import PRESENT_DAY, read_study
from register.datafile import DataModel, Pattern, read_csv, read_toml
from register.errors import ConfigError

SLOWEST_POLITE_DELAY = 0.5  # seconds between two requests to one public host, at least


class District(DataModel):
    """A row of `districts.csv`: a local authority district of England with the codes it had before."""

    gss_code: str
    name: str
    former_codes: str = ""  # separated by spaces
    region: str = ""

    @property
    def key(self) -> str:
        """The name as a locality's key: "Bristol, City of" is `bristol-city-of`."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower().replace("'", "")).strip("-")


def _cron(text: str) -> str:
    if text and len(text.split()) != 5:
        raise ValueError("a cron schedule of five parts such as '0 3 * * 1', or nothing")
    return text


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address that begins with http:// or https://")
    return text


Address = Annotated[str, AfterValidator(_address)]
SourceKind = Literal["site", "sitemap", "listing", "oruk", "calendar", "feed", "addresses", "charities", "search"]
SEED_KINDS = ("addresses", "charities", "search")  # kinds that a file of many sites stands behind
RENDERED = ("site", "listing", "sitemap", "feed")  # kinds whose pages a browser may render


class Source(DataModel):
    """One place to look: a whole site, a sitemap, a listing that leads to detail pages, the base address of an Open
    Referral UK feed (`oruk`), an iCalendar file (`calendar`), or an RSS or Atom feed (`feed`). The other kinds take
    their start addresses from a file below data/: a CSV of addresses (`addresses`), the charity register's extract
    (`charities`, with its table of areas of operation in `areas`), or saved search results (`search`).

    `follow` and `skip` are regular expressions searched in path and query; an empty `follow` follows all of the
    host. `next_page` finds a listing's next pages in the same way, where the listing does not show them itself; what
    it finds does not count as depth. `javascript` renders the source's pages in a browser. The `max_pages` bound the
    new pages of one run, over all hosts of the source and for each; a host is left after `barren_after` pages in a row
    that hold nothing relevant (never, where it is not given).
    """

    kind: SourceKind = "site"
    javascript: bool = False
    start: tuple[Address, ...] = ()
    file: str = ""
    areas: str = ""
    follow: tuple[Pattern, ...] = ()
    skip: tuple[Pattern, ...] = ()
    next_page: Pattern = ""
    max_pages: int = Field(default=2000, ge=1, le=100_000)
    max_pages_per_host: int | None = Field(default=None, ge=1, le=100_000)
    barren_after: int | None = Field(default=None, ge=1)
    max_depth: int = Field(default=8, ge=0, le=50)


class Locality(DataModel):
    """A locality file. `delay_seconds` is the pause between two requests to one host; `expected_pages` and
    `expected_services` the floors below which a crawl is quarantined; `schedule` a cron line for `tidiermap serve`, in
    London time; `places` are names of neighbourhoods and estates of the locality that data/places.csv lacks; `study`
    names the file of data/studies whose rules decide what is in. All that is decided on a `pilot` is decided twice."""

    key: str
    name: str
    gss_code: str
    former_gss_codes: tuple[str, ...] = ()
    contact: str = ""
    schedule: Annotated[str, AfterValidator(_cron)] = ""
    expected_pages: int = Field(default=1, ge=1)
    expected_services: int = Field(default=0, ge=0)
    delay_seconds: float = Field(default=1.0, ge=0, le=60)
    allow_loopback: bool = False
    places: tuple[str, ...] = ()
    study: str = PRESENT_DAY
    pilot: bool = False
    sources: tuple[Source, ...] = Field(default=(), alias="source")


def pilot_localities(data: Path) -> frozenset[str]:
    """The localities whose file says `pilot = true`; a file that cannot be read is none, and a crawl will tell why."""
    pilots = set()
    for key in locality_keys(data):
        try:
            pilots |= {key} if read_toml(Locality, data / "localities" / f"{key}.toml", key=key).pilot else set()
        except ConfigError:
            continue
    return frozenset(pilots)


def is_private(host: str) -> bool:
    """Whether `host` is an address (or a name) that never belongs to the public web."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal", ".lan", ".home.arpa")):
        return True
    try:
        return not ipaddress.ip_address(name).is_global
    except ValueError:
        # 127.1, 0x7f000001 and 2130706433 reach loopback too; no public host is spelled in digits alone.
        return re.fullmatch(r"(0x[0-9a-f]+|\d+)(\.(0x[0-9a-f]+|\d+))*", name) is not None or "." not in name


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine, spelled as tests spell it (127.0.0.0/8, ::1, localhost)."""
    name = host.strip("[]").lower()
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def read_districts(data: Path) -> tuple[District, ...]:
    """All districts of England, in the order of `districts.csv`."""
    return read_csv(District, data / "districts.csv")


def read_locality(data: Path, key: str) -> Locality:
    """The locality `key` from `data/localities/key.toml`, every rule checked before any request is made.

    Raises ConfigError with file, key and what was expected.
    """
    path = data / "localities" / f"{key}.toml"
    if not path.exists():
        known = ", ".join(locality_keys(data)) or "none yet"
        raise ConfigError(str(path), "(file)", "no such file", f"a locality file; there are: {known}")
    locality = read_toml(Locality, path, key=key)
    read_study(data, locality.study)
    _check_codes(locality, read_districts(data), str(path))
    _check_seeds(locality, data, str(path))
    _check_addresses(locality, str(path))
    return locality


def locality_keys(data: Path) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (data / "localities").glob("*.toml")))


def _check_codes(locality: Locality, districts: tuple[District, ...], where: str) -> None:
    known = {district.gss_code: district for district in districts}
    district = known.get(locality.gss_code)
    if district is None:
        now = next((d for d in districts if locality.gss_code in d.former_codes.split()), None)
        hint = f"the code in force, {now.gss_code} ({now.name})" if now else "the GSS code of a district of England"
        raise ConfigError(where, "gss_code", locality.gss_code, f"{hint}, as data/districts.csv lists them")
    for code in locality.former_gss_codes:
        if not re.fullmatch(r"E\d{8}", code):
            raise ConfigError(where, "former_gss_codes", code, "GSS codes such as E07000026")


def _check_seeds(locality: Locality, data: Path, where: str) -> None:
    """A seed source names files below data/ that are there; every other source a start address."""
    for n, source in enumerate(locality.sources):
        if source.kind not in SEED_KINDS:
            if not source.start:
                raise ConfigError(where, f"source.{n}.start", "nothing", "at least one address")
            continue
        if source.start:
            raise ConfigError(where, f"source.{n}.start", source.start[0], f"no address: {source.kind} reads a file")
        for key, name in (("file", source.file), ("areas", source.areas)):
            path = (data / name).resolve()
            if (name or key == "file") and not (path.is_file() and path.is_relative_to(data.resolve())):
                raise ConfigError(where, f"source.{n}.{key}", name, f"a file below {data}")


def _check_addresses(locality: Locality, where: str) -> None:
    public = any(source.kind in SEED_KINDS for source in locality.sources) and not locality.allow_loopback
    for n, source in enumerate(locality.sources):
        if source.javascript and source.kind not in RENDERED:
            expected = f"false for the kind {source.kind}; only {', '.join(RENDERED)} lead to pages that scripts make"
            raise ConfigError(where, f"source.{n}.javascript", source.javascript, expected)
        for address in source.start:
            host = urlsplit(address).hostname or ""
            if is_loopback(host) and locality.allow_loopback:
                continue
            if is_private(host):
                expected = "a public host (allow_loopback = true lets tests crawl 127.0.0.1, nothing else)"
                raise ConfigError(where, f"source.{n}.start", address, expected)
            public = True
    if public and not re.search(r"\S+@\S+\.\S+|https?://\S+", locality.contact):
        expected = "an e-mail or web address at which the crawler's owner answers the sites it visits"
        raise ConfigError(where, "contact", locality.contact, expected)
    if public and locality.delay_seconds < SLOWEST_POLITE_DELAY:
        expected = f"at least {SLOWEST_POLITE_DELAY} seconds for public hosts"
        raise ConfigError(where, "delay_seconds", locality.delay_seconds, expected)
