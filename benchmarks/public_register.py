"""Invented published services, for the public pages' speed and looks: any number, the same each time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.publishing.public_face import open_viewer, public_rules_digest
from register.codes.codebook import Codebook, read_codebook
from register.codes.vocabulary import FACT_BY_NAME, FIELD_NAMES, SCHEMES, Status
from register.grounding import ground
from register.localities.places import packed_table
from register.models import RecordField, ServiceRecord, Value
from register.public.service import Circumstance, PublicEntry
from register.publishing.publishable import make_publishable
from register.store import Store

DATA = Path(__file__).resolve().parent.parent / "data"
FIRST = (
    "Potting",
    "Walking",
    "Singing",
    "Knitting",
    "Cooking",
    "Talking",
    "Mending",
    "Painting",
    "Reading",
    "Listening",
    "Baking",
    "Growing",
)
SECOND = ("Shed", "Circle", "Table", "Corner", "Kitchen", "Garden", "Group", "Hour", "Bench", "Path", "Club", "Window")
THIRD = ("Pals", "Friends", "Neighbours", "Together", "Natter", "Mornings", "Evenings", "Company")
SAYS = (
    "We meet over tea and biscuits and nobody has to talk.",
    "People who live alone find company over the seedlings.",
    "A volunteer rings you every week at a time that suits you.",
    "Gentle exercise for anybody, sitting down or standing up.",
    "Help with forms, bills and letters from the council.",
    "You can borrow tools, books and warm coats.",
)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LETTERS = "OBLS"  # of postcodes
CHECKED = datetime(2026, 9, 1, 9, tzinfo=UTC)


def fill(store: Store, count: int, *, district: str = "", seed: int = 6) -> None:
    """Puts so many services in the public tables, as publishing does; in one district where its GSS code is given."""
    chance, codebook = random.Random(seed), read_codebook(DATA)  # noqa: S311 (invented services)
    viewer, places = open_viewer(DATA, codebook), _postcodes(district)
    records = (_record(n, chance, codebook, places, district) for n in range(count))
    entries: list[PublicEntry] = [
        viewer.entry(
            make_publishable(record, viewer.discretion), Circumstance(state="accepted", missing=False, status=200)
        )
        for record in records
    ]
    with store.transaction():
        store.public.replace(entries, rules=public_rules_digest(DATA))


def _postcodes(district: str) -> list[str]:
    found = []
    for letter in LETTERS:
        table = packed_table(letter)
        rows = zip(table["pcd"], table["laua"], table["oseast1m"], strict=True)
        found += [f"{p[:4].strip()} {p[4:]}" for p, code, east in rows if east == east and district in ("", code)]
    return found


def _record(n: int, chance: random.Random, codebook: Codebook, places: list[str], district: str) -> ServiceRecord:
    name = " ".join(chance.choice(words) for words in (FIRST, SECOND, THIRD))
    checked = CHECKED - timedelta(days=chance.randrange(400))
    fields = tuple(
        RecordField(
            name=field,
            status=Status.REPORTED if value is not None else Status.NOT_REPORTED,
            value=value,
            evidence=(ground("As it stands on the page.", 0, 25, rule="invented"),) if value is not None else (),
            fetched_at=checked + timedelta(days=3),
            changed_at=checked - timedelta(days=40),
            verified_at=checked,
            verified_by="somebody",
        )
        for field, value in _values(n, chance, codebook, places, name)
    )
    return ServiceRecord(
        id=f"tm-{n:06x}",
        locality=f"district-{n % 8}",
        gss_code=district or "E99999999",
        name=name,
        page_url=f"https://services.example/{n}",
        fields=fields,
        fetched_at=checked + timedelta(days=3),
        changed_at=checked - timedelta(days=40),
        verified_at=checked,
    )


def _values(
    n: int, chance: random.Random, codebook: Codebook, places: list[str], name: str
) -> Iterator[tuple[str, Value]]:
    day = chance.choice(DAYS)
    told: dict[str, Value] = {
        "tidier.what_procedures": f"{name}: {' '.join(chance.sample(SAYS, 3))}",
        "tidier.when_how_much": "Every week, and ask about the holidays.",
        "fact.weekdays": (day,),
        "fact.frequency": "weekly",
        "fact.times": ("10:30-12:00",),
        "fact.cost": chance.choice(FACT_BY_NAME["cost"].allowed),
        "fact.referral": (chance.choice(FACT_BY_NAME["referral"].allowed),),
        "fact.delivery_mode": (chance.choice(FACT_BY_NAME["delivery_mode"].allowed),),
        "fact.phones": (f"01632 960{n % 1000:03d}",),
        "fact.emails": ("hello@services.example",),
    }
    if n % 7:
        told["fact.postcodes"] = (chance.choice(places),)
    for scheme in SCHEMES:
        codes = [code.code for code in codebook.scheme(scheme)]
        told[f"code.{scheme}"] = tuple(chance.sample(codes, chance.choice((1, 1, 2))))
    for field in FIELD_NAMES:
        yield field, told.get(field)
