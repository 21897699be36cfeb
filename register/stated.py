"""A value that a page states in a machine's form, beside the words that people read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A value that a page states in a machine's form: a key of a feed's object, an event's property, JSON-LD.

    `form` is `oruk`, `ical` or `json-ld`; `path` the value's place ("$.cost_options[0].amount"), `at` the same as rows
    of `data/structure.toml` name it ("$.cost_options[].amount"). Values of one service or thing share their `group`.
    `text[start:end]` of the page says the value; 0:0 where nobody looked for it in the text yet.
    """

    form: str
    path: str
    at: str
    value: str
    group: int = 0
    start: int = 0
    end: int = 0
