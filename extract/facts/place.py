"""Addresses and web addresses as the text writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from extract.facts.contact import AREAS, POSTCODE
from extract.facts.found import Found
from extract.facts.schedule import MONTH

LONGEST: Final = 160  # characters of an address
ROAD: Final = (
    r"(?:road|rd|street|st|lane|ln|avenue|ave|drive|dr|way|close|place|square|sq|crescent|cres|terrace|grove"
    r"|gardens|hill|row|court|walk"
    r"|parade|green|mews|gate|park|quay|wharf|broadway|approach|rise|view|embankment)"
)
STREET: Final = re.compile(
    rf"(?<![\d-])\b\d{{1,4}}[a-zA-Z]?(?:\s?[-–/]\s?\d{{1,4}}[a-zA-Z]?)?,?\s(?:(?:[A-Z][\w'’.-]*|of|the|de"
    rf"|le)\s){{0,4}}(?i:{ROAD})\b\.?"
)
# "15 Aug 2025 Bury St Edmunds" has no house 2025.
YEAR: Final = re.compile(r"(?:19|20)\d\d\s")
MONTH_BEFORE: Final = re.compile(rf"(?i)\b{MONTH}\.?,?\s$")
LONGEST_MONTH: Final = 12  # characters, with what stands around it
WORD: Final = re.compile(r"[\w'’.&()/-]+")
SMALL: Final = frozenset(["of", "the", "on", "in", "le", "by", "upon", "under", "de", "and", "&"])
LOWER_HOUSE: Final = re.compile(r"(?i)(?<![\d:.])\b\d{1,4}[a-z]?\s(?:to|and)\s\Z")  # before "53, Mill Lane"
TIME_BEFORE: Final = re.compile(r"\d{1,2}\s(?:in|on|at|by)\s")  # "10 to 12 in Mill Hall"
LEAD: Final = re.compile(
    r"(?i)^(?:.*\b(?:at|in|to|venue|where|address|location|is|visit|from|held|meets?|near|based|find us"
    r"|located)\b[\s:]+)(?=\S)"
)
WEB: Final = re.compile(
    r"(?i)\b(?:https?://[^\s<>\"'“”‘’]+|www\.[a-z0-9-]+(?:\.[a-z0-9-]+)+[^\s<>\"'“”‘’]*)"
    r"|(?<![\w@./-])[a-z0-9][a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:org\.uk|co\.uk|nhs\.uk|gov\.uk|ac\.uk|org|com"
    r"|net)\b(?:/[^\s<>\"'“”‘’]*)?(?![\w@-])"
)


def find_addresses(text: str) -> Iterator[Found]:
    """Addresses that end in a postcode, and those of a house and a street; white space collapsed."""
    taken: list[tuple[int, int]] = []
    for match in POSTCODE.finditer(text):
        area = re.match(r"[A-Z]+", match[1])
        if not area or area[0] not in AREAS:
            continue
        last = taken[-1][1] if taken else 0
        start = _start_of(text, max(last, match.start() - LONGEST), match.start())
        if match.start() - start >= 8:
            taken.append((start, match.end()))
            yield Found(value=_flat(text[start : match.end()]), start=start, end=match.end(), rule="address.postcode")
    for match in STREET.finditer(text):
        if _is_dated(text, match):
            continue
        if not any(a < match.end() and match.start() < b for a, b in taken):
            yield Found(
                value=_flat(match[0].rstrip(".")),
                start=match.start(),
                end=match.start() + len(match[0].rstrip(".")),
                rule="address.street",
            )


def _is_dated(text: str, match: re.Match[str]) -> bool:
    """Whether what looks like a house's number is the year of a date."""
    near = max(0, match.start() - LONGEST_MONTH)
    return YEAR.match(match[0]) is not None and MONTH_BEFORE.search(text, near, match.start()) is not None


def _start_of(text: str, first: int, end: int) -> int:
    """Where the run of names, numbers and commas before a postcode begins."""
    start = end
    for word in reversed(list(WORD.finditer(text, first, end))):
        between = text[word.end() : start] if start < end else text[word.end() : end]
        plain = word[0].strip(".()'’-")
        named = plain[:1].isupper() or plain[:1].isdigit() or plain.lower() in SMALL
        stops = bool(re.search(r"[:;!?|•–—]|\.\s", between)) or (
            between.strip() == "" and word[0].endswith((":", "?", "!"))
        )
        # "Rochdale. OL16 1LA": before the postcode a stop ends nothing.
        if not named or stops or (start < end and word[0].endswith(".") and len(plain) > 3):
            break
        start = word.start()
    if time := TIME_BEFORE.match(text, start, end):
        start = time.end()
    elif text[start].isdigit() and (lower := LOWER_HOUSE.search(text, first, start)):
        start = lower.start()
    # A capital article belongs to the name: "The Bank, 2 Castle Street".
    while start < end and (head := WORD.match(text, start)) and head[0] != "The" and head[0].lower() in (*SMALL, "at"):
        start = head.end() + (len(text[head.end() : end]) - len(text[head.end() : end].lstrip(" ,")))
    return start


def find_websites(text: str) -> Iterator[Found]:
    """Web addresses with their host in lower case and without a stop or slash at the end."""
    if "." not in text:
        return
    for match in WEB.finditer(text):
        quote = match[0].partition("](")[0].rstrip(".,;:!?)]}'\"/")  # Markdown that nobody rendered
        rest = re.sub(r"(?i)^https?://", "", quote)
        host, slash, path = rest.partition("/")
        hidden = re.search(r"(?i)[(\[{@]\s?(?:at|@)?\s?[)\]}]?\s?$", text[max(0, match.start() - 6) : match.start()])
        if "." in host and not hidden and not host.startswith("."):
            yield Found(
                value=f"{host.lower()}{slash}{path}",
                start=match.start(),
                end=match.start() + len(quote),
                rule="website",
            )


def _flat(text: str) -> str:
    return " ".join(text.split())
