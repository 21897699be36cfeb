"""When a service takes place, as schedules of Open Referral UK 3.0: parts of RFC 5545's rules, times, single days."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from register.models import RecordField
from register.publishing.publishable import texts_of

RULE = re.compile(r"FREQ=(?P<freq>[A-Z]+)(?:;INTERVAL=(?P<interval>\d+))?(?:;BYDAY=(?P<byday>[A-Z0-9,-]+))?")
SPAN = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
EVERY_DAY = "MO,TU,WE,TH,FR,SA,SU"
WRITTEN = ("WEEKLY", "MONTHLY")  # the frequencies that the standard has
Object = dict[str, object]


def schedules(fields: Mapping[str, RecordField], ids: Callable[..., str]) -> list[Object]:
    """A schedule for each rule and each single day. Times stand in them where there is one span alone, for which of
    several belongs to which day the record does not say; the page's own words do, as the description."""
    words = "; ".join(texts_of(fields.get("tidier.when_how_much")))
    spans = [match for value in texts_of(fields.get("fact.times")) if (match := SPAN.fullmatch(value))]
    times = _times(spans[0]) if len(spans) == 1 and len(texts_of(fields.get("fact.times"))) == 1 else {}
    told: list[Object] = []
    for rule in texts_of(fields.get("fact.recurrence")):
        told.append({"id": ids("rule", rule)} | _parts(rule) | times | ({"description": words} if words else {}))
    for day in texts_of(fields.get("fact.dates")):
        single: Object = {"id": ids("date", day), "valid_from": day, "valid_to": day, "dtstart": day}
        told.append(single | times | ({"description": words} if words else {}))
    if not told and words:
        told.append({"id": ids("when"), "description": words})
    return told


def _parts(rule: str) -> Object:
    """The rule's parts; a daily one as every day of the week, and one that the standard has no words for as notes."""
    found = RULE.fullmatch(rule)
    freq, interval, byday = (found["freq"], found["interval"], found["byday"]) if found else ("", None, None)
    if freq == "DAILY" and not interval:
        freq, byday = "WEEKLY", byday or EVERY_DAY
    if freq not in WRITTEN:
        return {"notes": f"RRULE:{rule}"}
    told: Object = {"freq": freq, "interval": int(interval or 1)}
    return told | ({"byday": byday} if byday else {})


def _times(span: re.Match[str]) -> Object:
    return {"opens_at": f"{span[1]}:00", "closes_at": f"{span[2]}:00"}
