"""Services that went elsewhere: one whose page is gone, or bears another name, is found again by what is said of it.

A service that is found so keeps its id. What is taken for the same is on the safe side: an address that is given to
another activity makes a new service and leaves the old one missing, and a person may still judge the two to be one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from flows.discovery.repeats import name_words
from flows.staleness.abbreviations import is_abbreviation
from register.models import Candidate
from register.staleness.passing import Passing
from register.store.crawling.moves import Follow, Way
from review.queue.neighbourhood import words_of

SHINGLE = 3  # words
COMMON = 3  # services of other names that say so too: it is the site's way of speaking, or its own telephone
FEW_WORDS = 8  # shingles below which shared words say nothing
FEWEST_OF_ITS_OWN, SHORTEST_OF_ITS_OWN = 2, 4  # words, of so many letters, that say more than when and where
# How much has to be the same: of the shorter telling with the same name; of both under another name with the same
# telephone or the like, on the very page, and elsewhere.
SAME_NAME, SAME_CONTACT, SAME_PAGE, ELSEWHERE = 0.25, 0.5, 0.6, 0.8
WORD_FOR_WORD = 0.9  # on the very page: the same entry, though name and address are other ones
WHEN_AND_WHERE = ("tidier.where", "fact.")  # what another activity in the same slot says too
IDENTIFIERS = ("fact.phones", "fact.emails", "fact.postcodes", "fact.websites", "fact.charity_number")
DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "spring", "summer", "autumn", "winter", "term",
)  # fmt: skip
DATED = re.compile(r"^(?:\d{1,2}(?:st|nd|rd|th)?|20\d\d|st|nd|rd|th|start|starts|starting)$")
NO_PASSING = Passing()


@dataclass(frozen=True)  # no slots: the cached parts live in its dict
class Telling:
    """What a page says of one service: the draft (`key` is its candidate's id, or would be) and the page's text."""

    draft: Candidate
    text: str
    decided: bool = False

    @property
    def key(self) -> str:
        return self.draft.key

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of its name, in their order."""
        return words_of(self.draft.name, NO_PASSING).words

    @cached_property
    def name(self) -> frozenset[str]:
        """The words of its name that are no date."""
        bare = " ".join(w for w in self.words if w not in MONTHS and not DATED.match(w))
        return name_words(bare) - DAYS or name_words(" ".join(self.words))

    @cached_property
    def marks(self) -> tuple[frozenset[str], frozenset[str]]:
        """What tells two of nearly one name apart: the days and the numbers in it, without those of a date."""
        dated = any(word in MONTHS for word in self.words)
        numbers = frozenset(word for word in self.words if word.isdigit() and not dated)
        return frozenset(self.words) & DAYS, numbers

    @cached_property
    def said(self) -> tuple[str, ...]:
        """Its words without its name."""
        own = " ".join(self.text[start:end] for start, end in self.draft.spans).replace(self.draft.name, " ")
        return words_of(own, NO_PASSING).words

    @cached_property
    def shingles(self) -> frozenset[str]:
        return frozenset(" ".join(self.said[i : i + SHINGLE]) for i in range(len(self.said) - SHINGLE + 1))

    @cached_property
    def few(self) -> tuple[str, ...]:
        """All that a short telling says, where that is more than when and where; () of a long one."""
        if len(self.shingles) >= FEW_WORDS:
            return ()
        fields = (field for field in self.draft.fields if field.name.startswith(WHEN_AND_WHERE))
        placed = {word for field in fields for e in field.evidence for word in words_of(e.quote, NO_PASSING).words}
        own = (
            {word for word in self.said if word.isalpha() and len(word) >= SHORTEST_OF_ITS_OWN}
            - placed
            - DAYS
            - {*MONTHS}
        )
        return self.said if len(own) >= FEWEST_OF_ITS_OWN else ()

    @cached_property
    def identifiers(self) -> frozenset[tuple[str, str]]:
        return frozenset(self._identifiers())

    def _identifiers(self) -> Iterator[tuple[str, str]]:
        for field in self.draft.fields:
            if field.name in IDENTIFIERS and field.value:
                values = field.value if isinstance(field.value, tuple) else (str(field.value),)
                yield from ((field.name, re.sub(r"\W", "", value).casefold()) for value in values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What several services of a host say alike, which tells none of them from another; `few` are short tellings."""

    shingles: frozenset[str]
    identifiers: frozenset[tuple[str, str]]
    few: frozenset[tuple[str, ...]]


def what_is_common(before: Iterable[Telling], now: Iterable[Telling]) -> Common:
    """What stands with more than `COMMON` names, before or now: a renamed service counts once in each."""
    one, other = _common(before), _common(now)
    return Common(
        shingles=one.shingles | other.shingles,
        identifiers=one.identifiers | other.identifiers,
        few=one.few | other.few,
    )


def _common(tellings: Iterable[Telling]) -> Common:
    shingles: dict[str, set[frozenset[str]]] = defaultdict(set)
    identifiers: dict[tuple[str, str], set[frozenset[str]]] = defaultdict(set)
    few: dict[tuple[str, ...], set[frozenset[str]]] = defaultdict(set)
    for one in tellings:
        few[one.few].add(one.name)
        for shingle in one.shingles:
            shingles[shingle].add(one.name)
        for identifier in one.identifiers:
            identifiers[identifier].add(one.name)
    return Common(
        shingles=frozenset(shingle for shingle, names in shingles.items() if len(names) > COMMON),
        identifiers=frozenset(told for told, names in identifiers.items() if len(names) > COMMON),
        few=frozenset(told for told, names in few.items() if len(names) > 1),
    )


def follow(lost: Sequence[Telling], fresh: Sequence[Telling], common: Common) -> tuple[Follow, ...]:
    """Which of the `fresh` tellings are services that were `lost`, each of both once at most, the likeliest first; what
    people decided on goes before what merely waits, such as a mention on a listing."""
    found = []
    for (old, was), (new, now) in product(enumerate(lost), enumerate(fresh)):
        likeness = likeness_of(was, now, common)
        if likeness:
            found.append((not was.decided, -likeness, old, new))
    taken_old, taken_new = set[int](), set[int]()
    follows = []
    for _, _, old, new in sorted(found):
        if old in taken_old or new in taken_new:
            continue
        taken_old.add(old)
        taken_new.add(new)
        follows.append(_followed(lost[old], fresh[new]))
    return tuple(follows)


def likeness_of(was: Telling, now: Telling, common: Common) -> float:
    """How surely both tell of one service (0: they do not)."""
    if any(old and new and not old & new for old, new in zip(was.marks, now.marks, strict=True)):
        return 0.0
    alike_names = _named_alike(was.name, now.name)
    named = alike_names or is_abbreviation(was.draft.name, now.draft.name)
    if not named and _other_dates(was.draft, now.draft):
        return 0.0  # two events of one organiser, who says the same of all of them
    old, new = was.shingles - common.shingles, now.shingles - common.shingles
    shared = _share(old, new, whole=not named)
    known, met = was.identifiers - common.identifiers, now.identifiers - common.identifiers
    contact = bool(known & met)
    same_page = was.draft.page_url == now.draft.page_url
    if named:
        too_short = shared < 0 and (alike_names or same_page) and not _contradict(known, met)
        alike = shared >= SAME_NAME or contact or too_short
    elif contact and shared >= SAME_CONTACT:
        alike = True
    else:
        word_for_word = same_page and (shared >= WORD_FOR_WORD or _say_the_same_few(was, now, common))
        alike = word_for_word or (shared >= (SAME_PAGE if same_page else ELSEWHERE) and not _contradict(known, met))
    if not alike:
        return 0.0
    exact = was.draft.name.casefold() == now.draft.name.casefold()
    place = shared_path(was.draft.page_url, now.draft.page_url)
    return named + 0.5 * exact + max(shared, 0.0) + 0.3 * contact + 0.2 * same_page + 0.1 * place


def _say_the_same_few(was: Telling, now: Telling, common: Common) -> bool:
    """Both are short and say the very same, which no other entry says."""
    return bool(was.few) and was.few == now.few and was.few not in common.few


def _share(old: frozenset[str], new: frozenset[str], *, whole: bool) -> float:
    """How much of the shorter telling the other holds, or, of the `whole`, how much both share; below 0 where they are
    too short to say."""
    least = min(len(old), len(new))
    if least < FEW_WORDS:
        return -1.0
    return len(old & new) / ((len(old) + len(new)) / 2 if whole else least)


def _other_dates(was: Candidate, now: Candidate) -> bool:
    old, new = _dates(was), _dates(now)
    return bool(old and new and not old & new)


def _dates(draft: Candidate) -> frozenset[str]:
    told = next((field.value for field in draft.fields if field.name == "fact.dates"), None)
    return frozenset(told) if isinstance(told, tuple) else frozenset()


def _named_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    few, many = sorted((one, other), key=len)
    return bool(few) and (few == many or (len(few) > 1 and few <= many))


def _contradict(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> bool:
    """Whether both name a telephone, a postcode or the like, and none of its kind is the same."""
    for kind in IDENTIFIERS[:3]:
        mine, theirs = ({value for name, value in told if name == kind} for told in (one, other))
        if mine and theirs and not mine & theirs:
            return True
    return False


def shared_path(one: str, other: str) -> float:
    """The share of the parts of two addresses that are the same."""
    parts = [Counter(re.findall(r"[^\W_]+", url)) for url in (one, other)]
    return (parts[0] & parts[1]).total() / max(1, (parts[0] | parts[1]).total())


def _followed(was: Telling, now: Telling) -> Follow:
    way = Way.RENAMED if was.draft.page_url == now.draft.page_url else Way.GOES_ON
    return Follow(
        key=now.key,
        candidate=was.key,
        way=way,
        from_url=was.draft.page_url,
        to_url=now.draft.page_url,
        from_name=was.draft.name,
        to_name=now.draft.name,
    )
