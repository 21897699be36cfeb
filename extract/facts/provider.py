"""Who runs a service, what kind of body it is, and its charity number, as the text says them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from extract.facts.found import Found
from extract.facts.patterns import read_rules

LABEL: Final = re.compile(
    r"(?i)^(?:provider|provided by|provider name|run by|organisation|organisation name|organised by|organiser"
    r"|delivered by|hosted by|host)$"
)
_NAME: Final = (
    r"(?P<name>(?:[A-Z][\w'’&-]*|[A-Z]{2,})"
    r"(?:\s(?:(?:of|the|and|for|in|our|&|de)\s){0,2}(?:[A-Z][\w'’&-]*|\d{2,4})){0,7})"
)
BY: Final = re.compile(
    rf"\b(?i:(?:run|provided|delivered|organised|organized|offered|managed|hosted)(?: and (?:run|provided"
    rf"|delivered|organised|funded|managed|hosted))?"
    rf"(?: (?:jointly|locally|weekly|entirely))? by|a project (?:of|by)|a service (?:of|from|by)"
    rf"|part of)\s(?:the\s)?{_NAME}"
)
NOT_PROVIDER: Final = re.compile(
    r"(?i)^(?:mon|tue|wed|thu|fri|sat|sun)\w*day|^(?:january|february|march|april|may|june|july|august"
    r"|september|october|november|december)\b"
    r"|^(?:i|we|you|it|our|your|a|an|the|this|trained|qualified|volunteers?|please|covid|local|get|various|several|many"
    r"|young|parents|people|staff|students|members|experienced|professional|friendly|fully)$"
)
LED_IN: Final = re.compile(r"(?i)^(?:run|provided|delivered|organi[sz]ed|offered|managed|hosted) by:?\s")
NUMBER: Final = re.compile(
    r"(?i)\b(?:charit(?:y|ies|able)\b[^\d]{0,40}|(?:registered (?:in england"
    r"|with the charity commission)[^\d]{0,30}))(?P<number>SC\s?0\d{5}|NIC\s?1\d{5}|[1-9]\d{5,6})(?!\d)"
)
LEAST: Final = 200_000
MOST: Final = 1_299_999  # the numbers that the Charity Commission for England and Wales gave


def find_provider(text: str, *, label: str = "") -> Iterator[Found]:
    """The name of who runs it: what answers a label such as "Provider", else the name after "run by"."""
    if LABEL.match(label.strip(" :")) and 2 < len(text) <= 90 and not text.rstrip().endswith((".", "!", "?")):
        lead = LED_IN.match(text)
        start = lead.end() if lead else 0
        yield Found(value=" ".join(text[start:].split()), start=start, end=len(text), rule="provider.label")
        return
    for match in BY.finditer(text):
        name = match["name"].rstrip(" .'’-&")
        if len(name) > 2 and not NOT_PROVIDER.search(name):
            start = match.start("name")
            yield Found(value=name, start=start, end=start + len(name), rule="provider.by")
            return


def find_provider_kind(text: str, *, named: bool = False) -> Iterator[Found]:
    """What the body is: by its own name where `text` is that, else by what the text says of it."""
    wanted = "named" if named else "told"
    lowered = text.lower()
    for rule in read_rules("provider_kind"):
        if rule.name == wanted and (match := rule.first(text, lowered)):
            yield Found(value=rule.value, start=match.start(), end=match.end(), rule=f"provider_kind.{rule.name}")
            return


def find_charity_number(text: str) -> Iterator[Found]:
    """A number beside the word charity that has the form of one of the three registers of the United Kingdom."""
    for match in NUMBER.finditer(text):
        number = re.sub(r"\s", "", match["number"]).upper()
        if not number.isdigit() or LEAST <= int(number) <= MOST:
            yield Found(value=number, start=match.start("number"), end=match.end("number"), rule="charity_number")
