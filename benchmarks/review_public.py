"""The public search over ten thousand services: words, facets, distance and map in one answer, and a service's page."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from starlette.testclient import TestClient

from benchmarks.figures import Figure
from benchmarks.public_register import fill
from flows.settings import Settings
from flows.workbench import open_app

SERVICES = 10_000
ASKED = 300
REACH = 0.2  # seconds
WORDS = ("", "garden", "tea biscuits", "letters", "walking friends", "seedlings", "volun", "zzz")
PLACES = ("", "OL1 3LJ", "LS1 4AP", "S1 2HE", "B1 1AA", "L1")
CHOICES = (
    "day=mon",
    "cost=free",
    "type=social_befriending",
    "type=physical_activity&type=food_security",
    "population=carers",
    "factor=social_isolation&day=tue&day=wed",
    "locality=district-3",
    "",
)


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    """Every answer is made in full (no 304), by the application as `tidiermap review` serves it."""
    settings = replace(Settings(), register=scratch / "register.db")
    with settings.open_store() as store:
        fill(store, SERVICES)
    reader, chance = TestClient(open_app(settings)), random.Random(6)  # noqa: S311 (which addresses are asked)
    reader.get("/services")  # the first visitor waits for the index
    for near in PLACES:
        reader.get("/services", params={"near": near})
    searches = [_search(chance) for _ in range(ASKED)]
    took = sorted(_seconds(reader, address) for address in searches)
    yield _figure("public_search_p95_seconds", took, f"{SERVICES:,} services, {ASKED} searches")
    everything = sorted(_seconds(reader, f"/services?page={n % 9 + 1}") for n in range(60))
    told = "no filter: every service on the map, which is drawn once for all pages"
    yield _figure("public_search_of_everything_p95_seconds", everything, told)
    firsts = sorted(_seconds(TestClient(open_app(settings)), "/services") for _ in range(5))
    note = "slowest of 5: the index and the map are made"
    yield Figure(name="public_first_visit_seconds", value=firsts[-1], reach=1, bound="most", note=note)
    ids = [f"/services/tm-{chance.randrange(SERVICES):06x}" for _ in range(ASKED)]
    yield _figure("public_service_page_p95_seconds", sorted(_seconds(reader, one) for one in ids), "")
    began = time.perf_counter()
    with settings.open_store() as store:
        fill(store, SERVICES, seed=7)
    seconds = time.perf_counter() - began
    yield Figure(name="public_tables_made_anew_seconds", value=seconds, reach=60, bound="most", note="when publishing")


def _search(chance: random.Random) -> str:
    told = [chance.choice(CHOICES), chance.choice(CHOICES)]
    if words := chance.choice(WORDS):
        told.append(f"q={words.replace(' ', '+')}")
    if near := chance.choice(PLACES):
        told.append(f"near={near.replace(' ', '+')}")
        told.append(chance.choice(("", "within=5", "within=20")))
    return "/services?" + "&".join(filter(None, told))


def _seconds(reader: TestClient, address: str) -> float:
    began = time.perf_counter()
    answer = reader.get(address)
    seconds = time.perf_counter() - began
    if answer.status_code != 200:
        raise AssertionError(f"{address}: {answer.status_code}")
    return seconds


def _figure(name: str, took: list[float], note: str) -> Figure:
    middle = f"median {took[len(took) // 2]:.3f}"
    told = f"{note}; {middle}" if note else middle
    return Figure(name=name, value=took[int(len(took) * 0.95)], reach=REACH, bound="most", note=told)
