"""Other people's data sets as rows to import: our own table of records, and services of Open Referral UK 1 or 3.

Each service becomes a row with the parts of a statement, in plain words: it is reviewed like all that people tell us.
What somebody else decided or coded decides nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from register.codes.vocabulary import Status
from register.errors import TidiermapError
from register.reviewing.intake import IntakeRules
from review.intake.sheets import LARGEST_FILE, MOST_ROWS, Row, Sheet, read_sheets
from review.schedules import say_recurrence

OURS = frozenset({"id", "gss_code", "page_url", "tidier.brief_name"})  # columns by which our own table is known
ABSENT = frozenset(f"({status.value})" for status in Status)
ENTRIES = ("contents", "content", "services")  # what versions 3 and 1, and dumps of either, call a list of services
Object = Mapping[str, object]


def read_any(body: bytes, rules: IntakeRules, *, file_name: str) -> tuple[Sheet, ...]:
    """The sheets of a file of whatever kind is taken in. Raises TidiermapError where it is none of them."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return (_services(body, file_name),)
    return tuple(_of_ours(sheet, rules) for sheet in read_sheets(body, file_name=file_name))


def _of_ours(sheet: Sheet, rules: IntakeRules) -> Sheet:
    """Our own table of records with its columns named as the parts that they belong to; another sheet as it is."""
    headings = sheet.rows[0].cells if sheet.rows else ()
    if not set(headings) >= OURS:
        return sheet
    parts = [next((part.key for part in rules.parts if name in part.fields), "") for name in headings]
    kept = [at for at, part in enumerate(parts) if part]
    rows = [Row(where=sheet.rows[0].where, cells=tuple(parts[at] for at in kept))]
    for row in sheet.rows[1:]:
        cells = (*row.cells, *[""] * (len(headings) - len(row.cells)))
        told = tuple("" if cells[at] in ABSENT else cells[at] for at in kept)
        rows.append(Row(where=row.where, cells=told, faults=row.faults))
    return Sheet(name=sheet.name, rows=tuple(rows))


def _services(body: bytes, file_name: str) -> Sheet:
    if len(body) > LARGEST_FILE:
        raise TidiermapError(
            f"{file_name}: found {len(body):,} bytes, expected at most {LARGEST_FILE:,}; split the file"
        )
    try:
        told = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise TidiermapError(f"{file_name}: found what is no JSON in UTF-8 ({error}), expected services") from error
    entries = told if isinstance(told, list) else _list(told)
    services = [entry for entry in entries if isinstance(entry, dict)]
    if not services:
        expected = "a service, a list of services, or a page of a feed with them in `contents` or `content`"
        raise TidiermapError(f"{file_name}: found no service, expected {expected} (Open Referral UK 1 or 3)")
    if len(services) > MOST_ROWS:
        raise TidiermapError(f"{file_name}: found {len(services):,} services, expected at most {MOST_ROWS:,}; split it")
    columns = ("about", "words", "who_for", "where", "when", "cost", "run_by", "join", "contact")
    rows = [Row(where="keys", cells=columns)]
    rows += [Row(where=f"service {n}", cells=_cells(service)) for n, service in enumerate(services, 1)]
    return Sheet(name="", rows=tuple(rows))


def _list(told: object) -> Sequence[object]:
    if not isinstance(told, dict):
        return ()
    found = next((told[key] for key in ENTRIES if isinstance(told.get(key), list)), None)
    return found if isinstance(found, list) else ([told] if told.get("name") else [])


def _cells(service: Object) -> tuple[str, ...]:
    organisation = _object(service.get("organization"))
    ages = [_text(service.get(key)) for key in ("minimum_age", "maximum_age")]
    suited = [*_each(service.get("eligibilitys"), "eligibility"), _text(service.get("eligibility_description"))]
    return (
        _text(service.get("name")),
        _joined([_text(service.get("description")), *_items(service)], "\n"),
        _joined([*suited, f"From {ages[0]} years" if ages[0] else "", f"Up to {ages[1]} years" if ages[1] else ""]),
        _joined(_places(service)),
        _joined(_times(service)),
        _joined([_text(service.get("fees_description")) or _text(service.get("fees")), *_costs(service)]),
        _text(organisation.get("name")),
        _text(service.get("application_process")),
        _joined(_contacts(service)),
    )


def _items(service: Object) -> Iterator[str]:
    """What a feed tells beside its standard: attributes with a value of their own, as our feed has the TIDieR items."""
    told = {_text(service.get("name")), *_text(service.get("description")).split("\n\n")}
    for attribute in _objects(service.get("attributes")):
        value = _text(attribute.get("value"))
        if value and value not in told:
            yield f"{_text(attribute.get('label'))}: {value}" if attribute.get("label") else value


def _places(service: Object) -> Iterator[str]:
    for at in _objects(service.get("service_at_locations")):
        location = _object(at.get("location"))
        named = _text(location.get("name"))
        addresses = [*_objects(location.get("addresses")), *_objects(location.get("physical_addresses"))]
        for address in addresses or [{}]:
            keys = ("address_1", "city", "state_province", "postal_code")
            parts = [part for key in keys if (part := _text(address.get(key)))]
            first = [] if named in ("", *parts) or ", ".join(parts).startswith(named) else [named]
            yield ", ".join(dict.fromkeys([*first, *parts]))


def _times(service: Object) -> Iterator[str]:
    ats = [_object(at) for at in _objects(service.get("service_at_locations"))]
    for holder in (service, *ats):
        for schedule in (*_objects(holder.get("schedules")), *_objects(holder.get("regular_schedules"))):
            freq, byday = _text(schedule.get("freq")), _text(schedule.get("byday"))
            every = _text(schedule.get("interval"))
            rule = ";".join(_rule(freq, every, byday))
            span = [_text(schedule.get(key))[:5] for key in ("opens_at", "closes_at")]
            words = _text(schedule.get("description"))
            said = [words] if words else [say_recurrence(rule) if freq else "", " to ".join(filter(None, span))]
            yield _joined([*said, _text(schedule.get("dtstart")) if not freq else ""], ", ")


def _rule(freq: str, every: str, byday: str) -> Iterator[str]:
    yield f"FREQ={freq}"
    if every not in ("", "1"):
        yield f"INTERVAL={every}"
    if byday:
        yield f"BYDAY={byday}"


def _costs(service: Object) -> Iterator[str]:
    told = _text(service.get("fees_description"))
    for option in _objects(service.get("cost_options")):
        amount = _text(option.get("amount"))
        words = [_text(option.get("option")), f"£{amount}" if amount not in ("", "0", "0.0") else ""]
        yield "" if told else _joined([*words, _text(option.get("amount_description"))], " ")


def _contacts(service: Object) -> Iterator[str]:
    """The service's own address, numbers and page; names of persons are not taken over."""
    yield _text(service.get("email"))
    for holder in (service, *_objects(service.get("contacts"))):
        yield _text(holder.get("email"))
        yield from _each(holder.get("phones"), "number")
    yield _text(service.get("url"))


def _joined(parts: Iterable[str], apart: str = "; ") -> str:
    return apart.join(dict.fromkeys(part for part in parts if part))


def _each(listed: object, key: str) -> Iterator[str]:
    return (_text(one.get(key)) for one in _objects(listed))


def _objects(listed: object) -> list[Object]:
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _object(value: object) -> Object:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    return json.dumps(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
