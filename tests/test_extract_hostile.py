"""Hostile and broken pages: no crash, nothing ungrounded, no minutes; and the same bytes in any order and process."""

import os
import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.extraction_fuzz import try_page
from benchmarks.mutants import WRAPS, mutate
from extract.batch import CHUNK, extract_all
from extract.tree import MOST_BYTES, parse
from register.grounding import ungrounded
from register.models import SavedPage

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "tests" / "pages").glob("*.html"))
FETCHED = datetime(2026, 1, 1, tzinfo=UTC)
LONG = 200_000
UNENDING = {
    "tags": b"<a ",
    "comments": b"<!--",
    "declarations": b"<!",
    "instructions": b"<?",
    "ends": b"</",
    "entities": b"&",
}


@pytest.mark.parametrize("seed", range(0, 200, 25))
def test_mutated_pages_neither_crash_nor_lie(seed: int) -> None:
    for n in range(seed, seed + 25):
        dice = random.Random(n)  # noqa: S311 (the same mutants each time)
        body, other = (dice.choice(PAGES).read_bytes() for _ in range(2))
        ordeal = try_page(f"mutant {n}", mutate(body, other, dice))
        assert (ordeal.error, ordeal.lies) == ("", ()), ordeal.name


@pytest.mark.parametrize("wrap", WRAPS)
def test_five_thousand_levels_take_seconds_at_most(wrap: bytes) -> None:
    ordeal = try_page("nested", wrap * 5000 + b"tea club at 10am")
    assert not ordeal.error
    assert ordeal.seconds < 5


@pytest.mark.parametrize("wrap", WRAPS)
def test_a_page_inside_thousands_of_levels_takes_seconds_at_most(wrap: bytes) -> None:
    lists = b"<ul><li>Tea</li><li>Cake</li></ul><article>Tea</article><article>Cake</article>"
    lines = b"".join(b"<h3>Tea club</h3><p>We meet at %d in the hall.</p>" % n for n in range(1500))
    ordeal = try_page("inside", lists + wrap * 3000 + lines)
    assert not ordeal.error
    assert ordeal.seconds < 5


@pytest.mark.parametrize("kind", UNENDING)
def test_markup_that_never_ends_takes_seconds_at_most(kind: str) -> None:
    ordeal = try_page(kind, b"<p>Tea club</p>" + UNENDING[kind] * (LONG // len(UNENDING[kind])))
    assert not ordeal.error
    assert ordeal.seconds < 5


def test_of_a_page_beyond_measure_the_beginning_is_read() -> None:
    root = parse(b"<h1>Tea club</h1>" + b"<p>x " * 400_000)
    assert next(root.strings()) == "Tea club"
    assert sum(1 for _ in parse(b"x" * (MOST_BYTES + 9)).strings()) == 1


def saved(paths: list[Path]) -> list[SavedPage]:
    return [
        SavedPage(url=f"https://{p.stem}.example/", body=p.read_bytes(), content_type="text/html", fetched_at=FETCHED)
        for p in paths
    ]


def test_a_batch_is_the_same_with_any_number_of_processes_and_in_any_order() -> None:
    pages = saved(PAGES[: CHUNK + 4])
    assert len(pages) > CHUNK, "one chunk alone would test no order"
    alone = list(extract_all(pages, locality="", data=ROOT / "data", workers=1))
    assert [reading.page.url for reading in alone] == [page.url for page in pages]
    assert list(extract_all(iter(pages), locality="", data=ROOT / "data", workers=2)) == alone
    assert list(extract_all(pages[::-1], locality="", data=ROOT / "data", workers=1)) == alone[::-1]
    for reading in alone:
        assert all(ungrounded(reading.page.text, draft.fields) == () for draft in reading.drafts)


def test_the_same_bytes_under_any_hash_seed() -> None:
    code = (
        "import hashlib, sys; sys.path.insert(0, '.')\n"
        "from pathlib import Path\n"
        "from tests.test_extract_hostile import PAGES, saved\n"
        "from extract.batch import extract_all\n"
        "told = repr(list(extract_all(saved(PAGES[:8]), locality='', data=Path('data'), workers=1)))\n"
        "print(hashlib.sha256(told.encode()).hexdigest())\n"
    )
    seen = set()
    for seed in ("0", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        seen.add(done.stdout)
    assert len(seen) == 1
