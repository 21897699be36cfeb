"""Invented organisations, their programmes and the places where they run, as entries on websites: told in full by one,
in part and with mistakes by another.

Noise is of the kinds that directories have: typing mistakes, abbreviations, Ltd and CIC, a town put behind a name, what
is left out, a switchboard for all that an organisation does, venues that many share, services that moved or took
another name. Nothing in it comes from a real page; places are towns of `data/places.csv`.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from register.matching.traits import Traits, plain_organisation, slug_of, words_of
from register.matching.words import read_words

DATA = Path(__file__).parent.parent / "data"
ACTIVITIES = (
    "art club", "befriending", "coffee morning", "lunch club", "chair yoga", "walking group", "choir",
    "singing for health",
    "gardening", "allotment", "men's shed",
    "knit and natter", "craft circle", "pottery", "drama workshop", "book club",
    "creative writing", "photography", "film club", "advice drop-in", "debt advice", "benefits advice", "food bank",
    "community kitchen", "cookery class", "parent support",
    "play group", "youth club", "homework club", "mentoring",
    "job club", "computer class", "english class", "bereavement support", "carers group",
    "recovery group", "peer support",
    "counselling", "helpline", "wellbeing cafe", "dementia cafe", "memory cafe", "stroke group", "tai chi", "pilates",
    "dance class", "football", "table tennis", "swimming", "cycling", "boxing", "running club", "music sessions",
    "drumming", "volunteering", "day centre", "night shelter", "women's space", "sensory garden", "repair cafe",
    "toy library", "board games", "quiz",
)  # fmt: skip
PEOPLE = ("", "", "", "", "over 50s", "young people", "women", "men", "carers", "families", "beginners", "adults")
FIRST = ("Bright", "Open", "Kindle", "Way", "Step", "Hear", "Root", "Lark", "Haven", "Sun")
LAST = ("path", "door", "side", "wood", "gate", "ling", "stone", "bridge", "well", "field", "light", "reach")
BRANDS = tuple(a + b for a in FIRST for b in LAST)
KINDS = (
    "Community Trust", "Community Centre", "Centre", "Project", "Foundation", "Association", "House", "Action",
    "Partnership", "Church", "Charity", "Network",
)  # fmt: skip
FORMS = ("", "", "", " Ltd", " CIC", " CIO", " Limited")
LEFT_OUT = ("phones", "emails", "postcodes", "streets", "provider", "weekdays", "times", "charity", "sketch")
MOSTLY_NO_BRAND = (*BRANDS, *[""] * 160)
STREETS = (
    "Church Lane", "Station Road", "High Street", "Mill Lane", "Park Avenue", "Queen Street", "Victoria Road",
    "Chapel Street", "Albert Road", "Green Lane", "Market Place", "Manor Road", "London Road", "School Lane",
    "North Street", "King Street",
)  # fmt: skip
SHORT = (
    ("centre", "ctr"),
    ("community", "comm"),
    ("road", "rd"),
    ("street", "st"),
    ("and", "&"),
    ("association", "assoc"),
)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
VENUES_A_TOWN, SHARED_VENUE = 6, 0.5
SKETCH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A candidate as a website tells of it: what matching sees, and which service, programme and organisation it is."""

    service: int
    programme: int
    organisation: int
    traits: Traits


@dataclass(slots=True, kw_only=True)
class _Organisation:
    number: int
    name: str
    host: str
    phone: str
    charity: str
    town: str
    hours: tuple[tuple[str, ...], tuple[str, ...]]  # weekdays and times of all that it does, () where each has its own
    said: tuple[int, ...]  # what each description says of the organisation
    titled: bool  # directories head each of its services with its own name


@dataclass(slots=True, kw_only=True)
class _Programme:
    number: int
    name: str
    phone: str
    email: str
    sketch: tuple[int, ...]


