"""What is private of a person is left out of text that anybody may read: names, mobile numbers, e-mail addresses.

The rules lean to leaving out: a name that is a place's as well is kept only where what stands around it says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from register.public.rules import Privacy, read_forenames, read_landmarks, read_public_rules

EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
# Numbers of persons begin with 07 (or +44 7): mobiles, pagers and "personal" numbers.
MOBILE = re.compile(r"(?<![\d+])(?:(?:\+|00)\s?44[\s.-]?(?:\(0\))?|\(?0)[\s.-]?7(?:[\s()./–-]{0,3}\d){9}(?!\d)")
# A house number, a street's name in capitals, and what may follow of it up to the postcode.
HOUSE = re.compile(
    r"(?:\b(?:Flat|Apartment)\s+\d{1,4}[A-Za-z]?,?\s+)?\b\d{1,4}[A-Za-z]?,?\s+(?:[A-Z][\w'’-]*\s+){1,4}"
    r"(?:Road|Rd|Street|St|Lane|Avenue|Ave|Close|Drive|Way|Place|Terrace|Crescent|Court|Gardens|Grove|Green|Row|Mews|Rise|"
    r"View|Walk|Hill|Square)\b(?:,\s*[A-Z][a-z'’-]+(?:[\s-][A-Z][a-z'’-]+){0,2}){0,3}"
    r"(?:,?\s+[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b)?"
)
TOKEN = re.compile(r"[^\W\d_](?:[\w'’-]*[\w])?")
INITIAL = re.compile(r"[^\W\d_]")
NEAR_A_NAME = 60  # characters between a person's name and what is then their address


class PrivateKind(StrEnum):
    """What something private of a person is."""

    NAME = "name"
    MOBILE = "mobile number"
    EMAIL = "e-mail address"
    HOME = "home address"
    PLACE = "place"  # one that must not be known: no person's, and left out all the same


NAME_LEFT_OUT, MOBILE_LEFT_OUT, EMAIL_LEFT_OUT, HOME_LEFT_OUT = (
    f"[{kind} left out]" for kind in (PrivateKind.NAME, PrivateKind.MOBILE, PrivateKind.EMAIL, PrivateKind.HOME)
)
LEFT_OUT = re.compile(rf"\[(?:{'|'.join(PrivateKind)}) left out\]")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november")
SMALL_WORDS = ("and", "or", "at", "on", "for", "the", "in", "to", "from")
NO_SURNAMES = frozenset({*DAYS, *(f"{day}s" for day in DAYS), *MONTHS, "december", *SMALL_WORDS})
MOST_PARTS = 4  # of a person's name, titles aside


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    word: str  # without a possessive 's

    @property
    def capital(self) -> bool:
        return self.word[:1].isupper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """Something private of a person: `text[start:end]` is its `words`."""

    kind: PrivateKind
    start: int
    end: int
    words: str


def plain_form(words: str) -> str:
    """The one way of writing a value that a person may have written in several: of a number its digits, of all else
    small letters with single blanks.

    >>> plain_form("+44 (0)7700 900123"), plain_form("Jane  Brook")
    ('07700900123', 'jane brook')
    """
    if re.fullmatch(r"[+\d\s()./–-]+", words):
        return re.sub(r"^(?:0044|44)0?", "0", re.sub(r"\D", "", words))
    return " ".join(words.casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Discretion:
    """The rules, forenames (and whether each is a word too), and names of places, all in small letters."""

    rules: Privacy
    forenames: Mapping[str, bool]
    places: frozenset[str]

    def leave_out(
        self, text: str, *, own: Iterable[str] = (), host: str = "", allowed: frozenset[str] = frozenset()
    ) -> tuple[str, bool]:
        """`text` without what is private of a person, and whether anything was left out; see `find`."""
        plain, found = self.cut(text, own=own, host=host, allowed=allowed)
        return plain, bool(found)

    def cut(
        self, text: str, *, own: Iterable[str] = (), host: str = "", allowed: frozenset[str] = frozenset()
    ) -> tuple[str, tuple[Private, ...]]:
        """`text` with a word in brackets in the place of each thing that is private, and those things."""
        found = self.find(text, own=own, host=host, allowed=allowed)
        pieces, at = [], 0
        for one in found:
            pieces += [text[at : one.start], f"[{one.kind} left out]"]
            at = one.end
        return "".join([*pieces, text[at:]]), found

    def find(
        self, text: str, *, own: Iterable[str] = (), host: str = "", allowed: frozenset[str] = frozenset()
    ) -> tuple[Private, ...]:
        """What is private of a person in `text`, in its order.

        `own` are the names of the service and of who provides it: where they stand, nothing is taken for a person's.
        `host` is that of the service's page, whose words its e-mail addresses may bear. `allowed` are values, in their
        `plain_form`, that a person decided may be shown.
        """
        names = tuple(name for name in own if name)
        kept = allowed | {plain_form(one) for one in self.rules.shown_all_the_same}
        spans = [
            (found.span(), PrivateKind.EMAIL)
            for found in EMAIL.finditer(text)
            if not self.is_role(found[0], own=names, host=host)
        ]
        spans += [(found.span(), PrivateKind.MOBILE) for found in MOBILE.finditer(text)]
        taken = [span for span, _ in spans]
        persons = [span for span in self._names(text, names) if not _overlaps(span, taken)]
        spans += [(span, PrivateKind.NAME) for span in persons]
        spans += [(span, PrivateKind.HOME) for span in self._homes(text, persons) if not _overlaps(span, taken)]
        told = (Private(kind=kind, start=at[0], end=at[1], words=text[slice(*at)]) for at, kind in sorted(spans))
        return tuple(one for one in told if plain_form(one.words) not in kept)

    def _homes(self, text: str, persons: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Where addresses stand that are somebody's home: behind their name, or where the words say so."""
        for found in HOUSE.finditer(text):
            start, end = found.span()
            sentence = text[_sentence_start(text, start) : end + NEAR_A_NAME]
            behind = any(0 <= start - last <= NEAR_A_NAME and "." not in text[last:start] for _, last in persons)
            if not any(begin < end and start < last for begin, last in persons) and (
                behind or re.search(self.rules.home_words, sentence, re.IGNORECASE)
            ):
                yield start, end

    def is_role(self, email: str, *, own: Iterable[str] = (), host: str = "") -> bool:
        """Whether an e-mail address is a service's, not a person's: it bears a word of its work or of its name.

        An address whose words hold a forename is a person's all the same.
        """
        if email in self.rules.shown_all_the_same:
            return True
        local = email.partition("@")[0].lower()
        parts = [part for part in re.split(r"[\W\d_]+", local) if part]
        if any(part in self.forenames and not self.forenames[part] for part in parts):
            return False
        if any(part in self.rules.role_words for part in parts):
            return True
        told = {word.lower() for name in own for word in TOKEN.findall(name) if len(word) > 3}
        squeezed = re.sub(r"[\W_]+", "", host.lower())
        together = "".join(parts)
        return any(word in together for word in told) or (len(together) > 3 and together in squeezed)

    def is_mobile(self, number: str) -> bool:
        return number not in self.rules.shown_all_the_same and MOBILE.search(number) is not None

    def is_person(self, name: str, *, surely: bool = False) -> bool:
        """Whether the whole of `name` is a forename and a surname: what is provided under it is a person's. `surely`
        asks for a forename that is no word and no place as well, as a service may be called Daisy Chain."""
        if list(self._names(name, ())) != [(0, len(name))] or len(name.split()) > 2:
            return False
        return not surely or self.forenames.get(name.split()[0].lower()) is False

    def _names(self, text: str, own: tuple[str, ...]) -> Iterator[tuple[int, int]]:
        """Where names of persons stand in `text`, in order, none within the names of `own`."""
        shields = [m.span() for name in own for m in re.finditer(re.escape(name), text, re.IGNORECASE)]
        tokens = [_Token(m.start(), m.end(), _bare(m[0])) for m in TOKEN.finditer(text)]
        at = 0
        while at < len(tokens):
            if not tokens[at].capital or any(start <= tokens[at].start < end for start, end in shields):
                at += 1
                continue
            count = self._count(text, tokens, at)
            if count:
                yield tokens[at].start, tokens[at + count - 1].start + len(tokens[at + count - 1].word)
            at += count or 1

    def _count(self, text: str, tokens: list[_Token], at: int) -> int:
        """How many tokens from `at` on are a person's name; 0 where none begins there."""
        first = tokens[at]
        word, titled = first.word.lower(), first.word in self.rules.titles
        cued = self._is_cued(text, first.start)
        if not (titled or cued or word in self.forenames):
            return 0
        run = self._run(text, tokens, at + 1 if titled else at)
        if not run:
            return 0
        if self._is_place(text, tokens, at, at + int(titled) + run):
            return 0
        if titled:
            return 1 + run
        if word in self.forenames:
            return run if run > 1 or cued or not self.forenames[word] else 0
        strange = run == 2 and cued and not any(t.word.isupper() for t in tokens[at : at + run])
        return run if strange and word not in self.places else 0

    def _run(self, text: str, tokens: list[_Token], at: int) -> int:
        """How many capitalised tokens follow one another from `at` on with a blank (or an initial's point) between."""
        count = 0
        for n in range(at, min(len(tokens), at + MOST_PARTS)):
            token = tokens[n]
            gap = text[tokens[n - 1].end : token.start] if n > at else ""
            if not token.capital or token.word.lower() in NO_SURNAMES or gap.strip() not in ("", "."):
                break
            if gap.strip() == "." and not INITIAL.fullmatch(tokens[n - 1].word):
                break
            count += 1
        return count

    def _is_place(self, text: str, tokens: list[_Token], at: int, end: int) -> bool:
        """Whether the capitals around tokens[at:end] make it a place, a day or an organisation."""
        words = [token.word for token in tokens[at:end]]
        after = tokens[end] if end < len(tokens) and not text[tokens[end - 1].end : tokens[end].start].strip() else None
        before = tokens[at - 1] if at and text[tokens[at - 1].end : tokens[at].start].strip() in ("", ".") else None
        owner = tokens[at].end - tokens[at].start > len(tokens[at].word)  # Andy's Something
        return (
            any(word in self.rules.after_a_place for word in (*words[1:], after.word if after else ""))
            or (before is not None and before.word in self.rules.before_a_place)
            or (owner and end - at > 1)
        )

    def _is_cued(self, text: str, start: int) -> bool:
        before = text[max(0, start - 40) : start].rstrip(" \t\n\xa0:,(–-").lower()
        return _cues(self.rules.before_a_name).search(before) is not None


def read_discretion(data: Path) -> Discretion:
    """The rules of `data/public/` as they stand; raises ConfigError for the first fault in them."""
    places = frozenset(mark.name.lower() for mark in read_landmarks(data))
    return Discretion(rules=read_public_rules(data).privacy, forenames=read_forenames(data), places=places)


def _bare(word: str) -> str:
    """Without a possessive 's."""
    return word[:-2] if word.endswith(("'s", "’s")) else word


def _overlaps(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _sentence_start(text: str, at: int) -> int:
    return max(text.rfind(mark, 0, at) for mark in (". ", "! ", "? ")) + 1


@cache
def _cues(words: tuple[str, ...]) -> re.Pattern[str]:
    """What comes right before a name, at the end of a text."""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})$")
