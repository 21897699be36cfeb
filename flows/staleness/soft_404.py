"""Whether an answer is the site's way to say that there is no such page: by its words, and by being like what the site
answers to an address that cannot exist, or like other gone pages."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from crawlers.archive import read_body
from crawlers.causes import Answer, cause_of_answer
from crawlers.signs import Sign, read_signs
from flows.discovery.gathering import ask
from flows.settings import Settings
from register.codes.vocabulary import Cause
from register.errors import CrawlError
from register.hosts import host_of
from register.localities.locality import Locality
from register.models import Fetch
from register.serial import digest
from register.store import Store

LIKE = 0.75  # the share of word pairs that two answers have in common, from which on they say the same
MOST_ASKED = 6  # addresses that cannot exist, asked for of one host in one run
HOME = re.compile(r"/?(?:(?:index|default|home)(?:\.\w{2,5})?/?)?", re.I)
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """An answer that may say that there is no such page; `by_home` where it led to the front page instead."""

    url: str
    fetch: Fetch
    by_home: bool = False


def is_home(url: str) -> bool:
    """Whether the address is a site's front page, which is never taken for an error page.

    >>> is_home("https://a.example/"), is_home("https://a.example/index.html"), is_home("https://a.example/?p=3")
    (True, True, False)
    """
    parts = urlsplit(url)
    return HOME.fullmatch(parts.path) is not None and not parts.query


def impossible(url: str) -> tuple[str, str]:
    """Two addresses beside and below `url` that cannot exist, always the same ones: a site that treats a folder, or a
    form of address, by rules of its own does so with them too.

    >>> impossible("https://a.example/groups/tea.html")[0].startswith("https://a.example/groups/tea-")
    True
    """
    parts, mark = urlsplit(url), f"tidiermap-asks-{digest(url)[:10]}"
    path = parts.path or "/"
    folder, _, name = path.rstrip("/").rpartition("/")
    stem, dot, kind = name.partition(".")
    slash = "/" if path.endswith("/") else ""
    beside = f"{folder}/{stem}-{mark}{dot}{kind}{slash}"
    below = f"{path.rstrip('/')}/{mark}{slash}"
    query = f"{parts.query}{mark}" if parts.query else ""
    first = urlunsplit((parts.scheme, parts.netloc, path, query, "") if query else (*parts[:2], beside, "", ""))
    return first, urlunsplit((*parts[:2], below, "", ""))


def confirmed(
    suspects: Iterable[Suspect], *, locality: Locality, store: Store, settings: Settings
) -> Mapping[str, Suspect]:
    """Those of the suspects, by address, that are what the site answers where there is nothing."""
    signs = read_signs(settings.data)
    held = {one.url: one for one in suspects if not is_home(one.url)}
    bodies = {url: answer for url, one in held.items() if (answer := _answer(store.archive, one.fetch))}
    worded = {url for url, answer in bodies.items() if _says_so(answer, signs)}
    asked = tuple(url for url, one in held.items() if one.by_home or url in worded)
    if not asked:
        return {}
    nothing = _ask_for_nothing(asked, locality=locality, store=store, settings=settings)
    found = {}
    for url in asked:
        probes = nothing.get(host_of(url), ())
        if held[url].by_home:
            proven = any(_arrived_at(probe) == _arrived_at(held[url].fetch) for probe in probes)
        else:
            others = (bodies[other] for other in worded if other != url and host_of(other) == host_of(url))
            told = (answer for probe in probes if (answer := _answer(store.archive, probe)))
            proven = any(likeness(bodies[url], other) >= LIKE for other in (*told, *others))
        if proven:
            found[url] = held[url]
    return found


def likeness(one: Answer, other: Answer) -> float:
    """The share (0-1) of pairs of neighbouring words that two pages have in common, without figures and without the
    words of their own addresses, which an error page repeats."""
    own = frozenset(WORD.findall(f"{one.url} {one.final_url} {other.url} {other.final_url}".lower()))
    mine, theirs = Counter(_pairs(one, own)), Counter(_pairs(other, own))
    total = mine.total() + theirs.total()
    return 2 * (mine & theirs).total() / total if total else 0.0


def _pairs(answer: Answer, own: frozenset[str]) -> Iterator[tuple[str, str]]:
    words = [word for word in WORD.findall(answer.said) if word not in own]
    return zip(["", *words], [*words, ""], strict=True)


def _says_so(answer: Answer, signs: tuple[Sign, ...]) -> bool:
    """Whether the answer has the words of a page that is not there, also where a status says so too."""
    as_page = Answer(url=answer.url, final_url=answer.final_url, status=200, headers=answer.headers, body=answer.body)
    return cause_of_answer(as_page, signs) is Cause.SOFT_404


def _ask_for_nothing(
    urls: tuple[str, ...], *, locality: Locality, store: Store, settings: Settings
) -> dict[str, list[Fetch]]:
    """Answers to addresses that cannot exist, by host; none of a host that could not be asked."""
    wanted: dict[str, list[str]] = {}
    for url in sorted(urls):
        mine = wanted.setdefault(host_of(url), [])
        mine += [one for one in impossible(url) if len(mine) < MOST_ASKED]
    found: dict[str, list[Fetch]] = {}
    addresses = [url for mine in wanted.values() for url in dict.fromkeys(mine)]
    with tempfile.TemporaryDirectory(prefix="tidiermap-nothing-") as out:
        try:
            fetches = ask(addresses, locality=locality, store=store, settings=settings, out=Path(out))
        except CrawlError:
            return {}
    for fetch in fetches:
        found.setdefault(host_of(fetch.url), []).append(fetch)
    return found


def _answer(archive: Path, fetch: Fetch) -> Answer | None:
    """The answer as it lies in the archive; None where none was kept."""
    if not fetch.archive:
        return None
    try:
        body, content_type = read_body(archive, fetch.archive, fetch.offset)
    except CrawlError:
        return None
    headers = {"content-type": content_type or fetch.content_type}
    return Answer(url=fetch.url, final_url=fetch.final_url, status=fetch.status, headers=headers, body=body)


def _arrived_at(fetch: Fetch) -> tuple[str, str]:
    parts = urlsplit(fetch.final_url)
    return host_of(fetch.final_url), "/" if is_home(fetch.final_url) else parts.path
