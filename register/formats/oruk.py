"""The services as a feed of Open Referral UK 3.0: one page that holds them all, and the taxonomies beside it.

What a service does not tell is left out, as the standard asks. The TIDieR items are attributes with a taxonomy of their
own. `assured_date` is the day of a person's last decision; no machine sets it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from register.codes.vocabulary import CODE_SCHEMES, TIDIER_ITEMS
from register.formats.oruk_places import service_at_locations
from register.formats.oruk_schedules import schedules
from register.formats.plain import PlainWords
from register.formats.tables import write_list
from register.hosts import is_web_address
from register.models import RecordField, ServiceRecord
from register.publishing.publication import Edition
from register.publishing.publishable import texts_of

SERVICES, TAXONOMY_LIST, TERMS = "oruk_services.json", "oruk_taxonomies.json", "oruk_taxonomy_terms.json"
TIDIER = "tidier"
TAXONOMIES = (TIDIER, *CODE_SCHEMES)
CHARITIES = {"SC": ("GB-SC", "Scottish charity number"), "NI": ("GB-NIC", "Northern Ireland charity number")}
ENGLISH_CHARITY = ("GB-CHC", "Charity number")
Object = dict[str, object]
Ids = Callable[..., str]


def write(edition: Edition, folder: Path) -> None:
    writer = Referral(edition)
    total = sum(1 for _ in edition.living)
    _write_page(folder / SERVICES, map(writer.service, edition.living), total=total)
    taxonomies = [writer.taxonomy(key) for key in TAXONOMIES]
    _write_page(folder / TAXONOMY_LIST, taxonomies, total=len(taxonomies))
    terms = [term for key in TAXONOMIES for term in writer.terms(key)]
    _write_page(folder / TERMS, terms, total=len(terms))


def _write_page(path: Path, contents: Iterator[Object] | Sequence[Object], *, total: int) -> None:
    """The one page of a list, in the shape that feeds answer in."""
    about: Object = {"total_items": total, "total_pages": 1, "page_number": 1, "size": total}
    about |= {"first_page": True, "last_page": True, "empty": total == 0}
    write_list(path, contents, head=json.dumps(about)[:-1] + ', "contents": [', tail="]}\n")


@dataclass(frozen=True)
class Referral:
    """Makes the objects of one edition."""

    edition: Edition

    def id_of(self, *told: str) -> str:
        """The same thing has the same UUID in every edition."""
        return str(uuid5(self._space, "\n".join(told)))

    @cached_property
    def _space(self) -> UUID:
        return uuid5(NAMESPACE_URL, self.edition.presentation.codebook.base)

    @cached_property
    def _terms(self) -> Mapping[str, Mapping[str, Object]]:
        """By taxonomy and code."""
        return {key: {str(term["code"]): term for term in self.terms(key)} for key in TAXONOMIES}

    def service(self, record: ServiceRecord) -> Object:
        """A service in full, with all that hangs on it."""
        fields = {field.name: field for field in record.fields}
        words = PlainWords(self.edition)
        own = UUID(self.id_of("service", record.id))

        def ids(*told: str) -> str:
            return self.id_of(str(own), *told)

        def first(name: str) -> str:
            return next(iter(texts_of(fields.get(name))), "")

        def plain(*names: str) -> str:
            return "; ".join(value for name in names for value in words.values(fields.get(name)))

        aims = [first(f"tidier.{item}") for item in ("what_procedures", "why")]
        told: Object = {
            "id": str(own),
            "name": record.name,
            "description": "\n\n".join(filter(None, aims)),
            "url": record.page_url if is_web_address(record.page_url) else "",
            "email": first("fact.emails"),
            "status": "active",
            "minimum_age": _number(first("fact.age_min")),
            "maximum_age": _number(first("fact.age_max")),
            "assured_date": record.verified_at.date().isoformat(),
            "last_modified": record.changed_at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{record.changed_at:%f}"[:3] + "Z",
            "eligibility_description": plain("code.population"),
            "application_process": plain("fact.referral"),
            "fees_description": plain("fact.cost", "fact.prices"),
            "organization": self._organization(record, fields, words),
            "schedules": schedules(fields, ids),
            "service_at_locations": service_at_locations(record, fields, self.edition, words, ids),
            "languages": [
                {"id": ids("language", value), "service_id": str(own), "name": words.word("languages", value)}
                for value in texts_of(fields.get("fact.languages"))
            ],
            "cost_options": _costs(fields, words, ids, str(own)),
            "contacts": _contacts(fields, ids, str(own)),
            "attributes": [*self._items(fields, ids, str(own)), *self._codes(fields, ids, str(own))],
        }
        if isinstance(organization := told["organization"], dict):
            told["organization_id"] = organization["id"]
        return said(told)

    def taxonomy(self, key: str) -> Object:
        names = self.edition.presentation.codebook
        name = "TIDieR checklist" if key == TIDIER else names.schemes.get(key, key)
        told = "The items in which an intervention is described." if key == TIDIER else f"{name}, of the codebook."
        return {"id": self.id_of("taxonomy", key), "name": name, "description": told, "uri": f"{names.base}{key}"}

    def terms(self, key: str) -> tuple[Object, ...]:
        if key == TIDIER:
            columns = [self.edition.presentation.column(f"tidier.{item}") for item in TIDIER_ITEMS]
            return tuple(
                self._term(key, column.name.partition(".")[2], column.title, column.description) for column in columns
            )
        return tuple(
            self._term(key, code.code, code.label, code.definition or code.label)
            for code in self.edition.codebook.scheme(key)
        )

    def _term(self, key: str, code: str, name: str, told: str) -> Object:
        taxonomy = self.taxonomy(key)
        return {
            "id": self.id_of("term", key, code),
            "code": code,
            "name": name,
            "term": name,
            "description": told,
            "taxonomy": taxonomy["name"],
            "taxonomy_id": taxonomy["id"],
            "term_uri": f"{taxonomy['uri']}/{code}",
        }

    def _items(self, fields: Mapping[str, RecordField], ids: Ids, own: str) -> Iterator[Object]:
        for item in TIDIER_ITEMS:
            for value in texts_of(fields.get(f"tidier.{item}")):
                yield _attribute(self._terms[TIDIER][item], ids("tidier", item), own, value=value)

    def _codes(self, fields: Mapping[str, RecordField], ids: Ids, own: str) -> Iterator[Object]:
        for scheme in CODE_SCHEMES:
            for value in texts_of(fields.get(f"code.{scheme}")):
                if value in self._terms[scheme]:
                    yield _attribute(self._terms[scheme][value], ids("code", scheme, value), own)

    def _organization(
        self, record: ServiceRecord, fields: Mapping[str, RecordField], words: PlainWords
    ) -> Object | None:
        """The provider; services have the same where people said so, else by charity number or by name."""
        name = next(iter(texts_of(fields.get("fact.provider"))), "")
        if not name:
            return None
        number = next(iter(texts_of(fields.get("fact.charity_number"))), "")
        known = record.organisation_id or number or " ".join(name.casefold().split())
        own = self.id_of("organization", known)
        kind = "; ".join(words.values(fields.get("fact.provider_kind")))
        scheme, words_for = CHARITIES.get(number[:2], ENGLISH_CHARITY)
        identifiers = [
            {
                "id": self.id_of(own, "identifier", number),
                "organization_id": own,
                "identifier_scheme": scheme,
                "identifier_type": words_for,
                "identifier": number,
            }
        ]
        told: Object = {"id": own, "name": name, "description": f"{name}: {kind}" if kind else name}
        return told | ({"organization_identifiers": identifiers} if number else {})


def said(told: Object) -> Object:
    """The object without what it does not tell."""
    return {name: value for name, value in told.items() if value not in ("", None, [])}


def _number(text: str) -> int | None:
    return int(text) if text else None


def _attribute(term: Object, own: str, service: str, *, value: str = "") -> Object:
    told: Object = {"id": own, "link_id": service, "link_entity": "service", "link_type": str(term["taxonomy"])}
    told |= {"label": term["name"], "value": value, "taxonomy_term_id": term["id"], "taxonomy_term": term}
    return said(told)


def _costs(fields: Mapping[str, RecordField], words: PlainWords, ids: Ids, own: str) -> list[Object]:
    told: list[Object] = []
    for value in texts_of(fields.get("fact.cost")):
        option: Object = {"id": ids("cost", value), "service_id": own, "option": words.word("cost", value)}
        told.append(option | ({"amount": 0, "currency": "GBP"} if value == "free" else {}))
    for price in texts_of(fields.get("fact.prices")):
        amount = {"amount": float(price.lstrip("£")), "currency": "GBP", "amount_description": price}
        told.append({"id": ids("price", price), "service_id": own} | amount)
    return told


def _contacts(fields: Mapping[str, RecordField], ids: Ids, own: str) -> list[Object]:
    """The service's own contact: no person's, for those are left out of what is published."""
    emails, numbers = texts_of(fields.get("fact.emails")), texts_of(fields.get("fact.phones"))
    if not emails and not numbers:
        return []
    contact = ids("contact")
    phones = [{"id": ids("phone", n), "contact_id": contact, "service_id": own, "number": n} for n in numbers]
    return [said({"id": contact, "service_id": own, "email": next(iter(emails), ""), "phones": phones})]
