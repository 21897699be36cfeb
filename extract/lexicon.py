"""The words of lexicon.toml as compiled patterns, read once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    aspect: re.Pattern[str]
    action: re.Pattern[str]
    post: re.Pattern[str]
    offer: re.Pattern[str]
    offering: re.Pattern[str]
    request: re.Pattern[str]
    panel: re.Pattern[str]
    contact: re.Pattern[str]
    venue: re.Pattern[str]
    roles: re.Pattern[str]
    titles: tuple[tuple[str, re.Pattern[str]], ...]
    signs: tuple[tuple[str, re.Pattern[str]], ...]
    marks: Mapping[str, str]  # word of a class or itemprop -> label


@cache
def lexicon() -> Lexicon:
    """The lexicon that ships with the package."""
    raw = tomllib.loads(files("extract").joinpath("lexicon.toml").read_text(encoding="utf-8"))
    aspects = "|".join(f"(?:{pattern})" for pattern in raw["aspect"])
    return Lexicon(
        aspect=re.compile(rf"(?:{aspects})", re.IGNORECASE),
        action=re.compile(raw["action"], re.IGNORECASE),
        post=re.compile(rf"\b{raw['post']}\b", re.IGNORECASE),
        offer=re.compile(rf"\b{raw['offer']}\b", re.IGNORECASE),
        offering=re.compile(raw["offering"], re.IGNORECASE),
        request=re.compile(raw["request"], re.IGNORECASE),
        panel=re.compile(raw["panel"], re.IGNORECASE),
        contact=re.compile(raw["contact"], re.IGNORECASE),
        venue=re.compile(rf"\b(?:{raw['venue']})\b", re.IGNORECASE),
        roles=re.compile(raw["roles"], re.IGNORECASE),
        signs=tuple((name, re.compile(rf"\b(?:{text})\b", re.IGNORECASE)) for name, text in raw["sign"].items()),
        titles=tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in raw["title"].items()),
        marks={word: label for label, words in raw["mark"].items() for word in words},
    )
