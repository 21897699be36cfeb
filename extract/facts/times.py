"""Times of day in every British spelling, in the normal form `10:00-12:00` or `19:30`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from extract.facts.found import Found

_HALF: Final = (
    r"(?:a\.?\s?m\b\.?|p\.?\s?m\b\.?|y\.?[bp]\b\.?|noon\b|midday\b|midnight\b|mid-day\b"
    r"|o['’]?\s?clock\b|hrs\b|hours\b|h\b)"
)
_ONE: Final = (
    rf"(?:(?P<word{{n}}>(?:12\s?)?(?:noon|midday|mid-day|midnight))\b"
    rf"|(?P<hour{{n}}>[01]?\d|2[0-4])(?:\s?[:.]\s?(?P<min{{n}}>[0-5]\d)(?!\d)"
    rf"|(?P<tight{{n}}>[0-5]\d)(?=\s?[ap]\.?m|\s?(?:hrs|hours|h)\b|\s?(?:[-–—]|to)\s?\d{{{{3,4}}}}(?:\s?[ap]\.?m"
    rf"|\s?(?:hrs|hours|h)\b)))?"
    rf"(?!\d)\s?(?P<half{{n}}>{_HALF})?)"
)
_SEP: Final = r"\s*(?:-|–|—|‐|‑|−|~|\bto\b|\buntil\b|\btill?\b|\bthrough to\b|\band\b)+\s*"
RANGE: Final = re.compile(rf"(?i)(?<![\w£$€.,:/+-]){_ONE.format(n=1)}{_SEP}{_ONE.format(n=2)}(?![\w/%]|[.:]\d)")
# A range over two dates: "Thursday 24 July, 09:30 - Friday 25 July, 15:30".
DATED: Final = re.compile(
    rf"(?i)(?<![\w.:]){_ONE.format(n=1)}{_SEP}(?:[a-z]{{3,9}},?\s)?\d{{1,2}}(?:st|nd|rd"
    rf"|th)?\s[a-z]{{3,9}}(?:\s20\d\d)?,?\s(?:at\s)?{_ONE.format(n=2)}(?![\w/%])"
)
SINGLE: Final = re.compile(rf"(?i)(?<![\w£$€.,:/+-]){_ONE.format(n=1)}(?![\w/%]|[.:]\d)")
BARE_CONTEXT: Final = re.compile(
    r"(?i)(?:\b(?:mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun)(?:days?|nesdays?|sdays?|rsdays?|urdays?)?|\btimes?"
    r"|\bopen(?:ing)?(?: times?| hours?)?|\bdaily|\bmornings?|\bafternoons?|\bevenings?"
    r"|\bhours)\b[\s:,(–-]*(?:(?:from|at|between|is|are)\s+)?$"
)
LABEL: Final = re.compile(r"(?i)(?:(?:session|opening|start|class|meeting) )?times?|(?:opening )?hours")
NOT_CLOCK: Final = re.compile(
    r"(?i)\b(?:ages?|aged|people|children|adults|for|of|years?|girls|boys|kids|over|under|grades?|room|no\.?|unit)\W*$"
)
AGED: Final = re.compile(r"(?i)\b(?:ages?|aged)\W*$")
AT: Final = re.compile(r"(?i)\b(?:at|from|by|until|till|starts?|starting|doors|for|@|before|after)\s*$")
DEADLINE: Final = re.compile(
    r"(?i)\b(?:deadline|submissions?|applications? close|closing (?:date|time)|bookings? (?:\w+ ){0,2}closes?)\b"
    r"[^.!?]{0,40}$"
)
NO_TIME_AFTER: Final = re.compile(
    r"(?i)^\s*(?:%|years?|yrs?|weeks?|months?|days?|people|miles?|minutes?|mins?|hours?|st\b|nd\b|rd\b|th\b|x\b"
    r"|p\b|per|members?|places|sessions?|degrees)"
)
# Churches quote their book by chapter and verse: "John 3:16; 4:5-7".
_BOOK: Final = (
    "Gen?(?:esis)?|Ex(?:odus)?|Lev|Num|Deut|Josh(?:ua)?|Judg|Sam?(?:uel)?|Kings?|Chron|Neh|Ps(?:alms?)?|Prov(?:erbs)?"
    "|Eccl|Isa(?:iah)?|Jer(?:emiah)?|Lam|Ezek|Dan(?:iel)?|Hos|Amos|Mic(?:ah)?|Hab|Zech|Mal|Mt|Matt?(?:hew)?|Mk|Mark|Lk|Luke"
    "|Jn|John|Acts?|Ac|Rom?(?:ans)?|Cor(?:inthians)?|Gal(?:atians)?|Eph(?:esians)?|Phil|Php|Col(?:ossians)?"
    "|Th(?:ess(?:alonians)?)?|Ti(?:m|tus|mothy)?|Heb(?:rews)?|Ja(?:me)?s|Pe(?:t|ter)?|Jude|Rev(?:elation)?"
)
VERSE: Final = re.compile(
    rf"(?<![A-Za-z])(?:[1-3]\s?)?(?:{_BOOK})\.?\s\d{{1,3}}:\d{{1,3}}(?!\d|\s?[ap]\.?m|\s?(?:-|–|to)\s?\d{{1,2}}[:.]\d\d)"
    r"(?:\s?[-–]\s?\d{1,3})?(?:\s?[,;]\s?\d{1,3}:\d{1,3}(?:\s?[-–]\s?\d{1,3})?)*"
)


@dataclass(frozen=True, slots=True)
class Clock:
    """One reading of a clock: `half` is am, pm, fixed (24 hours or a word) or empty where nothing says it."""

    hour: int
    minute: int
    half: str

    def at(self, half: str) -> tuple[int, int]:
        hour = self.hour
        if half == "am" and hour == 12:
            hour = 0
        elif half == "pm" and hour < 12:
            hour += 12
        return hour % 24 if (hour, self.minute) != (24, 0) else 0, self.minute


def find_times(text: str, *, label: str = "") -> Iterator[Found]:
    """Ranges first; single times where no range holds them. Under a `label` such as "Time" a bare "10-12" is one."""
    timed = LABEL.fullmatch(label.strip(" :")) is not None
    taken = [verse.span() for verse in VERSE.finditer(text)] if ":" in text else []
    for match in DATED.finditer(text):
        if value := _range(text, match, timed=timed):
            taken.append(match.span())
            yield Found(value=value, start=match.start(), end=_end(match, text), rule="time.dated")
    for match in RANGE.finditer(text):
        if any(a < match.end() and match.start() < b for a, b in taken):
            continue
        value = _range(text, match, timed=timed)
        if value:
            taken.append(match.span())
            yield Found(value=value, start=match.start(), end=_end(match, text), rule="time.range")
    for match in SINGLE.finditer(text):
        if any(a < match.end() and match.start() < b for a, b in taken):
            continue
        value = _single(text, match)
        if value:
            yield Found(value=value, start=match.start(), end=_end(match, text), rule="time.single")


def _end(match: re.Match[str], text: str) -> int:
    return match.start() + len(text[match.start() : match.end()].rstrip())


def _clock(match: re.Match[str], n: int) -> Clock | None:
    word = match[f"word{n}"]
    if word:
        return Clock(0 if "midnight" in word.lower() else 12, 0, "fixed")
    hour = int(match[f"hour{n}"])
    minute = int(match[f"min{n}"] or match[f"tight{n}"] or 0)
    spelled = re.sub(r"[^a-z]", "", (match[f"half{n}"] or "").lower())
    half = {"am": "am", "pm": "pm", "yb": "am", "yp": "pm"}.get(spelled, "")
    if spelled in ("noon", "midday") and hour == 12:
        half = "fixed"
    elif spelled == "midnight" and hour == 12:
        return Clock(0, minute, "fixed")
    if half in ("am", "pm") and hour > 12:
        half = "fixed"
    if not half and (hour > 12 or match[f"hour{n}"].startswith("0") or spelled in ("hrs", "hours", "h")):
        half = "fixed"
    if hour > 12 and not (match[f"min{n}"] or match[f"tight{n}"] or spelled):
        return None  # 11-16 is more often an age than a time
    return Clock(hour, minute, half) if hour <= 24 else None


def _range(text: str, match: re.Match[str], *, timed: bool) -> str:
    first, last = _clock(match, 1), _clock(match, 2)
    if first is None or last is None or AGED.search(text[max(0, match.start() - 10) : match.start()]):
        return ""
    written = [match["min1"] or match["tight1"], match["min2"] or match["tight2"]]
    colons = all(written)
    if re.search(r"(?i)\band\b", text[match.start() : match.end()]) and not re.search(
        r"(?i)\bbetween\b[\w\s,]{0,25}$", text[max(0, match.start() - 60) : match.start()]
    ):
        return ""
    if not first.half and not last.half:
        before = text[max(0, match.start() - 60) : match.start()]
        if not (colons or timed or BARE_CONTEXT.search(before[-60:])):
            return ""
        if (
            NO_TIME_AFTER.match(text[match.end() : match.end() + 40])
            or _is_date(before, match[0])
            or NOT_CLOCK.search(before[-20:])
        ):
            return ""
        return _bare_range(first, last)
    a, b = _halves(first, last)
    start, end = first.at(a), last.at(b)
    return f"{start[0]:02d}:{start[1]:02d}-{end[0]:02d}:{end[1]:02d}"


def _is_date(before: str, quote: str) -> bool:
    return bool(re.search(r"[./]\d{0,2}$", before[-4:])) or bool(re.search(r"\d{4}", quote.replace(":", "x")))


def _bare_range(first: Clock, last: Clock) -> str:
    """Neither says am or pm: 10-12 and 9.30-11 are mornings, 1-3 and 6.30-8 after noon, 10-2 across noon."""
    start = first.at("pm" if first.hour < 8 and first.hour != 0 else "am" if first.hour != 12 else "pm")
    end = last.at("pm") if last.hour < 12 and (last.at("am") <= start) else last.at("am" if last.hour < 12 else "pm")
    if end <= start:
        return ""
    return f"{start[0]:02d}:{start[1]:02d}-{end[0]:02d}:{end[1]:02d}"


def _halves(first: Clock, last: Clock) -> tuple[str, str]:
    """The half of the day of both ends, where the one that says it lends it to the other."""
    if first.half and last.half:
        return first.half, last.half
    if last.half:  # 2-4pm, 11-1pm, 10-12 noon, 9-17:00
        end = last.at(last.half)
        for half in ("pm", "am") if end[0] >= 12 else ("am",):
            start = first.at(half)
            if start < end or end == (0, 0):
                return half, last.half
        return "am", last.half
    start = first.at(first.half)
    for half in ("am", "pm"):
        if last.at(half) > start:
            return first.half, half
    return first.half, "pm"


def _single(text: str, match: re.Match[str]) -> str:
    clock = _clock(match, 1)
    if clock is None:
        return ""
    before, after = text[max(0, match.start() - 60) : match.start()], text[match.end() : match.end() + 40]
    if DEADLINE.search(before):
        return ""
    half = clock.half
    if not half:
        has_minutes = bool(match["min1"])
        oclock = "clock" in (match["half1"] or "").lower()
        if not oclock and not (has_minutes and (AT.search(before[-12:]) or ":" in match[0])):
            return ""
        if NO_TIME_AFTER.match(after) or _is_date(before, match[0]):
            return ""
        half = "pm" if 1 <= clock.hour < 8 else "am" if clock.hour < 12 else "pm"
    elif half == "fixed" and not match["word1"]:
        if not (match["min1"] or match["tight1"] or "noon" in match[0].lower() or "mid" in match[0].lower()):
            return ""
        if "." in match[0] and not AT.search(before[-12:]) and not match["half1"]:
            return ""
        if NO_TIME_AFTER.match(after):
            return ""
    hour, minute = clock.at(half)
    return f"{hour:02d}:{minute:02d}"
