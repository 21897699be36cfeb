"""A published record as anybody may read it, and by what it is found: pure, so that the same records give the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from register.codes.vocabulary import SCOPE_FIELD, Scope
from register.hosts import is_web_address
from register.localities.places import POSTCODE
from register.models import RecordField
from register.public.privacy import LEFT_OUT, Discretion, PrivateKind
from register.public.service import Circumstance, Point, PublicEntry, PublicField, PublicQuote, PublicService
from register.publishing.publishable import NAME, PLACE_FIELDS, Publishable, texts_of
from register.staleness.freshness import FreshnessRules

# What the public reads of a record, in the order of the page; levels and verdicts are for analysts, and not there.
PUBLIC_FIELDS = (
    "tidier.what_procedures",
    "tidier.why",
    "tidier.what_materials",
    "tidier.how",
    "tidier.who_provided",
    "tidier.tailoring",
    "tidier.when_how_much",
    "tidier.where",
    "fact.postcodes",
    "fact.addresses",
    "fact.weekdays",
    "fact.times",
    "fact.frequency",
    "fact.recurrence",
    "fact.dates",
    "fact.seasons",
    "fact.durations",
    "fact.sessions",
    "fact.cost",
    "fact.prices",
    "fact.age_min",
    "fact.age_max",
    "fact.referral",
    "fact.delivery_mode",
    "fact.phones",
    "fact.emails",
    "fact.websites",
    "fact.accessibility",
    "fact.languages",
    "fact.provider",
    "fact.provider_kind",
    "fact.charity_number",
    "code.type",
    "code.factor",
    "code.population",
    SCOPE_FIELD,
)
# Facets by the field that they are read from; a cost that is not stated is a choice of its own.
FACET_FIELDS = {
    "type": "code.type",
    "factor": "code.factor",
    "population": "code.population",
    "day": "fact.weekdays",
    "cost": "fact.cost",
    "delivery_mode": "fact.delivery_mode",
    "referral": "fact.referral",
}
NATIONAL, AWAY = "locality:national", "locality:elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """What turns records into what the public sees: the rules of discretion, where a postcode lies, plain words by
    `scheme:code`, names of districts by GSS code; `freshness` says how long a check holds."""

    discretion: Discretion
    freshness: FreshnessRules
    find_postcode: Callable[[str], tuple[int, int] | None]
    words: Mapping[str, str]
    districts: Mapping[str, str]

    def entry(
        self,
        told: Publishable,
        circumstance: Circumstance | None,
        *,
        merged_into: str = "",
        due_at: datetime | None = None,
    ) -> PublicEntry:
        """Of a record as it may be published; `due_at` is from when on its check is overdue."""
        service = replace(self._service(told, circumstance), due_at=due_at)
        return PublicEntry(
            service=service, facets=_facets(service), words=self._found_by(service), merged_into=merged_into
        )

    def _service(self, told: Publishable, circumstance: Circumstance | None) -> PublicService:
        record = told.record
        by_name = {field.name: field for field in record.fields}
        hidden, by_web = told.hides_place, is_web_address(record.page_url)
        names = [n for n in PUBLIC_FIELDS if n in by_name and not (hidden and n in PLACE_FIELDS)]
        living = record.withdrawn_at is None
        return PublicService(
            id=record.id,
            name=record.name,
            locality=record.locality,
            gss_code=record.gss_code,
            place=self.districts.get(record.gss_code, record.locality),
            page_url=record.page_url if by_web else "",
            fields=tuple(_shown(by_name[name], by_web=by_web) for name in names) if living else (),
            points=() if hidden or not living else self._points(by_name),
            fetched_at=record.fetched_at,
            changed_at=record.changed_at,
            verified_at=record.verified_at,
            withdrawn_at=record.withdrawn_at,
            ended=record.ended,
            gone=_gone(circumstance),
            in_doubt=_doubt(circumstance),
            left_out=any(
                one.field in (*PUBLIC_FIELDS, NAME) and one.kind is not PrivateKind.PLACE for one in told.left_out
            ),
            hidden_place=hidden,
        )

    def _points(self, by_name: Mapping[str, RecordField]) -> tuple[Point, ...]:
        named = [" ".join(value.upper().split()) for value in texts_of(by_name.get("fact.postcodes"))]
        for name in ("fact.addresses", "tidier.where"):
            for value in texts_of(by_name.get(name)):
                named += [f"{found[1]} {found[2]}" for found in POSTCODE.finditer(value.upper())]
        points = {}
        for postcode in named:
            if postcode not in points and (spot := self.find_postcode(postcode)):
                points[postcode] = Point(postcode=postcode, east=spot[0], north=spot[1])
        return tuple(points.values())

    def _found_by(self, service: PublicService) -> str:
        told = [service.place]
        for field in service.fields:
            own = field.name.partition(".")[2]
            told += [self.words.get(f"{own}:{value}", value) for value in field.values]
        return "\n".join(told)


def _shown(field: RecordField, *, by_web: bool) -> PublicField:
    """The field as the public pages show it. What a person told us is not quoted."""
    told = [e for e in field.evidence if by_web and (not e.page or is_web_address(e.page))]
    quotes = [PublicQuote(words=e.quote, whole=not LEFT_OUT.search(e.quote), page=e.page) for e in told]
    return PublicField(
        name=field.name,
        status=field.status,
        values=texts_of(field),
        quotes=tuple(dict.fromkeys(quotes)),
        fetched_at=field.fetched_at,
        changed_at=field.changed_at,
        verified_at=field.verified_at,
    )


def _facets(service: PublicService) -> tuple[str, ...]:
    scope = service.values(SCOPE_FIELD)
    away = {Scope.NATIONAL.value: NATIONAL, Scope.ELSEWHERE.value: AWAY}
    where = next((away[value] for value in scope if value in away), f"locality:{service.locality}")
    found = [where]
    for facet, name in FACET_FIELDS.items():
        found += [f"{facet}:{value}" for value in service.values(name)]
    if not service.values("fact.cost"):
        found.append("cost:unknown")
    return tuple(found)


def _gone(circumstance: Circumstance | None) -> str:
    if circumstance is None or circumstance.status < 400:
        return ""
    return "gone" if circumstance.status in (404, 410) else "unreachable"


def _doubt(circumstance: Circumstance | None) -> str:
    if circumstance is None:
        return ""
    if circumstance.missing or circumstance.status in (404, 410):
        return "missing"
    return "changed" if circumstance.state == "reopened" else ""
