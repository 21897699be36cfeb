"""Records one page with its expected draft, for the tests of whoever adds a locality."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from crawlers.archive import read_body
from crawlers.job import CrawlJob, CrawlResult
from crawlers.limits import read_limits, read_opt_out, user_agent
from crawlers.run import crawl
from crawlers.signs import read_signs
from extract.reading import read_page
from flows.settings import Settings, load_stages
from register.codes.vocabulary import Cause, Status
from register.errors import TidiermapError
from register.localities.locality import Locality, Source
from register.localities.seeds import Seed, check_public, plain_address
from register.models import Fetch, Page, PageReading, SavedPage, ServiceDraft

SUFFIXES = {"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "application/pdf": ".pdf"}
TYPES = {".html": "text/html", ".txt": "text/plain", ".pdf": "application/pdf"}
READ_AT = datetime(2026, 1, 1, tzinfo=UTC)  # as the tests read recorded pages, so that no expectation hangs on today
NAME = re.compile(r"^[a-z0-9][a-z0-9_]*$")

# Of an answer that says 200 and is no page.
WHAT_TO_DO = {
    Cause.SOFT_404: "look for the address where the page is now",
    Cause.PARKED: "look for the address where the site is now",
    Cause.LOGIN: "choose a page that needs no sign-in",
    Cause.WALL: "choose a page of a site that does not refuse us",
    Cause.SERVER_ERROR: "try again later",
    Cause.EMPTY: "its words are a picture or made by scripts, so choose another",
}

# What may be a private person's; found by shape, so a person must look all the same.
PERSONAL = (
    ("e-mail address", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+\w")),
    ("mobile number", re.compile(r"(?:\+44 ?\(?0?\)?|\b0) ?7\d{2,3}[ -]?\d{3}[ -]?\d{3,4}\b")),
    (
        "name",
        re.compile(
            r"\b(?:[Cc]ontact|[Cc]all|[Rr]ing|[Pp]hone|[Ee]mail|[Ss]peak to|[Aa]sk for|[Ll]ed by|[Rr]un by|"
            r"[Cc]oordinator|[Mm]anager|[Oo]rganiser|[Ll]eader|Mr|Mrs|Ms|Miss|Dr|Rev)\.?:? "
            r"([A-Z][a-z]+(?: [A-Z][a-z’'-]+){1,2})\b"
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A recorded page: its two files, what was read in it, and what may be private (kind, words)."""

    page: Path
    expected: Path
    kind: str
    services: tuple[str, ...]
    personal: tuple[tuple[str, str], ...]


def record(
    address: str, locality: Locality, *, settings: Settings, out: Path, name: str = "", replace: bool = False
) -> Recorded:
    """Fetches the page politely and writes NAME.html (.txt, .pdf) and NAME.json to `out`.

    Raises TidiermapError where the page cannot be had (with the cause), where it is of a type that is not recorded,
    and where files of that name are there already, unless they are to be replaced.
    """
    url = _checked(address, locality)
    name = name or name_of(url)
    if not NAME.match(name):
        raise TidiermapError(f"name: found {name!r}, expected small letters, digits and underscores")
    known = sorted(out.glob(f"{name}.*"))
    if known and not replace:
        raise TidiermapError(f"{known[0]}: found a recorded page of that name; choose another, or say --replace")
    saved = fetch_one(url, locality, settings=settings)
    suffix = SUFFIXES.get(saved.content_type.partition(";")[0].strip().lower())
    if suffix is None:
        raise TidiermapError(f"{saved.url}: found {saved.content_type or 'no type'}, expected a page, text or a PDF")
    stages = load_stages(settings.data)
    page = _read(saved.body, suffix, name=name, locality=locality.key)
    reading = stages.read_services(page, profile=None)
    out.mkdir(parents=True, exist_ok=True)
    for old in known:
        old.unlink()
    paths = (out / f"{name}{suffix}", out / f"{name}.json")
    paths[0].write_bytes(saved.body)
    paths[1].write_text(expectation(reading, url=saved.url, recorded_at=settings.clock()), encoding="utf-8")
    return Recorded(
        page=paths[0],
        expected=paths[1],
        kind=reading.kind.value,
        services=tuple(draft.name for draft in reading.drafts),
        personal=tuple(dict.fromkeys(personal(page.text))),
    )


