"""The digest of rules: another one wherever something decides otherwise what a page means, and only there."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from flows.discovery.rules import rules_digest
from register.localities.locality import Locality, read_locality

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(copytree(DATA, tmp_path / "data"))


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("tidier.toml", True),
        ("scope.toml", True),
        ("codebook/types.csv", True),
        ("studies/today.toml", True),
        ("crawl.toml", False),
        ("review.toml", False),
        ("need.csv", False),
        ("localities/sample.toml", False),
    ],
)
def test_a_data_file_that_decides_what_a_page_means_changes_the_digest(data: Path, name: str, counts: bool) -> None:
    before = rules_digest(data)
    with (data / name).open("a") as lines:
        lines.write("\n")
    assert (rules_digest(data) != before) is counts


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        (lambda one: one.model_copy(update={"study": "duncan2021"}), True),
        (lambda one: one.model_copy(update={"gss_code": "E08000036"}), True),
        (lambda one: one.model_copy(update={"places": ("Otterby",)}), True),
        (lambda one: one.model_copy(update={"contact": "maps@example.org"}), False),
    ],
)
def test_what_a_locality_file_decides_changes_the_digest(change: Callable[[Locality], Locality], counts: bool) -> None:
    locality = read_locality(DATA, "sample")
    before = rules_digest(DATA, locality=locality)
    assert (rules_digest(DATA, locality=change(locality)) != before) is counts
