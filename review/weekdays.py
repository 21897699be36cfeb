"""The days of the week: as facts hold them, as recurrence rules write them (RFC 5545), and in English."""

from __future__ import annotations

WEEKDAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
IN_RULES = dict(zip(WEEKDAYS, ("MO", "TU", "WE", "TH", "FR", "SA", "SU"), strict=True))
OF_RULES = {rule: day for day, rule in IN_RULES.items()}
