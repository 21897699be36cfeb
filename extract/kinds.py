"""What kind of page it is: features of the page as a whole."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from typing import Final
from urllib.parse import urlsplit

import numpy as np

from extract.content import Content
from extract.facts.contact import EMAIL, NUMBER, POSTCODE
from extract.facts.schedule import DATE, DAY
from extract.facts.times import SINGLE
from extract.items import ITEMS
from extract.lexicon import lexicon
from extract.linear import Features
from extract.literals import Quick, quick
from extract.names import fits_name
from register.models import Page

PATHS: Final = re.compile(
    r"(?i)(about|contact|privacy|cookie|polic|terms|news|blog|posts?|archive|job|vacanc|donat|volunteer|gallery|event|"
    r"service|activit|project|group|class|course|support|wellbeing|what-we-do|history|mission|team|staff|faq|20\d\d)"
)
NOTHING, SOMETHING = 0.25, 0.5  # a unit's best score below which it reports nothing, above which something


@cache
def _signs() -> tuple[tuple[str, Quick], ...]:
    return tuple((name, quick(pattern)) for name, pattern in lexicon().signs)


def kind_features(shown: Features, *, best_cut: float, said: Sequence[Sequence[float]] = ()) -> Features:
    """Features for the model of kinds: what the page itself has `shown` (`page_features`), and what the other models
    say of it. `best_cut` is the score of the best way to cut it (0-1), `said` are the scores of its units for each of
    ITEMS: a service says when and where, an advice page only why."""
    found = {"cut": best_cut, "cut.high": float(best_cut > 0.5), **_reported(said)}
    return {**_named(found), **shown}


def page_features(page: Page, content: Content) -> Features:
    """What a page shows of its kind before any model has read it."""
    text = " ".join(page.quote(p) for p in content.passages)
    heads = [page.quote(p) for p in content.passages if p.level]
    title = f"{page.title} {heads[0] if heads else ''}"
    found = {**_measures(page, content, text, title, heads), **_signs_in(text, title)}
    found |= {f"titled.{kind}": 1.5 for kind in titled_kinds(page, content)}
    found["posted"] = 1.5 * is_posted(page, content)
    found["home"] = 1.0 * is_home(page)
    for word in {m.lower() for m in PATHS.findall(urlsplit(page.url).path)}:
        found[f"path.{word}"] = 0.7
    for word in set(re.findall(r"[a-z]{3,}", title.lower())):
        found[f"title.word.{word}"] = 0.35
    return _named(found)


def _named(found: Features) -> Features:
    return {f"kind.{name}": value for name, value in found.items() if value}


def _measures(page: Page, content: Content, text: str, title: str, heads: Sequence[str]) -> dict[str, float]:
    """How long the page is, how it is laid out, and how many dates, times and contacts it has."""
    words = text.split()
    return {
        "length": min(1.5, math.log1p(len(words)) / 6),
        "short": float(len(words) < 25),
        "furniture": content.furniture,
        "heads": min(1.0, len(heads) / 10),
        "links": sum(p.linked for p in content.passages) / max(1, len(content.passages)),
        "title.fit": fits_name(heads[0]) if heads else 0.0,
        "title.offer": float(bool(lexicon().offer.search(heads[0] if heads else ""))),
        "title.date": float(bool(DATE.search(title))),
        "day": min(1.0, len(DAY.findall(text)) / 3),
        "time": min(1.0, len(re.findall(r"(?i)\d\s?[ap]m\b|\d:\d\d", text)) / 3),
        "date": min(1.0, len(DATE.findall(text)) / 4),
        "date.early": float(
            any(
                DATE.fullmatch(page.quote(p).strip())
                or re.match(r"(?i)(?:posted|written|published|date)\b", page.quote(p))
                for p in content.passages[:4]
            )
        ),
        "postcode": min(1.0, len(POSTCODE.findall(text)) / 2),
        "phone": min(1.0, len(NUMBER.findall(text)) / 3),
        "email": min(1.0, len(EMAIL.findall(text)) / 3),
        "clock": float(bool(SINGLE.search(text[:400]))),
    }


def _signs_in(text: str, title: str) -> dict[str, float]:
    """The signs of the lexicon in 200 words of text, and whether the title has them."""
    lowered, per = text.lower(), max(1.0, len(text.split()) / 100)
    found = {}
    for name, pattern in _signs():
        hits = sum(1 for _ in pattern.finditer(text, lowered))
        found[f"sign.{name}"] = min(1.0, hits / per / 2)
        found[f"title.{name}"] = float(bool(pattern.search(title, title.lower())))
    return found


def _reported(said: Sequence[Sequence[float]]) -> Features:
    """For each item the best unit's score, that of the three best, and the mean; the shares of units that report
    nothing and that report something."""
    if not said:
        return {}
    scores = np.array(said)
    ranked = np.sort(scores, axis=0)[::-1]
    found = {}
    for n, item in enumerate(ITEMS):
        found[f"item.{item}.best"] = float(ranked[0, n])
        found[f"item.{item}.three"] = float(ranked[:3, n].mean())
        found[f"item.{item}.mean"] = 3 * float(ranked[:, n].mean())
    best = scores.max(axis=1)
    return {**found, "item.none": float((best < NOTHING).mean()), "item.some": float((best > SOMETHING).mean())}


POSTED: Final = re.compile(
    r"(?i)^(?:(?:written|posted|published|added|by|on|last updated|updated|news)\b[\s:–-]*)*(?:(?:mon|tues|wednes"
    r"|thurs|fri|satur|sun)day,? )?"
    r"(?:\d{1,2}(?:st|nd|rd|th)?(?: of)? [a-z]{3,9},? 20\d\d|[a-z]{3,9} \d{1,2}(?:st|nd|rd|th)?,? 20\d\d"
    r"|20\d\d-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]20\d\d)"
    r"(?:\s*(?:[|·•-]|by|in|at|posted|comments?|\d+ min).*)?$"
)
CLOCKED: Final = re.compile(r"(?i)^.{0,60}(?:\d\s?[ap]m\b|\d:\d\d)")
WRITTEN: Final = re.compile(
    r"(?i)\b(?:written|posted|published)(?: (?:on|by|in))?\b.{0,40}\b20\d\d\b|\b\d+ min(?:ute)?s? read\b"
)


def titled_kinds(page: Page, content: Content) -> tuple[str, ...]:
    """Kinds that the page's first heading, or a part of its title, names outright."""
    parts = _titles(page, content)
    return tuple(kind for kind, pattern in lexicon().titles if any(map(pattern.fullmatch, parts)))


