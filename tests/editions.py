"""Records and editions of our own writing, for tests of what is given out and taken in again."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from register.codes.codebook import Codebook, read_codebook
from register.codes.vocabulary import Status
from register.localities.locality import read_districts
from register.localities.postcode_points import PostcodePoints
from register.models import Evidence, RecordField, ServiceRecord, Value
from register.public.rules import read_plain_words
from register.publishing.difference import compare
from register.publishing.presentation import Presentation, read_presentation
from register.publishing.publication import Edition, content_of, name_publication, to_line
from register.staleness.freshness import read_freshness

DATA = Path(__file__).parent.parent / "data"
THEN = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TOLD: Mapping[str, Value] = {
    "tidier.brief_name": "Potting Shed Pals",
    "tidier.what_procedures": "People pot seedlings, drink tea and talk.",
    "tidier.when_how_much": "every Thursday at 10.30am",
    "tidier.where": "The old nursery",
    "fact.postcodes": ("OL16 1AB",),
    "fact.addresses": ("Mill Lane, Fenmarsh, OL16 1AB",),
    "fact.weekdays": ("thu",),
    "fact.times": ("10:30-12:00",),
    "fact.frequency": "weekly",
    "fact.recurrence": ("FREQ=WEEKLY;BYDAY=TH",),
    "fact.cost": "free",
    "fact.age_min": 18,
    "fact.phones": ("01706 000000",),
    "fact.emails": ("info@pals.example",),
    "fact.websites": ("https://pals.example/",),
    "fact.provider": "Fenmarsh Growers",
    "fact.charity_number": "1123456",
    "code.type": ("animals_green_space", "social_befriending"),
    "code.population": ("older_adults",),
    "eligibility.scope": "local",
}


def field_of(name: str, value: Value, *, at: datetime = THEN, quote: str = "Some words of the page") -> RecordField:
    """A field that reports the value, or one that was looked for in vain."""
    evidence = (Evidence(quote=quote, start=5, end=5 + len(quote), rule="test"),)
    return RecordField(
        name=name,
        status=Status.NOT_REPORTED if value is None else Status.REPORTED,
        value=value,
        evidence=() if value is None else evidence,
        fetched_at=at,
        changed_at=at,
        verified_at=at,
        verified_by="",
        found_via=("web_desk",),
    )


def record_of(
    number: int, *, locality: str = "fenmarsh", days: int = 0, told: Mapping[str, Value] = TOLD
) -> ServiceRecord:
    """A record that a person last looked at so many days before THEN; tidier.why is not reported."""
    values = {**told, "tidier.why": None}
    at = THEN - timedelta(days=days)
    return ServiceRecord(
        id=f"tm-{number:08d}",
        locality=locality,
        gss_code="E08000005",
        name=str(values["tidier.brief_name"]),
        page_url=f"https://pals.example/{number}?a=1&b=2",
        fields=tuple(field_of(name, values[name], at=at) for name in sorted(values)),
        fetched_at=at,
        changed_at=at,
        verified_at=at,
        found_via=("web_desk",),
        due_at=at + timedelta(days=365),  # as data/freshness.toml has it for an organisation's own page
    )


@cache
def codebook() -> Codebook:
    return read_codebook(DATA)


@cache
def presentation() -> Presentation:
    return read_presentation(DATA)


@cache
def points() -> PostcodePoints:
    return PostcodePoints()


def edition_of(records: Iterable[ServiceRecord]) -> Edition:
    """A first publication of these records, which stand in the order of their ids."""
    kept = tuple(records)
    content = content_of(to_line(record) for record in kept)
    return Edition(
        publication=name_publication(1, published_at=THEN, content=content, previous=""),
        before=None,
        records=kept,
        codebook=codebook(),
        words=read_plain_words(DATA, codebook()),
        labels={},
        localities={"fenmarsh": "Fenmarsh", "odd": "a/b: [c]"},
        districts={district.gss_code: district.name for district in read_districts(DATA)},
        find_postcode=points().find,
        since=compare((), kept),
        presentation=presentation(),
        freshness=read_freshness(DATA),
    )
