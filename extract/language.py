"""Tells the language of a page by its small words and its script: a page in another one is for a person to read."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from register.models import Page

READ: Final = ("en", "cy")  # the languages whose pages are read
MOST: Final = 8_000  # characters that are looked at
FEWEST: Final = 3  # different small words; with fewer nothing is said
SMALL: Final = 0.12  # of the words are small ones in any text; names and addresses have fewer
AHEAD: Final = 1.5  # times as many small words as English has
SHARE: Final = 0.5  # of the letters, for a script to be the page's
WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
FOREIGN: Final = re.compile("[\u0370-\u1fff\u3040-\u9fff]")


@dataclass(frozen=True, slots=True)
class Script:
    first: str
    last: str
    language: str
    told: tuple[tuple[str, str], ...]


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """For each small word the languages that have it."""
    found: dict[str, tuple[str, ...]] = {}
    for language, text in _raw()["words"].items():
        for word in text.split():
            found[word] = (*found.get(word, ()), language)
    return found


@cache
def _scripts() -> tuple[Script, ...]:
    return tuple(
        Script(chr(row["from"]), chr(row["to"]), row["language"], tuple(row.get("told", {}).items()))
        for row in _raw()["script"]
    )


@cache
def _raw() -> dict[str, Any]:
    return tomllib.loads(files("extract").joinpath("languages.toml").read_text(encoding="utf-8"))


def is_unread(page: Page) -> bool:
    """Whether the page is in a language that is not read; a page of too few words to tell is read."""
    return bool(page.language) and page.language not in READ


def tell_language(texts: Iterable[str], *, declared: str = "") -> str:
    """The language (ISO 639-1) that most of the words are in, "" where there are too few words to tell.

    Another language than English has to be plainly ahead of it; where two are level, `declared` (what the page says of
    itself) decides. What a page declares is not believed alone: many are built with a foreign template.
    """
    text = "\n".join(_first(texts)).lower().replace("’", "'")
    if script := _script(text):
        return script
    small = _words()
    tokens = WORD.findall(text)
    counts = Counter(language for token in tokens for language in small.get(token, ()))
    english = counts.pop("en", 0)
    best = max(counts, key=lambda name: (counts[name], name == declared, name), default="")
    kinds = sum(best in small.get(token, ()) for token in set(tokens))
    if kinds >= FEWEST and counts[best] >= max(AHEAD * english, SMALL * len(tokens)):
        return best
    return "en" if english >= FEWEST else ""


def _first(texts: Iterable[str]) -> Iterator[str]:
    left = MOST
    for text in texts:
        yield text[:left]
        left -= len(text)
        if left <= 0:
            return


def _script(text: str) -> str:
    """The language of a foreign script in which at least half of the letters are."""
    foreign = FOREIGN.findall(text)
    if len(foreign) < FEWEST:
        return ""
    letters = sum(map(str.isalpha, text))
    for script in _scripts():
        own = [c for c in foreign if script.first <= c <= script.last]
        if len(own) >= SHARE * letters:
            other = [(sum(c in marks for c in own), name) for name, marks in script.told]
            count, name = max(other, default=(0, ""))
            return name if count >= 0.02 * len(own) else script.language
    return ""
