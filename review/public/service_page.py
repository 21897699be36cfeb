"""A published service in plain words: what, who for, when, where, cost, how to join, and how sure one can be of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import quote

from register.codes.vocabulary import SCOPE_FIELD, Scope
from register.hosts import is_web_address
from register.public.service import PublicField, PublicQuote, PublicService
from register.staleness.freshness import Freshness, freshness_at
from review.public.face import PublicFace
from review.public.next_dates import next_dates, say_time, say_when, weekly_rule
from review.public.structured_data import structured_data
from review.schedules import say_duration
from review.templating import day

SUMMARY = 220  # characters
LONGEST_JUMP = 300  # characters of a quote that a link can jump to
FOR_ANYBODY = "all adults"
LABELS = {
    "tidier.what_procedures": "What happens",
    "tidier.why": "Why it is there",
    "tidier.what_materials": "What you get or use",
    "tidier.how": "How it happens",
    "tidier.who_provided": "Who runs it",
    "tidier.tailoring": "How it fits people",
    "tidier.when_how_much": "When",
    "tidier.where": "Where",
    "fact.addresses": "Address",
    "fact.postcodes": "Postcode",
    "fact.recurrence": "How often",
    "fact.frequency": "How often",
    "fact.weekdays": "Days",
    "fact.times": "Times",
    "fact.dates": "Dates",
    "fact.seasons": "Parts of the year",
    "fact.durations": "How long",
    "fact.sessions": "How many times",
    "fact.cost": "Cost",
    "fact.prices": "Prices",
    "fact.age_min": "Youngest age",
    "fact.age_max": "Oldest age",
    "fact.referral": "How to join",
    "fact.delivery_mode": "How it happens",
    "fact.phones": "Telephone",
    "fact.emails": "E-mail",
    "fact.websites": "Web",
    "fact.accessibility": "Access",
    "fact.languages": "Languages",
    "fact.provider": "Who provides it",
    "fact.provider_kind": "What kind of organisation",
    "fact.charity_number": "Charity number",
    "code.type": "What kind of help",
    "code.factor": "What it helps with",
    "code.population": "Who it is for",
    SCOPE_FIELD: "Where it is for",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """Words of the page, and the address that opens the page at them ("" where there is none to open)."""

    words: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A field as the page's last part lists it: label, values in words, quotes, and its dates in words."""

    label: str
    values: tuple[str, ...]
    quotes: tuple[Quoted, ...]
    dates: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Everything that the page of a service says, in words. An empty text or tuple is not said."""

    id: str
    name: str
    summary: str
    kinds: tuple[str, ...]
    helps_with: tuple[str, ...]
    for_whom: tuple[str, ...]
    what: tuple[tuple[str, str], ...]
    when: tuple[str, ...]
    when_quoted: str
    next_days: tuple[date, ...]
    only_then: tuple[str, ...]
    where: tuple[str, ...]
    scope: str
    miles: str
    cost: str
    free: bool
    joining: tuple[str, ...]
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    websites: tuple[str, ...]
    provider: str
    access: tuple[str, ...]
    languages: tuple[str, ...]
    freshness: Freshness
    checked: str
    read: str
    changed: str
    warnings: tuple[str, ...]
    shown: tuple[Shown, ...]
    structured: str


def lay_out_service(service: PublicService, face: PublicFace, *, today: date, away: float | None = None) -> Told:
    """`away` is in miles."""
    values = service.values
    what = [(LABELS[name], text) for name in ("tidier.what_procedures", "tidier.why") for text in values(name)]
    times = tuple(say_time(time) for time in values("fact.times"))
    weekly = weekly_rule(values("fact.weekdays"), values("fact.frequency"))
    rules = values("fact.recurrence") or ((weekly,) if weekly else ())
    days = say_when(rules, values("fact.weekdays"))
    return Told(
        id=service.id,
        name=service.name,
        summary=_shorten(what[0][1]) if what else "",
        kinds=_words(face, service, "code.type"),
        helps_with=_words(face, service, "code.factor"),
        for_whom=(*_words(face, service, "code.population"), *_ages(service)),
        what=tuple(what),
        when=tuple(filter(None, (*days, ", ".join(times), *_lengths(service)))),
        when_quoted=" ".join(values("tidier.when_how_much")),
        next_days=next_dates(rules, values("fact.dates"), today=today),
        only_then=_words(face, service, "fact.seasons"),
        where=_where(service),
        scope=_scope(service),
        miles=_miles(away),
        cost=_cost(face, service),
        free=values("fact.cost") == ("free",),
        joining=_words(face, service, "fact.referral"),
        phones=values("fact.phones"),
        emails=values("fact.emails"),
        websites=tuple(url for url in values("fact.websites") if is_web_address(url)),
        provider=_provider(face, service),
        access=tuple(_plain(face, "fact.accessibility", value) for value in values("fact.accessibility")),
        languages=tuple(_plain(face, "fact.languages", value) for value in values("fact.languages")),
        freshness=freshness_of(service, face, today),
        checked=f"Checked by a person on {day(service.verified_at)}",
        read=f"its page was last read on {day(service.fetched_at)}" if service.page_url else "told to us by people",
        changed=f"what it says last changed on {day(service.changed_at)}",
        warnings=_warnings(service, face, today),
        shown=tuple(_shown(field, service, face) for field in service.fields if field.values),
        structured=structured_data(service, face.words),
    )


def freshness_of(service: PublicService, face: PublicFace, today: date) -> Freshness:
    return freshness_at(service.due_at, datetime.combine(today, time.max, UTC), face.freshness)


def _warnings(service: PublicService, face: PublicFace, today: date) -> tuple[str, ...]:
    told, when = [], day(service.verified_at)
    if service.in_doubt == "missing":
        told.append("It was not found on its page when we last looked. It may have moved or ended: ask before you go.")
    if service.in_doubt == "changed":
        told.append("Its page has changed since a person checked it, and nobody has looked again yet.")
    if (fresh := freshness_of(service, face, today)) is Freshness.DUE:
        told.append(f"Nobody has checked it since {when}: that is overdue, so ask before you go.")
    elif fresh is Freshness.UNVERIFIED:
        told.append(f"Not verified: nobody has checked it since {when}. It may have changed or ended.")
    return tuple(told)


def _words(face: PublicFace, service: PublicService, name: str) -> tuple[str, ...]:
    return tuple(_plain(face, name, value) for value in service.values(name))


def _plain(face: PublicFace, name: str, value: str) -> str:
    named = face.words.get(f"{name.partition('.')[2]}:{value}")
    return named or value.replace("_", " ").capitalize()


def _ages(service: PublicService) -> tuple[str, ...]:
    least = next(iter(service.values("fact.age_min")), "")
    most = next(iter(service.values("fact.age_max")), "")
    if least and most:
        return (f"From {least} to {most} years old",)
    if least:
        return (f"From {least} years old",)
    return (f"Up to {most} years old",) if most else ()


def _lengths(service: PublicService) -> Iterable[str]:
    lengths = [say_duration(length) for length in service.values("fact.durations")]
    if lengths:
        yield f"Length: {', '.join(lengths)}"
    for many in service.values("fact.sessions"):
        yield f"{many} times"


def _where(service: PublicService) -> tuple[str, ...]:
    if service.hidden_place:
        return ("The address is not shown, to keep people safe. Get in touch to find out.",)
    told = [*service.values("fact.addresses")] or [*service.values("tidier.where")]
    have = " ".join(told).upper().replace(" ", "")
    told += [code for code in service.values("fact.postcodes") if code.upper().replace(" ", "") not in have]
    return tuple(dict.fromkeys(told))


def _scope(service: PublicService) -> str:
    scope = next(iter(service.values(SCOPE_FIELD)), "")
    if scope == Scope.NATIONAL.value:
        return "For people anywhere in the country"
    return "For people of another area" if scope == Scope.ELSEWHERE.value else ""


def _miles(away: float | None) -> str:
    if away is None:
        return ""
    return "less than half a mile away" if away < 0.5 else f"{away:.1f} miles ({away * 1.609344:.1f} km) away"


def _cost(face: PublicFace, service: PublicService) -> str:
    kinds, prices = _words(face, service, "fact.cost"), service.values("fact.prices")
    told = ", ".join(price.removesuffix(".00") for price in prices)
    if kinds and told:
        return f"{kinds[0]} ({told})"
    return kinds[0] if kinds else told


def _provider(face: PublicFace, service: PublicService) -> str:
    name = next(iter(service.values("fact.provider")), "")
    kind = next(iter(_words(face, service, "fact.provider_kind")), "")
    number = next(iter(service.values("fact.charity_number")), "")
    told = [kind, f"charity number {number}" if number else ""]
    rest = ", ".join(filter(None, told))
    if name:
        return f"{name} ({rest})" if rest else name
    return rest[:1].upper() + rest[1:]


def _shown(field: PublicField, service: PublicService, face: PublicFace) -> Shown:
    dates = (
        f"checked {day(field.verified_at)}",
        f"read {day(field.fetched_at)}",
        f"last changed {day(field.changed_at)}",
    )
    return Shown(
        label=LABELS[field.name],
        values=tuple(_say(face, field.name, value) for value in field.values),
        quotes=tuple(Quoted(words=q.words, address=_jump(q.page or service.page_url, q)) for q in field.quotes),
        dates=", ".join(dates),
    )


def _say(face: PublicFace, name: str, value: str) -> str:
    if name == "fact.recurrence":
        return say_when((value,), ())[0] if say_when((value,), ()) else value
    if name == "fact.times":
        return say_time(value)
    if name == "fact.durations":
        return say_duration(value)
    if name == "fact.dates":
        return day(datetime.fromisoformat(value))
    if name == "fact.weekdays":
        return say_when((), (value,))[0]
    if name.startswith("tidier.") or name in ("fact.addresses", "fact.provider", "fact.websites", "fact.emails"):
        return value
    return _plain(face, name, value)


def _jump(url: str, found: PublicQuote) -> str:
    """The page's address with what makes a browser go to these words, where they are whole and not too long."""
    if not url or not found.whole or len(found.words) > LONGEST_JUMP or "#" in url:
        return url
    return f"{url}#:~:text={quote(found.words, safe='').replace('-', '%2D')}"


def _shorten(text: str) -> str:
    if len(text) <= SUMMARY:
        return text
    cut = text[:SUMMARY].rsplit(" ", 1)[0].rstrip(" ,;:-–")
    return f"{cut} …"
