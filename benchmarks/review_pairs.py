"""Likely duplicates on labelled services: how many of those that are told twice are found, and how many more are shown.

Of two kinds: services of one site that stand on several of its pages under one name; and invented entries in another
website's directory, of each service that states a contact: part of its facts, its name turned as directories do.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.matching_pairs import ground_of, sharing
from register.codes.vocabulary import Status
from register.datafile import find_data
from register.matching.blocks import blocks_of
from register.matching.model import read_matcher
from register.matching.scoring import SHOWN_FROM
from register.matching.traits import Traits, traits_of
from register.models import Candidate, DraftField

FACTS = ("phones", "emails", "postcodes", "weekdays", "times")
DIRECTORY = "directory.example"
Name = tuple[str, ...]
# How a directory turns a name.
TURNS: tuple[Callable[[Name], Name], ...] = (
    lambda name: name,
    lambda name: name,
    lambda name: (*name, "fenmarsh"),
    lambda name: tuple(reversed(name)),
    lambda name: name[:-1] if len(name) > 2 else name,
)
# What an entry of a directory leaves out.
LEFT_OUT = (("emails", "times"), ("weekdays", "times"), ("phones",), ("postcodes", "emails"))

Pairs = dict[tuple[int, int], float]


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    own = _labelled(shared)
    pages = [page for page, _ in own]
    told = [one for _, one in own]
    began = time.process_time()
    shown = _shown(told)
    cost = (time.process_time() - began) / len(told)
    twice = {
        (a, b)
        for a, b in itertools.combinations(range(len(told)), 2)
        if pages[a] != pages[b] and (told[a].host, told[a].name) == (told[b].host, told[b].name)
    }
    found = len(twice & set(shown)) / len(twice)
    yield Figure(name="pairs.same_site_found", value=found, reach=0.95, note=f"of {len(twice)} pairs of {len(told)}")
    others = sum(told[a].name != told[b].name for a, b in shown)
    more = 100 * others / len(told)
    yield Figure(name="pairs.other_names_per_100", value=more, reach=5, bound="most", note="some are right, by eye")
    yield from _copies([one._replace(locality="fenmarsh") for one in told if one.phones or one.emails])
    yield Figure(name="pairs.ms_a_service", value=1_000 * cost, reach=5, bound="most", note="processor time")


def _copies(originals: Sequence[Traits]) -> Iterator[Figure]:
    """The originals in one locality with an entry of each on another website."""
    copies = [
        one._replace(
            host=DIRECTORY,
            name=TURNS[n % len(TURNS)](one.name),
            **dict.fromkeys(LEFT_OUT[n % len(LEFT_OUT)], ()),  # type: ignore[arg-type] # names of facts
        )
        for n, one in enumerate(originals)
    ]
    shown = _shown([*originals, *copies])
    count = len(originals)
    found = sum((n, n + count) in shown for n in range(count)) / count
    yield Figure(name="pairs.directory_found", value=found, reach=0.9, note=f"of {count} invented entries")
    wrong = sum(a % count != b % count and originals[a % count].name != originals[b % count].name for a, b in shown)
    yield Figure(name="pairs.directory_wrong_per_100", value=100 * wrong / (2 * count), reach=10, bound="most")


def _shown(told: Sequence[Traits]) -> Pairs:
    """The pairs that reviewers would be asked about as one service, each with its score."""
    matcher = read_matcher(find_data())
    ground = ground_of(told, matcher)
    alike = sharing(told, lambda one: blocks_of(one, matcher.words))
    found = {(a, b): matcher.likeness(told[a], told[b], ground) for a, b in alike}
    return {pair: one.service for pair, one in found.items() if one is not None and one.service >= SHOWN_FROM}


def _labelled(shared: Path) -> list[tuple[str, Traits]]:
    found = []
    for name in ("dev", "train"):
        for line in (shared / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            page = json.loads(line)
            found += [(page["page"], _traits(page["page"], service)) for service in page["services"]]
    return found


def _traits(page: str, service: dict[str, object]) -> Traits:
    facts = service.get("facts")
    values = {name: tuple(facts.get(name) or ()) for name in FACTS} if isinstance(facts, dict) else {}
    site = page.partition("/")[0]
    candidate = Candidate(
        key=page,
        locality=site,
        page_url=f"https://{site}.example/{page}",
        name=str(service["name"]),
        text_hash="",
        fields=tuple(DraftField(name=f"fact.{n}", status=Status.REPORTED, value=v) for n, v in values.items()),
        codes=(),
        spans=(),
    )
    return traits_of(candidate, read_matcher(find_data()).words)
