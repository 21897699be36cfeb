"""Postcodes, telephone numbers and e-mail addresses as British pages write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import phonenumbers

from extract.facts.found import Found

POSTCODE: Final = re.compile(
    r"\b((?:[A-Z]{1,2}[0-9][A-Z0-9]?|GIR))[ \u00a0]?([0-9][ABD-HJLNP-UW-Z]{2})\b",
)
AREAS: Final = frozenset(
    [
        "AB",
        "AL",
        "B",
        "BA",
        "BB",
        "BD",
        "BH",
        "BL",
        "BN",
        "BR",
        "BS",
        "BT",
        "CA",
        "CB",
        "CF",
        "CH",
        "CM",
        "CO",
        "CR",
        "CT",
        "CV",
        "CW",
        "DA",
        "DD",
        "DE",
        "DG",
        "DH",
        "DL",
        "DN",
        "DT",
        "DY",
        "E",
        "EC",
        "EH",
        "EN",
        "EX",
        "FK",
        "FY",
        "G",
        "GL",
        "GU",
        "GY",
        "HA",
        "HD",
        "HG",
        "HP",
        "HR",
        "HS",
        "HU",
        "HX",
        "IG",
        "IM",
        "IP",
        "IV",
        "JE",
        "KA",
        "KT",
        "KW",
        "KY",
        "L",
        "LA",
        "LD",
        "LE",
        "LL",
        "LN",
        "LS",
        "LU",
        "M",
        "ME",
        "MK",
        "ML",
        "N",
        "NE",
        "NG",
        "NN",
        "NP",
        "NR",
        "NW",
        "OL",
        "OX",
        "PA",
        "PE",
        "PH",
        "PL",
        "PO",
        "PR",
        "RG",
        "RH",
        "RM",
        "S",
        "SA",
        "SE",
        "SG",
        "SK",
        "SL",
        "SM",
        "SN",
        "SO",
        "SP",
        "SR",
        "SS",
        "ST",
        "SW",
        "SY",
        "TA",
        "TD",
        "TF",
        "TN",
        "TQ",
        "TR",
        "TS",
        "TW",
        "UB",
        "W",
        "WA",
        "WC",
        "WD",
        "WF",
        "WN",
        "WR",
        "WS",
        "WV",
        "YO",
        "ZE",
    ]
)
NUMBER: Final = re.compile(
    r"(?<![\w£$€.=-])(?:\(?\+?\s?44\)?[\s()-]*(?:\(0\)[\s-]*)?|\(?0)(?:[\s()./-]{0,2}\d){8,10}(?!\d)",
)
SHORT_CODES: Final = re.compile(
    r"(?<![\d£.,/:-])(116\s?123|116\s?000|116\s?111|111|119|105|18000)(?![\d%/:-]|\.\d|,\d)"
)
SHORT_CONTEXT: Final = re.compile(
    r"(?i)\b(call|dial|ring|phone|telephone|tel|helpline|number|contact|on|emergency|nhs|samaritans|line|press)\b[^.]{0,40}$"
)
TEXT_LINE: Final = re.compile(r"(?i)\btext(?:ing)?\b[^.]{0,40}?\b(?:to|on)?\s?(?<!\d)(\d{5}|0?7\d{4}\s?\d{6})(?!\d)")
FAX: Final = re.compile(r"(?i)\bfax\b[^\d]{0,20}$")
CHARITY: Final = re.compile(r"(?i)\b(?:charity|company|registration|reg)\b(?:[^\d.!?]|(?<=no|eg)\.){0,30}$")
EMAIL: Final = re.compile(r"(?i)(?<![\w.+-])[a-z0-9][\w.+'-]*@[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b")
OBFUSCATED: Final = re.compile(
    r"(?i)\b([a-z0-9][\w.-]*)\s*(?:\(at\)|\[at\]|\{at\}|\s+at\s+|\(@\)|\[@\])\s*"
    r"([a-z0-9-]+(?:\s*(?:\(dot\)|\[dot\]|\{dot\}|\s+dot\s+|\.)\s*[a-z]{2,})+)\b"
)
DOT: Final = re.compile(r"(?i)\s*(?:\(dot\)|\[dot\]|\{dot\}|\s+dot\s+|\.)\s*")


def find_postcodes(text: str) -> Iterator[Found]:
    """Full postcodes whose area exists, as `WF2 8RR`."""
    for match in POSTCODE.finditer(text):
        area = re.match(r"[A-Z]+", match[1])
        if area and area[0] in AREAS:
            yield Found(value=f"{match[1]} {match[2]}", start=match.start(), end=match.end(), rule="postcode")


def find_phones(text: str) -> Iterator[Found]:
    """Telephone numbers valid in Britain as written (white space collapsed), short codes and text lines."""
    for match in NUMBER.finditer(text):
        before = text[max(0, match.start() - 40) : match.start()]
        if FAX.search(before) or CHARITY.search(before):
            continue
        raw = match[0].rstrip(" ().-/")
        if _is_valid(raw):
            start = match.start()
            yield Found(value=" ".join(raw.split()), start=start, end=start + len(raw), rule="phone")
    for match in SHORT_CODES.finditer(text):
        if SHORT_CONTEXT.search(text[max(0, match.start() - 60) : match.start()]) or text.strip() == match[0]:
            yield Found(value=match[1], start=match.start(1), end=match.end(1), rule="phone.short")
    for match in TEXT_LINE.finditer(text):
        if len(match[1]) == 5:
            yield Found(value=match[1], start=match.start(1), end=match.end(1), rule="phone.text")


def _is_valid(raw: str) -> bool:
    digits = re.sub(r"\(0\)|\D", "", raw)
    digits = digits[2:] if digits.startswith("44") else digits
    try:
        number = phonenumbers.parse(digits if digits.startswith("0") else "0" + digits, "GB")
    except phonenumbers.NumberParseException:
        return False
    # Pages carry numbers of ranges that were never given out (made-up or mistyped); their length must still be right.
    return phonenumbers.is_possible_number(number) and len(digits.lstrip("0")) in (9, 10)


def find_emails(text: str) -> Iterator[Found]:
    """E-mail addresses in lower case of the host, also those written as `name [at] host [dot] org`."""
    for match in EMAIL.finditer(text):
        quote = match[0].rstrip(".-")
        yield Found(value=quote, start=match.start(), end=match.start() + len(quote), rule="email")
    for match in OBFUSCATED.finditer(text):
        host = DOT.sub(".", match[2])
        spelled = "dot" in match[2].lower() or any(mark in match[0] for mark in "([{")
        if spelled and "@" not in match[1]:
            yield Found(
                value=f"{match[1]}@{host}".lower(), start=match.start(), end=match.end(), rule="email.obfuscated"
            )
