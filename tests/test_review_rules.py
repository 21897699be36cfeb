"""How reviewing is organised is data: the shipped file loads, and each typo names file and key."""

from pathlib import Path

import pytest

from register.errors import ConfigError
from register.reviewing.rules import read_review_rules

DATA = Path(__file__).parent.parent / "data"


def test_the_shipped_rules_load() -> None:
    rules = read_review_rules(DATA)
    assert (rules.leases.minutes, rules.second_review.share) == (30, 0.10)


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("minutes = 30", "minutes = 0", r"review\.toml.*leases\.minutes"),
        ("share = 0.10", "share = 10", r"second_review\.share"),
        ("days = 30", "dayz = 30", r"provider_link\.dayz"),
        ('aim = "', 'aims = "', r"rule_labels.*a label for each of locality, "),
    ],
)
def test_a_typo_names_file_and_key(tmp_path: Path, was: str, now: str, told: str) -> None:
    text = (DATA / "review.toml").read_text(encoding="utf-8")
    assert was in text
    (tmp_path / "review.toml").write_text(text.replace(was, now), encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        read_review_rules(tmp_path)