class World:
    """Entries by the thousand, the same for the same seed; each organisation's come together."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 (a simulation)
        with (DATA / "places.csv").open(encoding="utf-8") as lines:
            self.towns = tuple(sorted({row["name"] for row in csv.DictReader(lines) if int(row["population"]) > 4_000}))
        words = read_words(DATA)
        self._words = lambda name: words_of(name, words)
        self._plain = lambda name: plain_organisation(name, words)
        self.venues: dict[str, list[tuple[str, str]]] = {}
        self._number = self._service = self._programme = 0

    def entries(self) -> Iterator[Entry]:
        while True:
            yield from self.organisation()

    def organisation(self) -> Iterator[Entry]:
        """The entries of one more organisation: a service mostly stands on its own site and in a directory or two."""
        chance = self.chance
        self._number += 1
        town = chance.choice(self.towns)
        name = f"{chance.choice((town, chance.choice(BRANDS)))} {chance.choice(KINDS)}"
        domain = f"{''.join(self._plain(name))}{self._number}.example"
        known = _Organisation(
            number=self._number,
            name=name,
            host=domain,
            phone=self._phone(),
            charity=f"{1_000_000 + self._number}",
            town=town,
            hours=(DAYS[:5], ("09:00-17:00",)) if chance.random() < 0.35 else ((), ()),
            said=tuple(chance.sample(range(1 << 24), chance.choice((0, 3, 5)))),
            titled=chance.random() < 0.04,
        )
        for _ in range(chance.choice((1, 1, 2, 3, 4, 8))):
            yield from self._of_programme(known)

    def _of_programme(self, org: _Organisation) -> Iterator[Entry]:
        chance = self.chance
        self._programme += 1
        people, activity = chance.choice(PEOPLE), chance.choice(ACTIVITIES)
        name = f"{chance.choice((*BRANDS, *[''] * 160))} {activity}{f' for {people}' if people else ''}".strip()
        programme = _Programme(
            number=self._programme,
            name=name,
            phone=self._phone() if chance.random() < 0.35 else org.phone,
            email=f"{chance.choice(('info', 'hello', name.split()[0].casefold()))}@{org.host}",
            sketch=tuple(sorted({*org.said, *chance.sample(range(1 << 26), SKETCH - len(org.said))})),
        )
        towns = [org.town, *(chance.choice(self.towns) for _ in range(chance.choice((0, 0, 0, 0, 1, 3))))]
        for town in dict.fromkeys(towns):
            yield from self._of_service(org, programme, town, alone=len(towns) == 1)

    def _of_service(self, org: _Organisation, programme: _Programme, town: str, *, alone: bool) -> Iterator[Entry]:
        chance = self.chance
        self._service += 1
        street, postcode = self._venue(town)
        whole = Traits(
            locality=town.casefold().replace(" ", "-"),
            name=self._words(programme.name if alone or chance.random() < 0.4 else f"{programme.name} {town}"),
            host=org.host,
            slug="",
            phones=(programme.phone,),
            emails=(programme.email,),
            postcodes=(postcode,),
            streets=(street,),
            sites=(),
            provider=self._plain(org.name),
            weekdays=org.hours[0] or (chance.choice(DAYS),),
            times=org.hours[1] or (f"{chance.randint(9, 19):02}:{chance.choice(('00', '30'))}",),
            dates=(),
            charity=(org.charity,) if chance.random() < 0.4 else (),
            sketch=programme.sketch,
        )
        whole = whole._replace(slug=slug_of(f"https://x.example/{'-'.join(whole.name)}"))
        for n in range(chance.choice((1, 1, 1, 2, 2, 3))):
            told = whole if n == 0 else self._told_elsewhere(whole, org, town, programme.name)
            yield Entry(service=self._service, programme=programme.number, organisation=org.number, traits=told)

    def _told_elsewhere(self, whole: Traits, org: _Organisation, town: str, name: str) -> Traits:
        """As a directory tells of it: some of it, some of it wrong."""
        chance = self.chance
        left: dict[str, object] = {trait: () for trait in LEFT_OUT if chance.random() < 0.3}
        changed: dict[str, object] = {}
        fate = chance.random()
        if fate < 0.06:
            street, postcode = self._venue(town)
            changed |= {"streets": (street,), "postcodes": (postcode,)}
        elif fate < 0.08:
            changed["name"] = self._words(f"{chance.choice(BRANDS)} {' '.join(name.split()[-2:])}")
        elif fate < 0.14:
            changed["phones"] = (self._phone(),)
        elif fate < 0.18:
            changed["weekdays"] = (chance.choice(DAYS),)
        sketch = tuple(sorted({*whole.sketch[: chance.randint(6, SKETCH)], *chance.sample(range(1 << 26), 3)}))[:SKETCH]
        changed |= {"host": f"directory{chance.randrange(60)}.example", "sketch": sketch}
        changed["sites"] = (org.host,) if chance.random() < 0.5 else ()
        told = whole._replace(**changed)  # type: ignore[arg-type]
        if "name" not in changed:
            told = told._replace(
                name=self._name_as_typed(name if chance.random() < 0.7 else " ".join(whole.name), org, town)
            )
        provider = self._plain(self._typed(org.name) + chance.choice(FORMS))
        told = told._replace(provider=provider, slug=slug_of(f"https://x.example/{'-'.join(told.name)}"))
        if len(left) == len(LEFT_OUT):
            left.pop("postcodes")
        return told._replace(**left)  # type: ignore[arg-type]

    def _name_as_typed(self, name: str, org: _Organisation, town: str) -> tuple[str, ...]:
        chance = self.chance
        if org.titled:
            return self._words(org.name)
        turn = chance.random()
        if turn < 0.15:
            name = f"{name} {town}"
        elif turn < 0.3:
            name = f"{org.name} {name}"
        elif turn < 0.4:
            name = " ".join(reversed(name.split()))
        for long, short in SHORT:
            if chance.random() < 0.15:
                name = name.replace(long, short)
        return self._words(self._typed(name) if chance.random() < 0.2 else name)

    def _typed(self, text: str) -> str:
        """With one letter left out, doubled or changed places."""
        if len(text) < 6 or self.chance.random() < 0.6:
            return text
        at = self.chance.randrange(2, len(text) - 2)
        turned = (
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        )
        return self.chance.choice(turned)

    def _venue(self, town: str) -> tuple[str, str]:
        """A street line and a postcode: half of them of the few halls that a town's groups share."""
        known = self.venues.setdefault(town, [])
        if known and (len(known) >= VENUES_A_TOWN or self.chance.random() < SHARED_VENUE):
            return self.chance.choice(known)
        chance = self.chance
        letters = "".join(chance.choices("ABDEFGHJLNPQRSTUWXYZ", k=2))
        last = "".join(chance.choices("ABDEFGHJLNPQRSTUWXYZ", k=2))
        code = f"{letters}{chance.randint(1, 39)}{chance.randint(1, 9)}{last}"
        venue = f"{chance.randint(1, 240)} {chance.choice(STREETS)}".casefold(), code
        if chance.random() < 0.3:
            known.append(venue)
        return venue

    def _phone(self) -> str:
        return f"01{self.chance.randrange(10**9):09}"
