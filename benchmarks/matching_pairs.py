"""Labelled pairs of real candidates: `pairs.jsonl` names each side by digests of its page's path and of its name.

`same` is one service; `place` one programme at another place; `programme` one organisation's other programme; `apart`
none of these. The candidates are those that extraction draws from the saved pages, mistakes and all: a page of which it
makes no service leaves its pairs out, and the number is told.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.invented import Entry, World
from benchmarks.own_labels import digest
from extract.reading import read_page
from extract.site import learn_profile
from flows.settings import Stages
from register.matching.blocks import ENOUGH, blocks_of
from register.matching.comparing import MANY, Ground, host_key, name_key
from register.matching.counting import bearer_of, found_by
from register.matching.scoring import Matcher, Signs, rarity_of, signs_of
from register.matching.traits import Traits, traits_of
from register.models import Candidate, ServiceDraft

FILE = Path(__file__).with_name("pairs.jsonl")
FETCHED = datetime(2026, 1, 1, tzinfo=UTC)
# What each label says of the aspects; None where it says nothing.
SAYS: dict[str, dict[str, bool | None]] = {
    "same": {"service": True, "organisation": True, "programme": True, "place": True},
    "place": {"service": False, "organisation": True, "programme": True, "place": False},
    "programme": {"service": False, "organisation": True, "programme": False, "place": None},
    "apart": {"service": False, "organisation": False, "programme": False, "place": None},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A pair with the signs that were found on it, and what is true of it in each aspect (None: not told)."""

    site: str
    label: str
    signs: Signs
    says: dict[str, bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A candidate drawn from a saved page; `page` and `name` are digests."""

    page: str
    name: str
    url: str
    traits: Traits


def compared_pairs(shared: Path, *, stages: Stages, matcher: Matcher) -> tuple[list[Compared], int]:
    """Every labelled pair whose two sides were drawn, and how many were not."""
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    found, lost = [], 0
    for site, of_site in itertools.groupby(sorted(rows, key=lambda row: row["site"]), key=lambda row: row["site"]):
        drawn = draw_site(shared, site, stages=stages, matcher=matcher)
        ground = ground_of([one.traits for one in drawn], matcher)
        by_page: dict[str, list[Drawn]] = defaultdict(list)
        for one in drawn:
            by_page[one.page].append(one)
        for row in of_site:
            sides = [_side(by_page[p], n) for p, n in zip(row["pages"], row["names"], strict=True)]
            if None in sides:
                lost += 1
                continue
            first, second = (side.traits for side in sides if side)
            signs = signs_of(first, second, ground)
            found.append(Compared(site=site, label=row["label"], signs=signs, says=SAYS[row["label"]]))
    return found, lost


def _side(drawn: Sequence[Drawn], name: str) -> Drawn | None:
    return next((one for one in drawn if one.name == name), drawn[0] if len(drawn) == 1 else None)


def draw_site(shared: Path, site: str, *, stages: Stages, matcher: Matcher, locality: str = "") -> list[Drawn]:
    """The candidates of a saved site, in the order of its pages."""
    folder = shared / "sites" / site
    pages = [
        read_page(
            path.read_bytes(),
            url=f"https://{locality or site}.example/{path.relative_to(folder).as_posix()}",
            content_type="text/html",
            locality=locality or site,
            fetched_at=FETCHED,
        )
        for path in sorted(folder.rglob("*.html"))
    ]
    profile = learn_profile(pages, host=f"{locality or site}.example", known=None)
    drawn = []
    for page in pages:
        reading = stages.read_services(page, profile=profile)
        path = page.url.partition(".example/")[2]
        for n, draft in enumerate(reading.drafts):
            traits = traits_of(_candidate(draft, n), matcher.words)
            drawn.append(Drawn(page=digest(f"{site}/{path}"), name=digest(draft.name), url=page.url, traits=traits))
    return drawn


def _candidate(draft: ServiceDraft, n: int) -> Candidate:
    host = draft.page_url.partition("//")[2].partition(".example")[0]
    return Candidate(
        key=f"{draft.page_url}#{n}",
        locality=host,
        page_url=draft.page_url,
        name=draft.name,
        text_hash="",
        fields=draft.fields,
        codes=(),
        spans=draft.spans,
    )


def ground_of(known: Sequence[Traits], matcher: Matcher) -> Ground:
    """What the register would have counted, had it these candidates and no others."""
    words = Counter(word for one in known for word in set(one.name))
    bearers: dict[str, set[str]] = defaultdict(set)
    for one in known:
        bearers[name_key(one.name)].add(bearer_of(one))
        if found := found_by(one):
            bearers[host_key(one.host)].add(found)
        for contact in (*one.phones, *one.emails):
            bearers[contact].add(" ".join(one.name))
    return matcher.ground(rarity=rarity_of(lambda word: words[word], len(known)), bearers=lambda key: len(bearers[key]))


def invented_pairs(seed: int, count: int, *, matcher: Matcher) -> list[Compared]:
    """The pairs that share a block among so many invented entries."""
    entries = list(itertools.islice(World(seed).entries(), count))
    known = [entry.traits for entry in entries]
    ground = ground_of(known, matcher)
    return [
        Compared(site="", label="", signs=signs_of(known[a], known[b], ground), says=truth(entries[a], entries[b]))
        for a, b in sorted(sharing(known, lambda one: blocks_of(one, matcher.words)))
    ]


def truth(first: Entry, second: Entry) -> dict[str, bool | None]:
    service, programme = first.service == second.service, first.programme == second.programme
    organisation = first.organisation == second.organisation
    place = True if service else False if programme else None
    return {"service": service, "organisation": organisation, "programme": programme, "place": place}


def sharing(
    known: Sequence[Traits], blocks_of: Callable[[Traits], Iterable[int]], largest: int = 60
) -> set[tuple[int, int]]:
    """The pairs that the register would compare: they share a telling block that few are in, or two others."""
    blocks: dict[int, list[int]] = defaultdict(list)
    for number, one in enumerate(known):
        for block in blocks_of(one):
            blocks[block].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for block, members in blocks.items():
        if len(members) <= largest:
            for pair in itertools.combinations(members, 2):
                shared[pair] += 2 if block & ENOUGH and len(members) <= MANY else 1
    return {pair for pair, count in shared.items() if count >= 2}
