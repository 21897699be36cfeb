"""A published record as anybody may read it, and by what it is found: pure, so that the same records give the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from register.hosts import host_of, is_web_address
from register.models import RecordField, ServiceRecord
from register.places import POSTCODE
from register.privacy import Discretion
from register.public_service import Circumstance, Point, PublicEntry, PublicField, PublicQuote, PublicService
from register.vocabulary import FACT_BY_NAME, SCHEMES, SCOPE_FIELD, Scope, Status

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
PLACE_FIELDS = ("tidier.where", "fact.postcodes", "fact.addresses")
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
    `scheme:code`, names of districts by GSS code."""

    discretion: Discretion
    find_postcode: Callable[[str], tuple[int, int] | None]
    words: Mapping[str, str]
    districts: Mapping[str, str]

    def entry(self, record: ServiceRecord, circumstance: Circumstance | None, *, merged_into: str = "") -> PublicEntry:
        service = self._service(record, circumstance)
        return PublicEntry(
            service=service, facets=_facets(service), words=self._found_by(service), merged_into=merged_into
        )

    def _service(self, record: ServiceRecord, circumstance: Circumstance | None) -> PublicService:
        by_name = {field.name: field for field in record.fields}
        hidden = self._hides_place(by_name)
        provider = next((v for v in _texts(by_name.get("fact.provider")) if not self.discretion.is_person(v)), "")
        own, host = (record.name, provider), host_of(record.page_url) if is_web_address(record.page_url) else ""
        shown: list[PublicField] = []
        left_out = False
        for name in PUBLIC_FIELDS:
            if name in by_name and not (hidden and name in PLACE_FIELDS):
                field, something = self._field(by_name[name], own, host, by_web=bool(host))
                shown.append(field)
                left_out |= something
        return PublicService(
            id=record.id,
            name=self.discretion.leave_out(record.name, own=own, host=host)[0],
            locality=record.locality,
            gss_code=record.gss_code,
            place=self.districts.get(record.gss_code, record.locality),
            page_url=record.page_url if host else "",
            fields=tuple(shown) if record.withdrawn_at is None else (),
            points=() if hidden or record.withdrawn_at else self._points(by_name),
            fetched_at=record.fetched_at,
            changed_at=record.changed_at,
            verified_at=record.verified_at,
            withdrawn_at=record.withdrawn_at,
            gone=_gone(circumstance),
            in_doubt=_doubt(circumstance),
            left_out=left_out,
            hidden_place=hidden,
        )

    def _field(self, field: RecordField, own: tuple[str, ...], host: str, *, by_web: bool) -> tuple[PublicField, bool]:
        """The field as it is shown, and whether something of it was left out. What a person told us is not quoted."""
        values, left_out = [], False
        for value in _texts(field):
            if self._is_private(field.name, value, own, host):
                left_out = True
                continue
            plain, cut = (
                (value, False) if _is_closed(field.name) else self.discretion.leave_out(value, own=own, host=host)
            )
            values.append(plain)
            left_out |= cut
        quotes = []
        for evidence in field.evidence if by_web else ():
            if evidence.page and not is_web_address(evidence.page):
                continue
            words, cut = self.discretion.leave_out(evidence.quote, own=own, host=host)
            quotes.append(PublicQuote(words=words, whole=not cut, page=evidence.page))
        status = field.status if values or field.status is not Status.REPORTED else Status.NOT_APPLICABLE
        shown = PublicField(
            name=field.name,
            status=status,
            values=tuple(values),
            quotes=tuple(dict.fromkeys(quotes)),
            fetched_at=field.fetched_at,
            changed_at=field.changed_at,
            verified_at=field.verified_at,
        )
        return shown, left_out

    def _is_private(self, name: str, value: str, own: tuple[str, ...], host: str) -> bool:
        if name == "fact.phones":
            return self.discretion.is_mobile(value)
        if name == "fact.emails":
            return not self.discretion.is_role(value, own=own, host=host)
        return name == "fact.provider" and self.discretion.is_person(value)

    def _hides_place(self, by_name: Mapping[str, RecordField]) -> bool:
        rules = self.discretion.rules
        codes = {f"{scheme}:{v}" for scheme in SCHEMES for v in _texts(by_name.get(f"code.{scheme}"))}
        if codes & set(rules.hidden_place_codes):
            return True
        told = [e.quote for name in PLACE_FIELDS if name in by_name for e in by_name[name].evidence]
        told += [value for name in PLACE_FIELDS for value in _texts(by_name.get(name))]
        return any(re.search(rules.hidden_place_words, words, re.IGNORECASE) for words in told)

    def _points(self, by_name: Mapping[str, RecordField]) -> tuple[Point, ...]:
        named = [" ".join(value.upper().split()) for value in _texts(by_name.get("fact.postcodes"))]
        for name in ("fact.addresses", "tidier.where"):
            for value in _texts(by_name.get(name)):
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


def _texts(field: RecordField | None) -> tuple[str, ...]:
    if field is None or field.value is None:
        return ()
    return tuple(str(v) for v in field.value) if isinstance(field.value, tuple) else (str(field.value),)


def _is_closed(name: str) -> bool:
    """Whether the field's values are of a list, a form or a number, so that no words of a person stand in them."""
    group, _, own = name.partition(".")
    if group == "fact":
        fact = FACT_BY_NAME[own]
        return bool(fact.allowed or fact.form or fact.number or own in ("postcodes", "phones", "emails", "times"))
    return group != "tidier"


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
