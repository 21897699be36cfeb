"""Where a service is, as locations of Open Referral UK 3.0: one for each postcode that it tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from register.formats.plain import PlainWords
from register.models import RecordField, ServiceRecord
from register.publishing.located import degrees, postcodes_of
from register.publishing.publication import Edition
from register.publishing.publishable import texts_of

Object = dict[str, object]
Ids = Callable[..., str]
COUNTRY = "GB"


def service_at_locations(
    record: ServiceRecord, fields: Mapping[str, RecordField], edition: Edition, words: PlainWords, ids: Ids
) -> list[Object]:
    """What the service tells of help for disabled people is said of each of its places."""
    addresses, access = texts_of(fields.get("fact.addresses")), texts_of(fields.get("fact.accessibility"))
    district = edition.districts.get(record.gss_code) or words.place(record)
    told: list[Object] = []
    for postcode in postcodes_of(record):
        own, street = ids("location", postcode), _street(addresses, postcode)
        location: Object = {"id": own, "name": street or postcode, "location_type": "physical"}
        if spot := edition.find_postcode(postcode):
            longitude, latitude = degrees(*spot)
            location |= {"latitude": latitude, "longitude": longitude}
        location["addresses"] = [{"location_id": own, **_address(street, postcode, district, ids)}]
        if access:
            location["accessibility"] = [
                {"id": ids("access", postcode, one), "location_id": own, "description": said}
                for one, said in zip(access, words.values(fields["fact.accessibility"]), strict=True)
            ]
        told.append({"id": ids("at", postcode), "location_id": own, "location": location})
    return told


def _street(addresses: tuple[str, ...], postcode: str) -> str:
    """The address that names the postcode, without it; "" where none does."""
    for address in addresses:
        plain = " ".join(address.split())
        at = plain.upper().find(postcode)
        if at >= 0:
            return (plain[:at] + plain[at + len(postcode) :]).strip(" ,")
    return ""


def _address(street: str, postcode: str, district: str, ids: Ids) -> Object:
    """The last part of the street's words is the town, where there are several. The standard wants each of these keys:
    where the record tells no street, that one is empty."""
    first, _, town = street.rpartition(", ") if ", " in street else (street, "", "")
    return {
        "id": ids("address", postcode),
        "address_1": first,
        "city": town or district,
        "state_province": district,
        "postal_code": postcode,
        "country": COUNTRY,
        "address_type": "physical",
    }
