"""What a page says of closing: sentences that say that its own service, or the organisation behind it, is at an end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from register.grounding import ground
from register.models import Evidence, Page
from register.staleness.closing import ClosingRules

ORGANISATION, SERVICE = "organisation", "service"
LONGEST = 700  # characters of a sentence
SHORT = 120  # characters of a passage that may be a notice as a whole
LEAST_NAME = 4  # characters
_SENTENCE = re.compile(r"(?<=[.!?])[\"”’')\]]*\s+(?=[A-Z0-9“\"'‘(])|[\n\r]+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DAY = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day", re.I)
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_BEHIND = 90  # characters behind a cue in which its object stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A notice: its words as `evidence`, whether the whole `organisation` or a `service` closes, and which of the
    names that were given stand in it."""

    evidence: Evidence
    about: str
    names: tuple[str, ...]


class ClosingReader:
    """Finds notices by `rules`, on pages of an owner whose `names` (of the site, the provider, its services) are given;
    `providers` are those of them that name the whole organisation."""

    def __init__(self, rules: ClosingRules, names: Iterable[str], providers: Iterable[str] = ()) -> None:
        self._rules = rules
        self._names = tuple(sorted({n for n in map(_plain, names) if len(n) >= LEAST_NAME}, key=len, reverse=True))
        self._providers = frozenset(map(_plain, providers))

    def read(self, page: Page) -> tuple[Closing, ...]:
        """The page's notices in the order of its text, each sentence once."""
        found: dict[str, Closing] = {}
        for passage in page.passages:
            for start, end in _sentences(page.text, passage.start, passage.end):
                sentence = page.text[start:end]
                whole = len(page.quote(passage).strip()) <= SHORT
                told = self._notice(sentence, alone=whole, year=page.fetched_at.year)
                if told is not None:
                    evidence = ground(page.text, start, end, rule=f"closing: {told[0]}")
                    about, names = told[1], self._named(sentence)
                    found.setdefault(_plain(sentence), Closing(evidence=evidence, about=about, names=names))
        return tuple(found.values())

    def _notice(self, sentence: str, *, alone: bool, year: int) -> tuple[str, str] | None:
        """The name of the cue that makes the sentence a notice, and what it is about."""
        if not self._hint.search(sentence) or len(sentence) > LONGEST or self._is_excepted(sentence):
            return None
        years = [int(found) for found in _YEAR.findall(sentence)]
        if years and max(years) < year - self._rules.history_years:
            return None
        for name, pattern, whole in self._cues:
            if whole and not alone:
                continue
            for found in [pattern.fullmatch(sentence.strip(" .!–-*:"))] if whole else pattern.finditer(sentence):
                if found is not None and (about := self._about(found, sentence)):
                    return name, about
        return None

    def _is_excepted(self, sentence: str) -> bool:
        return any(
            pattern.search(sentence) and not (unless and unless.search(sentence))
            for pattern, unless in self._exceptions
        )

    def _about(self, found: re.Match[str], sentence: str) -> str:
        """Whether an organisation or a service closes; "" where it is somebody else's."""
        subject = self._own.search(found.string, found.start(), found.end())
        if subject is None:
            return ORGANISATION if re.search(r"\b(?:we|our)\b", found[0], re.I) else SERVICE
        words = subject[0]
        if self._is_another(words) or _is_subordinate(found.string[: subject.start()]):
            return ""
        if words.lower() == "we":
            behind = found.string[found.end() : found.end() + _BEHIND]
            return SERVICE if self._object.match(behind) else ORGANISATION
        if (plain := _plain(words)) in self._names:
            return ORGANISATION if plain in self._providers else SERVICE
        if self._organisation.search(words):
            return ORGANISATION
        many = re.match(r"(?:all|our)\b", words, re.I) and words.endswith("s")
        return ORGANISATION if many else SERVICE

    def _is_another(self, words: str) -> bool:
        """Whether "the" stands before a name that is none of the page's own."""
        if not words.lower().startswith("the ") or _plain(words) in self._names:
            return False
        if words.isupper():
            return False
        known = {*self._rules.organisations, *self._rules.services}
        capital = [word for word in _WORD.findall(words)[1:] if word[0].isupper() and not _DAY.match(word)]
        named = [word for word in capital if word.lower() not in known]
        plain = _plain(" ".join(named))
        return bool(named) and not any(plain in name or name in _plain(words) for name in self._names)

    def _named(self, sentence: str) -> tuple[str, ...]:
        plain = f" {_plain(sentence)} "
        return tuple(name for name in self._names if f" {name} " in plain)

    @cached_property
    def _hint(self) -> re.Pattern[str]:
        """What stands in every notice; most sentences are passed over by it."""
        return re.compile(
            r"clos|ceas|w(?:ou|i)nd|shut|fold|disband|dissol|end|no longer|discontinu|decommis|last|final|finish|stop|"
            r"withdr|any ?(?:more|longer)|restart|re-?open|continu|no more|status",
            re.I,
        )

    @cached_property
    def _nouns(self) -> str:
        return _either((*self._rules.organisations, *self._rules.services))

    @cached_property
    def _own(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{self._noun_or_name}|\bwe\b)", re.I)

    @cached_property
    def _noun_or_name(self) -> str:
        noun = rf"\b(?:our|this|the|all\s+our|all)\s+(?:[\w’'&-]+\s+){{0,4}}?(?:{self._nouns})\b"
        names = "|".join(map(_spaced, self._names))
        return rf"(?:\b(?:{names})\b|{noun})" if names else noun

    @cached_property
    def _organisation(self) -> re.Pattern[str]:
        return re.compile(rf"\b(?:{_either(self._rules.organisations)})$", re.I)

    @cached_property
    def _object(self) -> re.Pattern[str]:
        """What "we" close where that is one service: "our Tuesday group", "the project"."""
        one = _either(tuple(noun for noun in self._rules.services if not noun.endswith("s")))
        return re.compile(rf"\s+(?:down\s+)?(?:our|the|this)\s+(?:[\w’'&-]+\s+){{0,4}}?(?:{one})\b", re.I)

    @cached_property
    def _cues(self) -> tuple[tuple[str, re.Pattern[str], bool], ...]:
        own, rules = rf"(?:{self._noun_or_name}|\bwe\b)", self._rules
        subject = rf"(?:{self._noun_or_name}{rules.between}|\bwe\b{rules.we_between})"
        filled = {"{subject}": subject, "{own}": own, "{noun}": self._nouns}
        return tuple((cue.name, re.compile(_fill(cue.pattern, filled), re.I), cue.alone) for cue in rules.cue)

    @cached_property
    def _exceptions(self) -> tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...]:
        names = [_spaced(name) for name in self._names]
        filled = {"{noun}": "|".join([*names, self._nouns])}
        return tuple(
            (re.compile(_fill(one.pattern, filled), re.I), re.compile(one.unless, re.I) if one.unless else None)
            for one in self._rules.exception
        )


def _fill(pattern: str, filled: dict[str, str]) -> str:
    for mark, what in filled.items():
        pattern = pattern.replace(mark, what)
    return pattern


def _spaced(name: str) -> str:
    """A name, whatever stands between its words."""
    return r"[\W_]+".join(map(re.escape, name.split()))


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


def _is_subordinate(before: str) -> bool:
    """Whether the words before a subject make its clause one of time or cause: "after", "since the"."""
    return re.search(r"\b(?:after|since|when|once|before|because|where|whose|until|if)\s+$", before, re.I) is not None


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of `text[start:end]`, without the blanks around them."""
    at = start
    for stop in [found.start() + len(found[0].rstrip()) for found in _SENTENCE.finditer(text, start, end)] + [end]:
        words = text[at:stop]
        if stripped := words.strip():
            begins = at + words.index(stripped)
            yield begins, begins + len(stripped)
        at = stop


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))
