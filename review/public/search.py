"""The public search: which services answer a query, in which order, and what each facet would leave."""

from __future__ import annotations

from dataclasses import dataclass

from register.store import Store
from register.store.publishing.public import Listed
from review.public.face import PublicFace
from review.public.query import FACETS, PublicQuery
from review.weekdays import WEEKDAYS

MILE = 1609.344  # metres
KNOWN_ORDER = {"day": tuple(WEEKDAYS), "cost": ("free", "donation", "mixed", "paid")}
FACET_LABELS = {
    "locality": "Where",
    "type": "What kind of help",
    "factor": "What it helps with",
    "population": "Who it is for",
    "day": "Day",
    "cost": "Cost",
    "delivery_mode": "How it happens",
    "referral": "How to join",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A value of a facet: its words, how many services it would leave, and the address that chooses or drops it."""

    value: str
    words: str
    count: int
    chosen: bool
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    name: str
    label: str
    options: tuple[Option, ...]

    @property
    def chosen(self) -> tuple[Option, ...]:
        return tuple(option for option in self.options if option.chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Services in the order in which they are listed. `metres` by number, where a postcode was asked for and the
    service has a place. `spot` is where that postcode lies, `trouble` why there is none. `some_words` says that no
    service holds all of the words, and these hold some; `placeless` is how many have no place of their own; `edition`
    is the one that was searched."""

    edition: str
    services: tuple[Listed, ...]
    facets: tuple[Facet, ...]
    metres: dict[int, float]
    spot: tuple[int, int] | None
    trouble: str
    some_words: bool
    placeless: int


def search(store: Store, face: PublicFace, query: PublicQuery) -> Found:
    index = face.index.of(store)
    ranked, some_words = _by_words(store, query)
    among = index.everything if ranked is None else index.of_numbers(ranked)
    if query.box:
        among &= index.inside(query.box)
    spot, trouble = _locate(face, query.near)
    metres = index.distances(spot) if spot else {}
    if spot and query.within:
        far = index.of_numbers(n for n, away in metres.items() if away > query.within * MILE)
        among &= ~far
    members = index.members(index.choose(query.chosen, among=among))
    if spot:
        members.sort(key=lambda one: metres.get(one.n, float("inf")))
    elif ranked is not None:
        rank = {n: place for place, n in enumerate(ranked)}
        members.sort(key=lambda one: rank[one.n])
    facets = (_facet(face, query, name, index.counts(name, query.chosen, among=among)) for name in FACETS)
    return Found(
        edition=index.edition,
        services=tuple(members),
        facets=tuple(facet for facet in facets if facet.options),
        metres=metres,
        spot=spot,
        trouble=trouble,
        some_words=some_words,
        placeless=sum(not one.points for one in members),
    )


def _by_words(store: Store, query: PublicQuery) -> tuple[tuple[int, ...] | None, bool]:
    """Numbers of the services that hold the words, best first (None: no words asked for), and whether only some do."""
    if not query.words:
        return None, False
    if found := store.public.matching(query.words):
        return found, False
    some = store.public.matching(query.words, every=False)
    return some, bool(some)


def _locate(face: PublicFace, near: str) -> tuple[tuple[int, int] | None, str]:
    if not near:
        return None, ""
    if spot := face.find_postcode(near) or face.find_half(near):
        return spot, ""
    return None, (
        f"We do not know the postcode “{near}”. Please check it. A whole one looks like LS1 4AP; its first half (LS1) "
        "will do too."
    )


def _facet(face: PublicFace, query: PublicQuery, name: str, counts: dict[str, int]) -> Facet:
    order = KNOWN_ORDER.get(name)
    taken = query.chosen.get(name, ())
    options = []
    for value, count in counts.items():
        chosen = value in taken
        after = query.without(name, value) if chosen else query.choosing(name, value)
        options.append(
            Option(value=value, words=say_value(face, name, value), count=count, chosen=chosen, address=after.address)
        )
    options.sort(key=lambda o: (_place(order, o.value), 0 if order else -o.count, o.words))
    # What was asked for and nobody has is shown too, so that it can be taken back.
    for value in taken:
        if value not in counts:
            words = say_value(face, name, value)
            options.append(
                Option(value=value, words=words, count=0, chosen=True, address=query.without(name, value).address)
            )
    return Facet(name=name, label=FACET_LABELS[name], options=tuple(options))


def _place(order: tuple[str, ...] | None, value: str) -> int:
    return order.index(value) if order and value in order else len(order or ())


def say_value(face: PublicFace, facet: str, value: str) -> str:
    if facet == "locality":
        named = {"national": "All of the country", "elsewhere": "Somewhere else"}
        return named.get(value) or face.localities.get(value) or value.replace("-", " ").capitalize()
    if facet == "day":
        return WEEKDAYS.get(value, value)
    return face.words.get(f"{facet}:{value}") or value.replace("_", " ").capitalize()
