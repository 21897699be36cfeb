"""The signs by which an answer gives itself away as no page (`data/signs.toml`)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from register.codes.vocabulary import Cause
from register.datafile import DataModel, Pattern, read_toml

SIGNS_FILE = "signs.toml"


class Sign(DataModel):
    """A row of `signs.toml`, whose head says what each key means."""

    cause: Cause
    where: Literal["title", "text", "html", "address", "header"]
    pattern: Pattern = Field(min_length=1)
    most_words: int = Field(default=0, ge=0)
    status: tuple[int, ...] = (200,)

    def search(self, text: str) -> bool:
        """Whether the sign stands in `text`, which is in lower case."""
        return _compiled(self.pattern).search(text) is not None


class _SignFile(DataModel):
    sign: tuple[Sign, ...]


def read_signs(data: Path) -> tuple[Sign, ...]:
    """The rows of `signs.toml`; raises ConfigError for an unknown cause, an unknown key, or a bad expression."""
    return read_toml(_SignFile, data / SIGNS_FILE).sign


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)
