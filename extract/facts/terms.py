"""On what terms a service is offered: cost, ages, referral, and how it is delivered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from extract.facts.found import Found
from extract.facts.patterns import Rule, one_pattern, one_quick, read_rules

NUMBERS: Final = {
    word: n
    for n, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
} | {str(n): n for n in range(1, 19)}
DIGIT: Final = re.compile(r"\d")
BIRTH: Final = re.compile(r"(?i)\bfrom birth\b")
TO_YEARS: Final = re.compile(r"(?i)\b(?:to|until|up to)(?: the age of)? (\w+) years?\b")
ESCORT: Final = re.compile(r"(?i)\b(?:accompan\w+|must|need|supervis\w+|free|half price|consent|with an adult)\b")
ASIDE: Final = re.compile(
    r"(?i)\b(?:(?:area|corner|toys?|creche|crèche|prices?|tickets?|keep\w*|hold|store\w*|period of)\b[^.]{0,40}$"
    r"|discount\w*|concession\w*|credit|reduced|in receipt)"
)
BARE_BAND: Final = re.compile(r"(?<![\d£:.])(\d{1,2})\s?(?:-|–|—|to|and)\s?(\d{1,2})(?![\d:.]|\s?[ap]m)")
BARE_FROM: Final = re.compile(r"(?<![\d£:.])(\d{1,2})\s?(?:\+|plus\b|and (?:over|above|up))")


def find_cost(text: str) -> Found | None:
    """free, donation, paid, or mixed where free places stand beside prices; None where nothing says."""
    lowered = text.lower()
    frees = one_quick("cost", "free").finditer(text, lowered)
    free = next((m for m in frees if not _is_other_free(text, m)), None)
    gift = one_quick("cost", "donation").search(text, lowered)
    prices = one_quick("cost", "price").finditer(text, lowered)
    price = next((m for m in prices if not _is_other_money(text, m)), None)
    soft = one_quick("cost", "paid").search(text, lowered)
    if gift and not (price and abs(price.start() - gift.start()) > 60 and not free):
        return Found(value="donation", start=gift.start(), end=gift.end(), rule="cost.donation")
    if free and price:
        start, end = min(free.start(), price.start()), max(free.end(), price.end())
        if end - start > 300:
            start, end = price.span()
        return Found(value="mixed", start=start, end=end, rule="cost.mixed")
    for match, value in ((free, "free"), (price, "paid"), (soft, "paid")):
        if match:
            return Found(value=value, start=match.start(), end=match.end(), rule=f"cost.{value}")
    return None


def _is_other_free(text: str, match: re.Match[str]) -> bool:
    """Another thing than the service is free: parking, a snack, "free from"."""
    near = text[max(0, match.start() - 12) : match.end() + 16]
    before = text[max(0, match.start() - 60) : match.start()]
    return bool(one_pattern("cost", "not_free").search(near) or one_pattern("cost", "free_other").search(before))


def _is_other_money(text: str, match: re.Match[str]) -> bool:
    return bool(one_pattern("cost", "price_other").search(text[max(0, match.start() - 50) : match.end() + 25]))


def find_ages(text: str, *, labelled: bool = False) -> Iterator[tuple[str, Found]]:
    """(`age_min` or `age_max`, years) of the first age band that the text states. `labelled` says that the text
    answers a label such as "Age", so that bare numbers are years."""
    if not DIGIT.search(text) and "birth" not in text.lower():
        return
    bands = (one_pattern("age", "span"), BARE_BAND) if labelled else (one_pattern("age", "span"),)
    band = next(
        (m for pattern in bands for m in pattern.finditer(text) if _is_band(m) and not _is_reduced(text, m)), None
    )
    if band:
        low, high = (int(n) for n in band.groups() if n)
        yield "age_min", Found(value=low, start=band.start(), end=band.end(), rule="age.band")
        if not ESCORT.search(text[band.end() : band.end() + 60]):
            yield "age_max", Found(value=high, start=band.start(), end=band.end(), rule="age.band")
    elif birth := BIRTH.search(text):
        yield from _from_birth(text, birth)
    else:
        yield from _one_end(text, labelled=labelled)


def _from_birth(text: str, birth: re.Match[str]) -> Iterator[tuple[str, Found]]:
    yield "age_min", Found(value=0, start=birth.start(), end=birth.end(), rule="age.birth")
    years = TO_YEARS.search(text, birth.end())
    if years and (top := NUMBERS.get(years[1].lower())):
        yield "age_max", Found(value=top, start=years.start(), end=years.end(), rule="age.birth")


def _one_end(text: str, *, labelled: bool) -> Iterator[tuple[str, Found]]:
    starts = [m for m in one_pattern("age", "from").finditer(text) if 0 < _years(m) <= 85 and not _is_reduced(text, m)]
    youngest = BARE_FROM.search(text) if labelled else None
    youngest = youngest or (starts[0] if starts else None)
    if youngest:
        yield "age_min", Found(value=_years(youngest), start=youngest.start(), end=youngest.end(), rule="age.from")
        return
    ends = one_pattern("age", "to").finditer(text)
    oldest = next((m for m in ends if not _is_aside(text, m)), None)
    if oldest:
        yield "age_max", Found(value=_years(oldest), start=oldest.start(), end=oldest.end(), rule="age.to")


def _is_aside(text: str, match: re.Match[str]) -> bool:
    """Ages that say who must be brought by an adult, who pays less, or who plays in the corner."""
    return bool(ESCORT.search(text[match.end() : match.end() + 60])) or _is_reduced(text, match)


def _is_reduced(text: str, match: re.Match[str]) -> bool:
    before, after = text[max(0, match.start() - 60) : match.start()], text[match.end() : match.end() + 60]
    return bool(ASIDE.search(before) or ASIDE.search(after.split(".")[0]))


def _years(match: re.Match[str]) -> int:
    return int(next(n for n in match.groups() if n))


def _is_band(match: re.Match[str]) -> bool:
    low, high = (int(n) for n in match.groups() if n)
    return low < high <= 100


def find_ruled(kind: str, text: str, *, rules: Sequence[Rule] | None = None) -> Iterator[Found]:
    """What the rules of `kind` say of the text, or those of them that are given: at most one match a rule.

    `delivery` is how it is delivered (a mode that is only a way to get in touch is left out), `referral` who may send
    somebody (`self` where the reader is told to come, book or call), `seasons` the parts of the year in which it runs
    or does not, `accessibility` what makes it accessible (what is said to be missing is left out).
    """
    lowered = text.lower()
    for rule in read_rules(kind) if rules is None else rules:
        if match := rule.first(text, lowered):
            yield Found(value=rule.value, start=match.start(), end=match.end(), rule=f"{kind}.{rule.value}")


def find_delivery(text: str) -> Iterator[Found]:
    return find_ruled("delivery", text)


def find_referral(text: str) -> Iterator[Found]:
    return find_ruled("referral", text)