def asks_for_people(page: Page, content: Content) -> bool:
    """Whether the page's first heading or its title says that it tells of jobs or of roles for volunteers."""
    return any(map(lexicon().roles.fullmatch, _titles(page, content)))


def _titles(page: Page, content: Content) -> list[str]:
    heads = [page.quote(p) for p in content.passages if p.level][:1]
    parts = [*heads, *re.split(r"\s+[|–—·•»:-]\s+|: ", page.title)[:1]]
    return [part.strip(" .!…:") for part in parts if part]


def is_posted(page: Page, content: Content) -> bool:
    """A date of writing stands under the title: a news story or a post, not the date of a session."""
    for n, passage in enumerate(content.passages[:5]):
        quote = page.quote(passage)
        if any(CLOCKED.search(page.quote(p)) for p in content.passages[n : n + 2]):
            return False
        if len(quote) < 90 and (POSTED.match(quote) or WRITTEN.search(quote)):
            return True
    return False


def is_home(page: Page) -> bool:
    path = urlsplit(page.url).path
    return bool(
        re.fullmatch(r"(?i)/*(?:index\.\w+|home(?:\.\w+)?/?|default\.\w+)?", path)
        or re.match(r"(?i)(?:home|homepage|welcome(?: to .*)?)\s*(?:$|[|–—·•»:-])", page.title)
    )