def fetch_one(url: str, locality: Locality, *, settings: Settings) -> SavedPage:
    """One page, under the same rules as a crawl: robots.txt, opt-out list, no private network, named agent.

    Raises TidiermapError with the cause where none came, and where what came is none: a "not found", a sign-in form.
    """
    limits = read_limits(settings.data)
    alone = locality.model_copy(update={"sources": (Source(start=(url,), max_pages=1, max_depth=0),)})
    with tempfile.TemporaryDirectory(prefix="tidiermap-record-") as folder:
        job = CrawlJob(
            locality=alone,
            out=Path(folder) / "crawl",
            archive=Path(folder) / "archive",
            user_agent=user_agent(limits, contact=locality.contact),
            opt_out=read_opt_out(settings.data),
            limits=limits,
            signs=read_signs(settings.data),
        )
        result = crawl(job)
        got = next((f for f in result.fetches if f.archive and not f.error and not f.cause and f.status < 300), None)
        if got is None:
            raise TidiermapError(f"{url}: found no page ({_why(result)}), expected one that answers 200")
        body, content_type = read_body(job.archive, got.archive, got.offset)
    final = got.final_url or got.url
    return SavedPage(url=final, body=body, content_type=content_type or got.content_type, fetched_at=got.fetched_at)


def expectation(reading: PageReading, *, url: str, recorded_at: datetime) -> str:
    """What was read, as the tests expect it: kind, services by name, their facts, and the quotes of each item."""
    told = {
        "url": url,
        "recorded_at": recorded_at.date().isoformat(),
        "kind": reading.kind.value,
        "services": [_service(draft) for draft in reading.drafts],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def personal(text: str) -> Iterator[tuple[str, str]]:
    """What may be a private person's, by its shape: (kind, words)."""
    for kind, pattern in PERSONAL:
        for match in pattern.finditer(text):
            yield kind, match[match.lastindex or 0]


def name_of(url: str) -> str:
    """A recorded page's name, of its host and the last part of its path."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").split(".")[0]
    last = next((part for part in reversed(parts.path.split("/")) if part), "")
    return re.sub(r"[^a-z0-9]+", "_", f"{host} {last.rpartition('.')[0] or last}".lower()).strip("_") or "page"


def _checked(address: str, locality: Locality) -> str:
    try:
        url = plain_address(address)
    except ValueError as error:
        raise TidiermapError(f"address: found {address!r}, expected {error}") from error
    check_public((Seed(url=url, name="", where="address"),), allow_loopback=locality.allow_loopback)
    return url


def _read(body: bytes, suffix: str, *, name: str, locality: str) -> Page:
    return read_page(
        body, url=f"https://{name}.example/page", content_type=TYPES[suffix], locality=locality, fetched_at=READ_AT
    )


def _service(draft: ServiceDraft) -> dict[str, object]:
    facts, items = {}, {}
    for field in draft.fields:
        group, _, own = field.name.partition(".")
        if field.status is not Status.REPORTED:
            continue
        if group == "fact":
            facts[own] = list(field.value) if isinstance(field.value, tuple) else field.value
        elif group == "tidier":
            items[own] = [evidence.quote for evidence in field.evidence]
    return {"name": draft.name, "facts": facts, "tidier": items}


def _why(result: CrawlResult) -> str:
    stats = result.stats
    if stats.refused_by_robots:
        return "its robots.txt asks us not to"
    if stats.opted_out:
        return "the site opted out, data/opt_out.csv"
    if stats.refused_private:
        return "it leads into a private network"
    failed: Fetch | None = next(iter(result.fetches), None)
    told = next((message for _, message in stats.errors), "")
    if failed is None:
        return told or "no answer"
    if failed.archive and failed.status == HTTPStatus.OK and failed.cause:
        todo = WHAT_TO_DO.get(Cause(failed.cause), "look at it in a browser")
        return f"what it answers is none: {failed.cause}; {todo}, or mend data/signs.toml where the page is good"
    return failed.error or told or (failed.cause if failed.cause != Cause.OTHER else "") or f"HTTP {failed.status}"
