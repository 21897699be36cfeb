"""Intervals follow how often a page changes, within the bounds of its class; a page that failed stays due."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import log
from pathlib import Path

import pytest

from flows.staleness.revisits import CLASSES, Revisits, class_of, is_due, read_revisits
from register.errors import ConfigError
from register.models import Fetch
from register.store import Store

DATA = Path(__file__).parent.parent / "data"
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def revisits() -> Revisits:
    return read_revisits(DATA)


def settled(revisits: Revisits, name: str, days_between_changes: float, *, days: int = 4000, seed: int = 3) -> float:
    """The mean interval of a page whose words change at random, once in so many days, after it has settled."""
    chance = random.Random(seed)  # noqa: S311 (a simulation)
    when, changes_at, interval, seen = 0.0, chance.expovariate(1 / days_between_changes), 0.0, []
    while when < days:
        changed = changes_at <= when
        while changes_at <= when:
            changes_at += chance.expovariate(1 / days_between_changes)
        interval = revisits.next_interval(name, interval, changed=changed)
        when += interval
        seen.append(interval)
    late = seen[len(seen) // 4 :]
    return sum(late) / len(late)


@pytest.mark.parametrize("between", [10, 20, 40, 80])
def test_a_page_is_visited_about_twice_for_each_of_its_changes(revisits: Revisits, between: float) -> None:
    share = log(revisits.grow) / (log(revisits.grow) - log(revisits.shrink))  # of visits that find a change
    best = -log(1 - share) * between
    bounds = revisits.classes["service"]
    expected = min(bounds.largest, max(bounds.smallest, best))
    means = [settled(revisits, "service", between, seed=seed) for seed in range(8)]
    assert 0.7 * expected <= sum(means) / len(means) <= 1.4 * expected


def test_a_page_that_never_changes_is_visited_at_the_largest_interval(revisits: Revisits) -> None:
    interval = 0.0
    for _ in range(30):
        interval = revisits.next_interval("listing", interval, changed=False)
    assert interval == revisits.classes["listing"].largest
    for _ in range(30):
        interval = revisits.next_interval("listing", interval, changed=True)
    assert interval == revisits.classes["listing"].smallest


def test_pages_are_classed_by_content_type_and_kind(tmp_path: Path) -> None:
    with Store(tmp_path / "register.db", clock=lambda: NOW) as store:
        fetch = Fetch(url="https://a.example/x", final_url="", status=200, fetched_at=NOW, content_type="text/html")
        page = store.pages.note_fetch("town", fetch, body=b"x")
    assert class_of(replace(page, kind="listing")) == "listing"
    assert class_of(replace(page, content_type="application/pdf")) == "leaflet"
    assert class_of(replace(page, content_type="text/calendar; charset=utf-8")) == "feed"
    assert {class_of(replace(page, kind=kind)) for kind in ("", "service")} <= set(CLASSES)


def test_a_page_is_due_after_its_interval_and_at_once_where_it_failed(tmp_path: Path) -> None:
    with Store(tmp_path / "register.db", clock=lambda: NOW) as store:
        fetch = Fetch(url="https://a.example/x", final_url="", status=200, fetched_at=NOW)
        page = store.pages.note_fetch("town", fetch, body=b"x")
        assert is_due(page, now=NOW), "nobody said when"
        store.pages.note_due(page, interval_days=7, due_at=NOW + timedelta(days=7))
        page = store.pages.get("town", page.url)
        assert not is_due(page, now=NOW + timedelta(days=6))
        assert is_due(page, now=NOW + timedelta(days=7))
        failed = store.pages.note_fetch("town", replace(fetch, status=500, cause="500"))
        assert is_due(failed, now=NOW)
        assert failed.body_hash == page.body_hash, "the last good bytes stay"


def test_bounds_out_of_order_and_unknown_classes_are_refused(tmp_path: Path) -> None:
    text = (DATA / "revisits.toml").read_text(encoding="utf-8")
    (tmp_path / "revisits.toml").write_text(text.replace("smallest = 1\n", "smallest = 9\n", 1))
    with pytest.raises(ConfigError, match="smallest <= first <= largest"):
        read_revisits(tmp_path)
    (tmp_path / "revisits.toml").write_text(text.replace("[class.news]", "[class.gossip]"))
    with pytest.raises(ConfigError, match="news"):
        read_revisits(tmp_path)
