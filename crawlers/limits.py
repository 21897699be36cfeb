"""What the crawler may take of a site (`data/crawl.toml`), and who asked to be left alone (`data/opt_out.csv`)."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from register.datafile import DataModel, Pattern, read_csv, read_toml


def _date(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError("a date such as 2026-03-31")
    return text


def _host(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9.-]+(:\d+)?", text):
        raise ValueError("a host name such as example.org: lower case, no scheme, no path")
    return text


class Limits(DataModel):
    """`data/crawl.toml`, whose comments say what each means; times in seconds, sizes in bytes."""

    agent: str = Field(default="tidiermap", pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")
    contact: str = ""
    timeout_seconds: float = Field(default=30, gt=0, le=600)
    render_seconds: float = Field(default=20, gt=0, le=300)
    max_body_bytes: int = Field(default=10_000_000, ge=1000)
    max_redirects: int = Field(default=8, ge=0, le=20)
    retries: int = Field(default=2, ge=0, le=10)
    longest_wait_seconds: float = Field(default=120, ge=0)
    retry_wait_seconds: float = Field(default=2, gt=0)
    longest_delay_seconds: float = Field(default=30, gt=0)
    concurrent_per_host: int = Field(default=2, ge=1, le=8)
    concurrent: int = Field(default=8, ge=1, le=64)
    host_failures: int = Field(default=12, ge=1)
    addresses_per_path: int = Field(default=100, ge=1)
    repeats_in_path: int = Field(default=3, ge=1)
    order: Literal["best", "breadth"] = "best"
    max_pages_per_host: int = Field(default=5000, ge=1)
    max_pages_per_run: int = Field(default=50_000, ge=1)
    resume_within_hours: float = Field(default=72, ge=0)
    verify_certificates: bool = True
    proxy_from_environment: bool = False
    ignored_parameters: tuple[Pattern, ...] = ("utm_[a-z]+", "fbclid", "gclid", "phpsessid", "jsessionid")
    skipped_suffixes: frozenset[str] = frozenset({".gif", ".jpg", ".png", ".zip"})
    kept_types: tuple[str, ...] = ("text/html", "application/xhtml+xml", "application/pdf", "text/plain")


class OptOut(DataModel):
    """A row of `data/opt_out.csv`: below `path_prefix` of `host` and its subdomains nothing is requested."""

    host: Annotated[str, AfterValidator(_host)]
    path_prefix: str = ""
    asked_on: Annotated[str, AfterValidator(_date)]
    reason: str = ""

    def covers(self, url: str) -> bool:
        parts = urlsplit(url)
        name, asked = parts.hostname or "", self.host.removeprefix("www.")
        same = name == asked or name.endswith(f".{asked}") or f"{name}:{parts.port}" == asked
        return same and (parts.path or "/").startswith(self.path_prefix)


def read_limits(data: Path) -> Limits:
    """The limits of `data/crawl.toml`; raises ConfigError for an unknown key or a value out of range."""
    return read_toml(Limits, data / "crawl.toml")


def read_opt_out(data: Path) -> tuple[OptOut, ...]:
    """All rows of `data/opt_out.csv`; raises ConfigError with the line of a fault."""
    return read_csv(OptOut, data / "opt_out.csv")


def user_agent(limits: Limits, *, contact: str = "") -> str:
    """The agent that sites see: `tidiermap/0.1.0 (+contact)`; the locality's contact goes before the default one."""
    try:
        number = version("tidiermap")
    except PackageNotFoundError:
        number = "0"
    reach = contact or limits.contact
    return f"{limits.agent}/{number} (+{reach})" if reach else f"{limits.agent}/{number}"
