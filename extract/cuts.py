"""Judges the ways to cut a page: which of them, if any, gives its services."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from statistics import median
from typing import Final

from extract.content import Content
from extract.facts.contact import EMAIL, NUMBER, POSTCODE
from extract.facts.schedule import DATE, DAY
from extract.facts.times import SINGLE
from extract.lexicon import lexicon
from extract.linear import Features
from extract.names import SENTENCE
from extract.segments import Entry, Split
from register.models import Page

PLURAL: Final = re.compile(
    r"(?i)\b(?:groups|activities|services|classes|clubs|courses|sessions|projects|programmes|workshops|events"
    r"|directory|what['’]?s on"
    r"|timetable|listings?|organisations|contacts|things to do|find|a-z|a to z|resources|support|help)\b"
)
POSTED: Final = re.compile(
    r"(?i)\b(?:posted|published|written|updated|by \w+ on|read more|continue reading|min read|comments?)\b"
)
YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
NO_LISTING: Final = re.compile(r"(?i)\b(?:contact|about|privacy|cookies|policy|jobs|team|news|blog)\b")


def judge_features(page: Page, content: Content, split: Split) -> Features:
    """What a split looks like, as numbers between 0 and about 1, for the linear model."""
    count = len(split.entries)
    way = "bold" if split.way == "heading" and split.level >= 9 else split.way
    found = {
        f"way.{way}": 1.0,
        "count": min(1.0, math.log(count) / 3),
        "named": count / max(1, split.parts),
        "two": float(count == 2),
        **_of_names(page, split),
        **_of_bodies(page, split),
        **_of_page(page, content, split),
    }
    return {f"cut.{name}": value for name, value in found.items() if value}


def _of_names(page: Page, split: Split) -> dict[str, float]:
    names = [page.text[a:b] for a, b in (e.name for e in split.entries)]
    count, share = len(names), _sharer(len(names))
    return {
        "fit": sum(e.fit for e in split.entries) / count,
        "distinct": len({n.lower() for n in names}) / count,
        "offer": share(bool(lexicon().offer.search(n)) for n in names),
        "post": share(bool(lexicon().post.search(n)) for n in names),
        "long": share(len(n.split()) > 7 for n in names),
        "like.names": _likeness(names),
        "request": share(bool(lexicon().request.match(n)) for n in names),
        "sentence": share(bool(SENTENCE.search(n)) or n.endswith((".", "!")) for n in names),
        "repeated": float(len({n.lower() for n in names}) <= count / 2),
        "headed": share(_is_headed(e) for e in split.entries),
        "under.aspect": share(_under_aspect(e) for e in split.entries),
    }


def _of_bodies(page: Page, split: Split) -> dict[str, float]:
    bodies = [_body(page, e) for e in split.entries]
    words, share = [len(b.split()) for b in bodies], _sharer(len(bodies))
    return {
        "day": share(bool(DAY.search(b)) for b in bodies),
        "time": share(bool(SINGLE.search(b)) and bool(re.search(r"\d[ap]m|\d[:.]\d\d|noon", b)) for b in bodies),
        "contact": share(bool(NUMBER.search(b) or EMAIL.search(b)) for b in bodies),
        "place": share(bool(POSTCODE.search(b)) for b in bodies),
        "offering": share(bool(lexicon().offering.search(b)) for b in bodies),
        "date": share(bool(DATE.search(b[:60])) for b in bodies),
        "posted": share(bool(POSTED.search(b)) for b in bodies),
        "question": share(b.count("?") > 1 for b in bodies),
        "empty": share(w < 2 for w in words),
        "body": min(1.0, math.log1p(median(words)) / 5),
        "linked": share(any(p.linked > 0.8 for p in e.passages[:1]) for e in split.entries),
    }


def _of_page(page: Page, content: Content, split: Split) -> dict[str, float]:
    """How much of the page the entries cover, and what the page is called."""
    covered = sum(p.end - p.start for e in split.entries for p in e.passages)
    own = sum(p.end - p.start for p in content.passages)
    first = split.entries[0].passages[0].start
    before = sum(p.end - p.start for p in content.passages if p.end <= first)
    heads = " ".join([page.title, *(page.quote(p) for p in content.passages[:3] if p.level)])
    return {
        "covered": min(1.0, covered / max(1, own)),
        "before": min(1.0, before / max(1, own)),
        "plural": float(bool(PLURAL.search(heads))),
        "page.aspects": _aspects(page, content),
        "own.contact": float(_holds_contact(page, content, split)),
        "contact.page": float(bool(NO_LISTING.search(heads))),
    }


def is_bare(page: Page, split: Split) -> bool:
    """Most entries say nothing beside their name, or nothing but a date (links, an archive of posts), or they stand
    under a heading of contacts (addresses, numbers)."""
    contacts = sum(bool(_heading(e)) and bool(lexicon().contact.fullmatch(_heading(e))) for e in split.entries)
    if split.way != "heading" and contacts >= 0.6 * len(split.entries):
        return True
    bare = sum(not re.search(r"[^\W\d_]{2}", DATE.sub("", YEAR.sub("", _body(page, e)))) for e in split.entries)
    return bare >= 0.8 * len(split.entries)


def _is_headed(entry: Entry) -> bool:
    """Named by a heading, a link or bold words, not by the first words of a line."""
    holder = next((p for p in entry.passages if p.start <= entry.name[0] < p.end), None)
    return holder is not None and (holder.level > 0 or holder.strong or holder.linked > 0.8)


def _heading(entry: Entry) -> str:
    """The heading above the entry, which is not its own name."""
    path = entry.passages[0].heading_path
    return path[-1].rstrip(":.?! ") if path else ""


def _under_aspect(entry: Entry) -> bool:
    heading = _heading(entry)
    return len(heading) > 2 and not DAY.match(heading) and bool(lexicon().aspect.fullmatch(heading))


def _aspects(page: Page, content: Content) -> float:
    heads = [page.quote(p).rstrip(":.?! ") for p in content.passages if p.level]
    return sum(bool(lexicon().aspect.fullmatch(h)) for h in heads) / max(1, len(heads))


def _holds_contact(page: Page, content: Content, split: Split) -> bool:
    """The page names a telephone, an address or a postcode outside of the entries: it is about one provider."""
    inside = {p.start for e in split.entries for p in e.passages}
    rest = " ".join(page.quote(p) for p in content.passages if p.start not in inside)
    return bool(NUMBER.search(rest) or POSTCODE.search(rest))


def _sharer(count: int) -> Callable[[Iterable[bool]], float]:
    return lambda flags: sum(flags) / count


def _body(page: Page, entry: Entry) -> str:
    """What the entry says beside its name, also on the name's own line."""
    start, end = entry.name
    texts = []
    for passage in entry.passages:
        if passage.start <= start and end <= passage.end:
            texts += [page.text[passage.start : start], page.text[end : passage.end]]
        else:
            texts.append(page.quote(passage))
    return " ".join(text.strip(" :–—-") for text in texts if text.strip(" :–—-"))


def _likeness(names: list[str]) -> float:
    """Share of names that begin with the same word as another one (steps, dates, `Childcare @ …`)."""
    firsts = [n.split()[0].lower() for n in names if n.split()]
    return sum(firsts.count(f) > 1 for f in firsts) / max(1, len(firsts))
