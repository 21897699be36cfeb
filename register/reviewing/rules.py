"""How reviewing is organised (`data/review.toml`): how long, how many, which share, and in which words."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator

from register.codes.study import RULES
from register.datafile import DataModel, read_toml


class Leases(DataModel):
    """`minutes` that a candidate stays with the reviewer who opened it or last decided on it."""

    minutes: int = Field(ge=1, le=24 * 60)


class Sharing(DataModel):
    """`share` (0-1) of the candidates."""

    share: float = Field(ge=0, le=1)


class ProviderLink(DataModel):
    """`days` until a provider's address expires."""

    days: int = Field(ge=1, le=366)


class Batches(DataModel):
    """Of what is done to many records at once: at `most` so many; none is accepted of which anything is proposed with
    less than `least_score` (0-1)."""

    most: int = Field(ge=1, le=5_000)
    least_score: float = Field(ge=0, le=1)


class Order(DataModel):
    """`learn_after` so many decisions on records of a register, the queue's order is learned anew."""

    learn_after: int = Field(ge=1)


class ReviewRules(DataModel):
    """`rule_labels` is what reviewers read for each rule of a study."""

    leases: Leases
    second_review: Sharing
    known_wrong: Sharing
    provider_link: ProviderLink
    batches: Batches
    order: Order
    rule_labels: dict[str, str]

    @field_validator("rule_labels")
    @classmethod
    def _each_rule_once(cls, labels: dict[str, str]) -> dict[str, str]:
        if set(labels) != set(RULES):
            raise ValueError(f"a label for each of {', '.join(RULES)}")
        return labels


def read_review_rules(data: Path) -> ReviewRules:
    """Raises ConfigError for the first fault of `data/review.toml`, with file and key."""
    return read_toml(ReviewRules, data / "review.toml")
