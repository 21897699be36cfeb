"""Open Referral UK feeds, versions 1 and 3: pages of services, each of which is then asked for in full."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from scrapy.http import Response

from crawlers.job import CrawlJob
from crawlers.visits import Found, Link, Visit

RECORD = "record"
FEED = "oruk"
TYPES = ("application/json", "application/ld+json", "application/hal+json", "text/json")
# What the two versions call the same: the entries, their number, the number of pages, this page's number, the last one.
_ENTRIES = ("contents", "content")
_TOTAL = ("total_items", "totalElements")
_PAGES = ("total_pages", "totalPages")
_NUMBER = ("page_number", "number")
_FIRST = ("first_page", "first")
_LAST = ("last_page", "last")
MOST_PAGES = 2000  # of a feed that says neither how many there are nor which is the last


def services_address(base: str) -> str:
    """The first page of services of the feed at `base`, which may be given with or without its `/services`.

    >>> services_address("https://example.org/api/")
    'https://example.org/api/services?page=1'
    """
    parts = urlsplit(base)
    path = parts.path.rstrip("/")
    path = path if path.endswith("/services") else f"{path}/services"
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "page"]
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode([*query, ("page", "1")]), ""))


def read_services(response: Response, visit: Visit, job: CrawlJob) -> Found:
    """The services of one page of a feed, as links to their full objects, and the next page where there is one."""
    try:
        page = json.loads(response.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return Found(base=response.url, error=f"found {_looks_like(response)}, expected JSON")
    entries = page if isinstance(page, list) else _one(page, _ENTRIES)
    if not isinstance(entries, list):
        expected = "an object with the services in `contents` (version 3) or `content` (version 1)"
        return Found(base=response.url, error=f"found {_keys(page)}, expected {expected}")
    about = page if isinstance(page, dict) else {}
    ids = [_id(entry) for entry in entries]
    links = [Link(url=_service_address(response.url, one), anchor=name, kind=RECORD) for one, name in ids if one]
    unnamed = sum(not one for one, _ in ids)
    return Found(
        links=(*links, *_further(response.url, about, bool(links))),
        base=response.url,
        error=f"{unnamed} of {len(entries)} services have no id, and cannot be asked for" if unnamed else "",
        claimed=_whole(_one(about, _TOTAL)),
        entries=len({one for one, _ in ids if one}),
    )


def read_nothing(response: Response, visit: Visit, job: CrawlJob) -> Found:
    """A record leads nowhere."""
    return Found(base=response.url)


def record_fault(response: Response) -> str:
    """Why an answer is no service in full; "" where it is one."""
    try:
        record = json.loads(response.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return f"found {_looks_like(response)}, expected a service as JSON"
    if not isinstance(record, dict) or not str(record.get("name") or "").strip():
        return f"found {_keys(record)}, expected a service with its name"
    return ""


def _further(url: str, about: dict[str, object], filled: bool) -> tuple[Link, ...]:
    """The next page; and page 0 of a feed that counts from there, which its page 1 tells by not being the first."""
    asked = _page_of(url)
    pages, first, last = _whole(_one(about, _PAGES)), _one(about, _FIRST), _one(about, _LAST)
    zero_based = asked == 1 and first is False and _whole(_one(about, _NUMBER)) == 1
    links = [_link(url, 0)] if zero_based else []
    ended = last is True if pages is None else asked >= pages
    if filled and not ended and asked < (MOST_PAGES if pages is None else pages):
        links.append(_link(url, asked + 1))
    return tuple(links)


def _link(url: str, page: int) -> Link:
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "page"]
    address = urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode([*query, ("page", str(page))]), ""))
    return Link(url=address, kind=FEED)


def _page_of(url: str) -> int:
    return _whole(dict(parse_qsl(urlsplit(url).query)).get("page")) or 0


def _service_address(url: str, one: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"{parts.path.rstrip('/')}/{quote(one, safe='')}", "", ""))


def _id(entry: object) -> tuple[str, str]:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str | int):
        return "", ""
    return str(entry["id"]).strip(), str(entry.get("name") or "")


def _one(about: object, names: tuple[str, ...]) -> object:
    if not isinstance(about, dict):
        return None
    return next((about[name] for name in names if name in about), None)


def _whole(value: object) -> int | None:
    text = str(value)
    return int(text) if not isinstance(value, bool) and text.isascii() and text.isdigit() and len(text) < 10 else None


def _looks_like(response: Response) -> str:
    if not response.body.strip():
        return "nothing"
    return "a web page" if response.body.lstrip()[:1] == b"<" else "what is no JSON"


def _keys(page: object) -> str:
    if isinstance(page, dict):
        return f"an object with {', '.join(sorted(map(str, page))[:6]) or 'nothing in it'}"
    return f"a {type(page).__name__}"
