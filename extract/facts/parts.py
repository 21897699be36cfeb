"""The passages of a service as the finders of facts read them, with the way back to the page's text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from extract.facts.found import Found
from extract.mojibake import mend
from register.grounding import INVISIBLE, ground
from register.models import Evidence, Page, Passage

DIGIT: Final = re.compile(r"\d")
LONGEST_LABEL: Final = 40  # characters; a longer heading asks nothing


@dataclass(frozen=True, slots=True)
class Part:
    """One passage of a service: without invisible characters, its mojibake mended.

    `label` is what the passage answers ("Age"), `offsets[n]` the place in the page's text of character n; one more
    than there are characters. `heading` says that it is a heading, `name` that it is the service's name, `digits` that
    there is one in it; `lowered` is the text in lower case.
    """

    text: str
    offsets: tuple[int, ...] | range
    label: str
    heading: bool = False
    name: bool = False
    lowered: str = ""
    digits: bool = False

    @classmethod
    def read(
        cls, page: Page, start: int, end: int, label: str = "", *, heading: bool = False, name: bool = False
    ) -> Part:
        raw = page.text[start:end]
        text, offsets = mend(raw)
        if INVISIBLE.search(text):
            kept = [n for n, c in enumerate(text) if not INVISIBLE.match(c)]
            text, offsets = "".join(text[n] for n in kept), (*(offsets[n] for n in kept), offsets[-1])
        at = range(start, end + 1) if isinstance(offsets, range) else tuple(start + n for n in offsets)
        return cls(text, at, label, heading, name, text.lower(), DIGIT.search(text) is not None)

    @classmethod
    def of(cls, page: Page, passage: Passage) -> Part:
        """A passage with what it answers: its label, else a short heading right above it."""
        heading = passage.heading_path[-1] if passage.heading_path else ""
        label = passage.label or (heading if len(heading) <= LONGEST_LABEL else "")
        return cls.read(page, passage.start, passage.end, label, heading=passage.level > 0)

    def lift(self, page: Page, found: Found, *, supports: str = "") -> Evidence:
        """Evidence on the page for what was found in the part; it reaches to where the next character begins."""
        start, end = self.offsets[found.start], self.offsets[found.end]
        while end > start + 1 and (page.text[end - 1].isspace() or INVISIBLE.match(page.text[end - 1])):
            end -= 1
        return ground(page.text, start, end, rule=found.rule, supports=supports)
