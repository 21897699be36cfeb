"""What tells a candidate from others, each trait in one form: the only thing that matching sees of it."""

from __future__ import annotations

import json
import re
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from zlib import crc32

from register.hosts import host_of
from register.matching.words import MatchingWords
from register.models import Candidate, Value

WORD = re.compile(r"[^\W_]+")
NUMBERED = re.compile(r"\d+(?:[a-z]|st|nd|rd|th|am|pm)?")
DECODER: Final = json.JSONDecoder()
SLUG = re.compile(r"[a-z]{2,}")
SKETCH = 16  # least hashes kept of a description: two descriptions are as alike as they have these in common
SHORTEST_SAID = 5  # letters of a word that a description is told by
SAID = ("tidier.why", "tidier.what_materials", "tidier.what_procedures", "tidier.who_provided", "tidier.how")


class Traits(NamedTuple):
    """A candidate's traits; each tuple in the order of its texts.

    `name` are the name's words as they stand, `host` its page's, `slug` the letters of the page's own part of its
    address, `streets` the lines of its addresses that name a street, `sites` the hosts of web addresses that it names,
    `sketch` the least hashes of the words of its description.
    """

    locality: str
    name: tuple[str, ...]
    host: str
    slug: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    postcodes: tuple[str, ...]
    streets: tuple[str, ...]
    sites: tuple[str, ...]
    provider: tuple[str, ...]
    weekdays: tuple[str, ...]
    times: tuple[str, ...]
    dates: tuple[str, ...]
    charity: tuple[str, ...]
    sketch: tuple[int, ...]


def traits_of(candidate: Candidate, words: MatchingWords) -> Traits:
    values = {field.name: field.value for field in candidate.fields}
    facts = {name.partition(".")[2]: _texts(value) for name, value in values.items() if name.startswith("fact.")}
    host = host_of(candidate.page_url)
    return Traits(
        locality=candidate.locality,
        name=words_of(candidate.name, words),
        host=host,
        slug=slug_of(candidate.page_url),
        phones=_once(digits_of(one) for one in facts.get("phones", ())),
        emails=_once(one.casefold() for one in facts.get("emails", ())),
        postcodes=_once(one.replace(" ", "").upper() for one in facts.get("postcodes", ())),
        streets=_once(street for one in facts.get("addresses", ()) if (street := street_of(one, words))),
        sites=_once(site for one in facts.get("websites", ()) if (site := _site(one)) and site != host),
        provider=plain_organisation(" ".join(facts.get("provider", ())), words),
        weekdays=_once(facts.get("weekdays", ())),
        times=_once(facts.get("times", ())),
        dates=_once(facts.get("dates", ())),
        charity=_once(facts.get("charity_number", ())),
        sketch=sketch_of(" ".join(e.quote for f in candidate.fields if f.name in SAID for e in f.evidence)),
    )


def words_of(name: str, words: MatchingWords) -> tuple[str, ...]:
    """The words of a name: lower case, without articles, each spelt in one way."""
    told = re.sub(r"(?<=\w)['’`](?=s\b)", "", name.casefold())
    return tuple(words.spelt.get(word, word) for word in WORD.findall(told) if word not in words.articles)


def plain_organisation(name: str, words: MatchingWords) -> tuple[str, ...]:
    """The words of an organisation's name without its legal form, in their order."""
    told = words_of(name, words)
    return tuple(word for word in told if word not in words.forms) or told


def slug_of(url: str) -> str:
    """The letters of the last part of the page's address that has any: dates and numbers tell occurrences apart.

    >>> slug_of("https://a.example/things/tea-dance-04-11/index.html")
    'tea dance'
    """
    parts = [part for part in urlsplit(url).path.casefold().split("/") if part and not part.startswith("index.")]
    return " ".join(SLUG.findall(parts[-1].removesuffix(".html").removesuffix(".php"))) if parts else ""


def street_of(address: str, words: MatchingWords) -> str:
    """The part of an address that names a street, with its number, in one spelling; "" where none does."""
    for part in re.split(r"[,;\n]", address.casefold()):
        told = [words.spelt_in_streets.get(word, word) for word in WORD.findall(part)]
        if not words.streets.isdisjoint(told):
            return " ".join(told[-4:])
    return ""


def digits_of(phone: str) -> str:
    digits = re.sub(r"\D", "", phone.replace("(0)", ""))
    return "0" + digits.removeprefix("0044").removeprefix("44") if digits.startswith(("44", "0044")) else digits


def sketch_of(text: str) -> tuple[int, ...]:
    """The least hashes of the words of a description; () where it has fewer than a sketch holds."""
    hashes = sorted({crc32(word.encode()) for word in WORD.findall(text.casefold()) if len(word) >= SHORTEST_SAID})
    return tuple(hashes[:SKETCH]) if len(hashes) >= SKETCH // 2 else ()


def pack(traits: Traits) -> str:
    """The traits as one line that `unpack` reads: a list in the order of `Traits`, for a million of them are kept."""
    return json.dumps(traits, ensure_ascii=False, separators=(",", ":"))


def unpack(line: str) -> Traits:
    return Traits._make([tuple(value) if type(value) is list else value for value in json.loads(line)])


def name_in(line: str) -> tuple[str, ...]:
    """The name alone, which most lines are read for: the second of what `pack` wrote."""
    _, comma = DECODER.raw_decode(line, 1)
    return tuple(DECODER.raw_decode(line, comma + 1)[0])


def _site(address: str) -> str:
    try:
        return host_of(address if "://" in address else f"https://{address}")
    except ValueError:
        return ""


def _texts(value: Value) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(one) for one in value) if isinstance(value, tuple) else (str(value),)


def _once(texts: object) -> tuple[str, ...]:
    return tuple(sorted(set(texts)))  # type: ignore[call-overload]
