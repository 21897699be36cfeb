"""What search engines read of a service: schema.org terms as JSON that no text can break out of."""

from __future__ import annotations

import json
from collections.abc import Mapping

from register.public.service import PublicService
from review.weekdays import WEEKDAYS


def structured_data(service: PublicService, words: Mapping[str, str]) -> str:
    """JSON-LD of a schema.org Service, safe inside a script element: `<`, `>`, `&` and line separators are escaped."""
    provider = {"@type": "Organization", "name": _first(service, "fact.provider") or service.name}
    contact = {
        "@type": "ContactPoint",
        "telephone": _first(service, "fact.phones"),
        "email": _first(service, "fact.emails"),
    }
    place = [
        {
            "@type": "Place",
            "address": {"@type": "PostalAddress", "postalCode": point.postcode, "addressCountry": "GB"},
        }
        for point in service.points
    ]
    told: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Service",
        "name": service.name,
        "description": _first(service, "tidier.what_procedures") or _first(service, "tidier.why"),
        "url": service.page_url,
        "serviceType": [words.get(f"type:{value}", value) for value in service.values("code.type")],
        "areaServed": {"@type": "AdministrativeArea", "name": service.place},
        "provider": {**provider, **({"contactPoint": contact} if contact["telephone"] or contact["email"] else {})},
        "availableChannel": [{"@type": "ServiceChannel", "serviceLocation": one} for one in place],
        "hoursAvailable": [
            {"@type": "OpeningHoursSpecification", "dayOfWeek": f"https://schema.org/{WEEKDAYS[value]}"}
            for value in service.values("fact.weekdays")
            if value in WEEKDAYS
        ],
        "offers": {"@type": "Offer", "price": "0", "priceCurrency": "GBP"} if _is_free(service) else None,
    }
    text = json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False, sort_keys=True)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _first(service: PublicService, name: str) -> str:
    return next(iter(service.values(name)), "")


def _is_free(service: PublicService) -> bool:
    return service.values("fact.cost") == ("free",)
