"""Stars in the place of something that must not stay: a name, a number, an address, in every way of writing it.

A mask has as many characters as what it hides, and blanks stay blanks, so that every quote still stands where it did.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from register.errors import TidiermapError
from register.public.privacy import plain_form

STAR = "*"
SHORTEST = 4  # characters of a value: a shorter one stands in too many other words
# What may stand between two words of a value: in text, in JSON, in an address of the web, in HTML.
_BETWEEN = r"(?:[\s\u00a0._,+-]|\\[nrt]|%20){0,4}"
_BETWEEN_DIGITS = r"(?:[\s\u00a0()./–-]|\\[nrt]){0,3}"
_IN_HTML = rb"(?:<[^<>]{0,300}>|&nbsp;|&#160;|&#xa0;|\s|\xc2\xa0|[()._,+/-]|%20){0,8}"
_PIECE = re.compile(
    rb"<[^<>]*>|&nbsp;|&#160;|&#xa0;|\xc2\xa0|\s|&#?\w+;|[\xc2-\xf4][\x80-\xbf]+|.", re.IGNORECASE | re.DOTALL
)
_KEPT = re.compile(rb"<[^<>]*>|&nbsp;|&#160;|&#xa0;|\xc2\xa0|\s", re.IGNORECASE)
_NUMBER = re.compile(r"[+\d\s()./–-]+")
_STARRED = re.compile(r"[*\s]*\*[*\s]*")


@dataclass(frozen=True)
class Mask:
    """Hides these values wherever they stand as words of their own, however they are spaced and capitalised."""

    values: tuple[str, ...]

    def hide(self, text: str) -> str:
        return self._in_text.sub(lambda found: re.sub(r"\S", STAR, found[0]), text)

    def holds(self, text: str) -> bool:
        return self._in_text.search(text) is not None

    def hide_bytes(self, body: bytes) -> bytes:
        """As `hide`, in a page as its server sent it: tags between the words stay, a written-out character is one."""
        return self._in_bytes.sub(lambda found: _PIECE.sub(_star, found[0]), body)

    def holds_bytes(self, body: bytes) -> bool:
        return self._in_bytes.search(body) is not None

    @cached_property
    def likely(self) -> tuple[str, ...]:
        """For each value a part of it that stands in every way of writing it, to look for first."""
        return tuple(_part(value) for value in self.values)

    @cached_property
    def _in_text(self) -> re.Pattern[str]:
        told = "|".join(f"(?:{_text_pattern(value)})" for value in sorted(self.values, key=len, reverse=True))
        return re.compile(rf"(?<![^\W_])(?:{told})(?![^\W_])", re.IGNORECASE)

    @cached_property
    def _in_bytes(self) -> re.Pattern[bytes]:
        told = b"|".join(b"(?:%s)" % _bytes_pattern(value) for value in sorted(self.values, key=len, reverse=True))
        return re.compile(rb"(?<![A-Za-z0-9])(?:" + told + rb")(?![A-Za-z0-9])", re.IGNORECASE)


def make_mask(values: Iterable[str]) -> Mask:
    """Raises TidiermapError for a value that is too short, or of no letters and digits, to be told from others."""
    kept = tuple(dict.fromkeys(value for one in values if (value := " ".join(one.split()))))
    for value in kept:
        if len(re.sub(r"[\W_]", "", value)) < SHORTEST:
            raise TidiermapError(f"found a value of fewer than {SHORTEST} letters and digits, expected a longer one")
    if not kept:
        raise TidiermapError("found nothing to hide, expected a value")
    return Mask(kept)


def is_masked(text: str) -> bool:
    """Whether nothing but a mask is left.

    >>> is_masked("**** *****"), is_masked("Ring **** *****"), is_masked("")
    (True, False, False)
    """
    return _STARRED.fullmatch(text) is not None


def holds_anywhere(body: bytes, mask: Mask) -> bool:
    """Whether bytes hold a value, also inside a packed folder, as a spreadsheet is one."""
    if mask.holds_bytes(body):
        return True
    try:
        with ZipFile(BytesIO(body)) as packed:
            return any(mask.holds_bytes(packed.read(name)) for name in packed.namelist())
    except (BadZipFile, OSError, ValueError):
        return False


def _star(found: re.Match[bytes]) -> bytes:
    return found[0] if _KEPT.fullmatch(found[0]) else STAR.encode()


def _digits(value: str) -> str:
    return plain_form(value) if _NUMBER.fullmatch(value) and re.search(r"\d{4}", re.sub(r"\D", "", value)) else ""


def _text_pattern(value: str) -> str:
    if digits := _digits(value):
        return _number_pattern(digits, _BETWEEN_DIGITS)
    words = re.findall(r"[^\s._,+-]+", value)
    return _BETWEEN.join(re.escape(word) for word in words)


def _number_pattern(digits: str, between: str) -> str:
    """Of a number's digits: one that begins with 0 may be written with the code of the country."""
    if not digits.startswith("0"):
        return between.join(digits)
    begin = rf"(?:\+?{between}(?:0{between}0{between})?4{between}4{between}(?:\(?0\)?{between})?|0{between})"
    return begin + between.join(digits[1:])


def _bytes_pattern(value: str) -> bytes:
    if digits := _digits(value):
        spelled = [b"(?:%d|&#0*%d;)" % (int(digit), ord(digit)) for digit in digits]
        if not digits.startswith("0"):
            return _IN_HTML.join(spelled)
        between = _IN_HTML
        begin = rb"(?:(?:\+|&#43;)?" + between + rb"(?:00)?44" + between + rb"(?:\(?0\)?" + between + rb")?|0" + between
        return begin + rb")" + between.join(spelled[1:])
    words = re.findall(r"[^\s._,+-]+", value)
    return _IN_HTML.join(b"".join(_character(c) for c in word) for word in words)


def _character(c: str) -> bytes:
    """A character in the ways in which a page may write it."""
    ways = {c.encode(), c.lower().encode(), c.upper().encode(), c.encode("cp1252", "ignore")} - {b""}
    told = [re.escape(way) for way in sorted(ways)]
    told += [b"&#0*%d;" % ord(c), b"&#x0*%x;" % ord(c)]
    if c in "'’":
        told += [b"&apos;", b"&rsquo;", b"'", "’".encode()]
    return b"(?:%s)" % b"|".join(told)


def _part(value: str) -> str:
    if digits := _digits(value):
        return digits[-1:]
    return max(re.findall(r"[A-Za-z0-9]+", value), key=len, default="")
