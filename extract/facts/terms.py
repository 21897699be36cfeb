"""On what terms a service is offered: cost, ages, referral, and how it is delivered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from extract.facts.found import Found

PRICE: Final = re.compile(
    r"£\s?\d[\d,]*(?:\.\d\d?)?(?:\s?(?:per|a|/|each|pp|for)\b[^.;]{0,20})?|\b\d{1,3}p\b(?= per| each| a )"
)
PRICE_OTHER: Final = re.compile(
    r"(?i)\b(?:funding|grants?|raised?|budget|turnover|income|worth|salary|prize|voucher|save|savings|debts?|donated?|hire|hiring|rent|award(?:ed)?|up to £)\b"
)
FREE: Final = re.compile(
    r"(?i)\b(?:for free|free of charge|free to (?:attend|join|use|access|all|call)|free(?:,| and) (?:confidential|friendly|independent|impartial|open|drop|weekly|informal|local)"
    r"|no (?:charge|cost|fee)s?|without charge|at no cost|(?:is|are|it['’]s|they['’]re|completely|totally|all|absolutely) free|free (?:\w+[ -]){0,3}?(?:sessions?|classes|class|courses?|advice|"
    r"support|service|services|workshops?|groups?|places?|activit\w+|events?|entry|admission|help|projects?|programmes?|counselling|training|lunch|meals?|food|"
    r"webchat|condoms|access|swimming|gym|tickets?|loan|therapy|helpline|lessons|coaching|mentoring|taster|consultation|trial))\b|^free\b|\bfree\b[.!]?$|\bfree event\b"
)
NOT_FREE: Final = re.compile(
    r"(?i)\b(?:feel|smoke|gluten|drug|alcohol|sugar|dairy|hands|addiction|stress|trouble|tax|rent|interest|caffeine|violence|fat|toll|cost|debt)[ -]free\b|\bfree (?:from|parking|wifi|wi-fi|time|phone|up|will|form|range|flow|standing|school|refreshments|tea|coffee|hot drink|car park)\b|\bfree (?:\w+ )?parking\b|\bfree or\b"
)
DONATION: Final = re.compile(
    r"(?i)\b(?:suggested|voluntary|small|optional|any|by|£\d+(?:\.\d\d)?) donations?\b|\bdonations? (?:of £|welcome|appreciated|accepted|requested|towards|suggested|basis|only|are)|\bpay (?:what|as) you (?:can|feel|like|want)\b|\bcontribution (?:of|towards)\b"
)
PAID: Final = re.compile(
    r"(?i)\b(?:affordable|low[ -]cost|reasonable (?:rates?|prices?)|subsidised|fees? appl\w+|there is a (?:small )?(?:fee|charge)|small (?:fee|charge)|charges? apply|membership fee|entry fee|ticketed|private patients?)\b"
)

_YEARS: Final = r"(?:years?|yrs?|yr|y/o)"
AGE_SPAN: Final = re.compile(
    rf"(?i)(?<![\d£:.])(\d{{1,2}})\s?(?:{_YEARS}(?: olds?)?\s?)?(?:-|–|—|to|and|through to)\s?(\d{{1,2}})(?:'s|s)?[\s-]?(?:{_YEARS}(?:[ -]olds?)?|year[ -]olds?)(?: of age)?"
    rf"|\b(?:aged?|ages|between|ages of|age range|age group)(?: of| from| between)?:?\s(?:the ages of )?(\d{{1,2}})\s?(?:-|–|—|to|and)\s?(\d{{1,2}})\b(?!\s?[ap]m|:)"
)
AGE_FROM: Final = re.compile(
    r"(?i)\b(?:over|aged?|ages?)[ -]?(?:the age of )?(\d{2})(?:'s|’s|s)?\s?(?:\+|and (?:over|above|older|up)|or (?:over|above|older)|plus\b|upwards|onwards)"
    r"|(?<![\d£/])(\d{1,2})\s?(?:years?|yrs?)?\s?(?:old )?(?:of age )?(?:and|or|&) (?:over|above|older|up)\b"
    r"|(?<![\d£/.:])(\d{2})\s?(?:\+|plus\b)(?!\s?(?:countries|languages|members|people|groups|years['’]? (?:of )?experience|years? experience|local|volunteers|services|organisations|courses|projects|hours|miles))"
    r"|\b(?:over|aged over|above)[ -](?:the age of )?(\d{2})(?:'s|’s|s)?(?=\b)(?!\s?(?:%|years? experience|people|years of|years[^-]|local|volunteers|members|different|countries|languages|groups|hours|miles|minutes|services|organisations|courses|projects))"
    r"|\bmust be (?:at least |over )?(\d{2})\b|\bat least (\d{2}) years\b|\bfrom (?:the )?ages? (?:of )?(\d{1,2})\b"
)
AGE_TO: Final = re.compile(
    r"(?i)\b(?:under|up to|below|aged under|younger than)[ -](?:the )?(?:ages? (?:of )?)?(\d{1,2})(?:'s|’s|s|[ -]?years?)(?=\b)(?! ?(?:%|minutes|hours|weeks|months))"
)
BIRTH: Final = re.compile(
    r"(?i)\bfrom birth\b|\bbabies\b(?=.{0,40}\b(?:years|toddlers)\b)|\b0\s?(?:-|–|to)\s?(\d{1,2})\b(?=\s?y)"
)

DELIVERY: Final = tuple(
    (value, re.compile(f"(?i){pattern}"))
    for value, pattern in (
        (
            "drop_in",
            r"\bdrop(?:ping)?[ -]?in(?:s)?\b(?! the)|\bdrop into\b|\bpop (?:in|along|down|into)\b|\bno need to book\b|\bjust (?:turn|come|show) (?:up|along)\b|\bturn up\b|\bcall in\b|\bwalk[ -]ins?\b|\bno (?:booking|appointment)(?: is)? (?:needed|necessary|required)\b|\bno appointments?\b",
        ),
        (
            "home_visit",
            r"\b(?:in|at|to|visit\w*|into) (?:\w+ ){0,4}(?:their|your|own|client'?s?) (?:own )?homes?\b|\bhome visit\w*\b|\bhome[ -]based\b|\bhousebound\b|\bvisit\w* (?:people )?at home\b|\bown home\b",
        ),
        (
            "in_person_one_to_one",
            r"\b(?:one|1)[ -]?(?:to|2|:|-)[ -]?(?:one|1)\b|\b1:1\b|\b1-2-1\b|\b121\b|\bface[ -]to[ -]face\b(?! and)|\bindividual (?:support|sessions?|counselling|therapy|appointments?|assessments?|meetings|coaching|advocacy)\b|\bbefriend(?:er|ing)\b|\bmentor(?:ing|s)?\b|\bappointments?\b|\bcasework\b|\bkey ?worker\b",
        ),
        (
            "phone",
            r"\bhelp ?lines?\b|\b(?:tele)?phone (?:support|advice|call|line|service|befriending|counselling|lines?)\b|\b(?:by|over the|via|on the) (?:tele)?phone\b(?! for)|\badvice ?line\b|\binfo(?:rmation)? ?line\b|\bcrisis line\b|\btelephone (?:and|or|support)\b|\blistening line\b|\bcareline\b|\btext line\b|\bcall (?:the|our) (?:free )?\w* ?(?:help|advice)?line\b",
        ),
        (
            "online",
            r"\bon[ -]?line\b(?! (?:form|booking|shop|store|donation|application|calendar|map|safety|banking|order))|\bzoom\b|\bvirtual(?:ly)?\b|\bweb ?chat\b|\blive chat\b|\bvideo (?:call|chat|conferenc\w+)\b|\bremote(?:ly)?\b|\bmicrosoft teams\b|\bwebinars?\b|\bdiscord\b|\bdigital (?:service|platform|programme)\b|\bapp\b|\be-?learning\b",
        ),
        (
            "in_person_group",
            r"\b(?:support |social |peer |community |walking |craft |toddler |youth |art |self[ -]help )?groups?\b(?! of companies)|\bclass(?:es)?\b|\bclubs?\b|\bchoir\b|\bworkshops?\b|\bmeet(?:s|[ -]?ups?)\b"
            r"|\bcaf[eé]s?\b|\bcoffee morning\b|\bsessions?\b|\bevents?\b|\bcourses?\b|\bget[ -]together\w*\b|\bgathering\w*\b|\blunch(?:eon)?\b|\bband\b|\borchestra\b|\bteam\b(?= game| sport)|\bsocials?\b"
            r"|\bactivities\b|\btrips\b|\bouting\w*\b|\bwalks\b|\bgames\b|\bcommunity garden\w*\b|\bshed\b|\bhub\b|\bdanc\w+\b|\byoga\b|\bpilates\b|\bcircle\b",
        ),
    )
)
REFERRAL: Final = tuple(
    (value, re.compile(f"(?i){pattern}"))
    for value, pattern in (
        (
            "gp",
            r"\b(?:your|a|via|through|by|the|their|from) (?:own )?(?:gp|doctor)s?\b(?:[^.]{0,30}refer\w*)|\brefer\w*[^.]{0,40}\b(?:gps?|doctors?)\b|\bgp referrals?\b|\b(?:ask|see|contact|through|via|speak to|talk to) (?:\w+ )?(?:gp|doctor)\b",
        ),
        (
            "professional",
            r"\bprofessionals?\b[^.]{0,40}\brefer\w*|\brefer\w*[^.]{0,60}\b(?:professionals?|agenc(?:y|ies)|social (?:worker|services)|health (?:visitor|worker|professional)|school|caseworker|probation|organisations?|partner)\w*\b"
            r"|\bprofessional referrals?\b|\bagency referrals?\b|\breferr(?:als?|ed) (?:only|by|from|through|via)\b(?! (?:gp|your|a gp|self|friends?|family))|\bby referral\b",
        ),
        ("social_prescriber", r"\bsocial prescrib\w+\b|\blink workers?\b"),
        (
            "anyone",
            r"\banyone can refer\b|\b(?:if you (?:know|think|feel)|know (?:of )?) (?:of )?(?:someone|somebody|anyone)\b|\brefer (?:someone|a friend|another|a person|yourself or)\b|\bfriends?,? (?:or|and) famil\w+[^.]{0,20}refer\w*|\bfamily (?:members?|or)[^.]{0,20}refer\w*|\bon (?:their|someone'?s) behalf\b|\b(?:yourself|self)[ ,]+(?:or|and) (?:someone|others?|a)\b|\bworried about (?:someone|somebody)\b",
        ),
        (
            "self",
            r"\bself[ -]?refer\w*\b|\brefer yourself\b|\b(?:please |to )?(?:contact|call|ring|phone|telephone|text|e-?mail|message|get in touch|speak to|apply|book|register|sign up|enrol|join|visit|drop (?:in|into|by)|come (?:along|and|down|to|in|as)|"
            r"pop (?:in|along|down|into)|turn up|find out how to join|get involved|reserve|bring|give us a (?:call|ring)|fill (?:in|out)|complete)\b",
        ),
    )
)


def find_cost(text: str) -> Found | None:
    """free, donation, paid, or mixed where free places stand beside prices; None where nothing says."""
    free = next((m for m in FREE.finditer(text) if not _touches(NOT_FREE, text, m)), None)
    gift = DONATION.search(text)
    price = next((m for m in PRICE.finditer(text) if not _is_other_money(text, m)), None)
    soft = PAID.search(text)
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


def _touches(pattern: re.Pattern[str], text: str, match: re.Match[str]) -> bool:
    near = text[max(0, match.start() - 12) : match.end() + 16]
    return bool(pattern.search(near))


def _is_other_money(text: str, match: re.Match[str]) -> bool:
    return bool(PRICE_OTHER.search(text[max(0, match.start() - 50) : match.end() + 25]))


def find_ages(text: str) -> Iterator[tuple[str, Found]]:
    """(`age_min` or `age_max`, years) of the first age band that the text states."""
    band = next((m for m in AGE_SPAN.finditer(text) if _is_band(m)), None)
    if band:
        low, high = (int(n) for n in band.groups() if n)
        yield "age_min", Found(value=low, start=band.start(), end=band.end(), rule="age.band")
        yield "age_max", Found(value=high, start=band.start(), end=band.end(), rule="age.band")
        return
    oldest = AGE_TO.search(text)
    youngest = next((m for m in AGE_FROM.finditer(text) if 0 < int(next(n for n in m.groups() if n)) <= 85), None)
    if youngest:
        years = int(next(n for n in youngest.groups() if n))
        yield "age_min", Found(value=years, start=youngest.start(), end=youngest.end(), rule="age.from")
    if oldest and not youngest:
        yield "age_max", Found(value=int(oldest[1]), start=oldest.start(), end=oldest.end(), rule="age.to")


def _is_band(match: re.Match[str]) -> bool:
    low, high = (int(n) for n in match.groups() if n)
    return low < high <= 100


def find_delivery(text: str) -> Iterator[Found]:
    for value, pattern in DELIVERY:
        match = pattern.search(text)
        if match:
            yield Found(value=value, start=match.start(), end=match.end(), rule=f"delivery.{value}")


def find_referral(text: str) -> Iterator[Found]:
    for value, pattern in REFERRAL:
        match = pattern.search(text)
        if match:
            yield Found(value=value, start=match.start(), end=match.end(), rule=f"referral.{value}")
