"""What publishing refuses beside what is never published (`data/publishing.toml`)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator

from register.codes.vocabulary import FIELD_NAMES
from register.datafile import DataModel, read_toml
from register.publishing.difference import COLUMNS


class Floor(DataModel):
    """A publication has at least `share` (0-1) of the last one's living records, where those were `least` or more."""

    share: float = Field(ge=0, le=1)
    least: int = Field(ge=1)


class Duplicate(DataModel):
    """Records that say the same in all of these columns and fields are one service."""

    same: tuple[str, ...] = Field(min_length=1)

    @field_validator("same")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in (*COLUMNS, *FIELD_NAMES):
                raise ValueError(f"columns ({', '.join(COLUMNS)}) and fields of a record; {name!r} is neither")
        return names


class PublishingRules(DataModel):
    floor: Floor
    duplicate: Duplicate


def read_publishing_rules(data: Path) -> PublishingRules:
    """Raises ConfigError for the first fault of `data/publishing.toml`."""
    return read_toml(PublishingRules, data / "publishing.toml")
