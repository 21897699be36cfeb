"""The report's pages as they go to paper: what leads to another file becomes a note at the end."""

from __future__ import annotations

import re
from typing import Final

LINK: Final = re.compile(r'<a href="([^"#][^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
NAVIGATION: Final = re.compile(r"<nav\b.*?</nav>", re.DOTALL)
HEADING: Final = "Addresses and files named here"
WHERE: Final = "Files stand in the report’s folder, beside its pages. The records behind each number are listed there."


def printable(page: str) -> str:
    """The page without its navigation. A link to a table's file or to an address has a number, and its target a line at
    the end under that number; a number that leads to its records is a number alone."""
    targets: dict[str, int] = {}  # as they stand in the page, escaped

    def note(link: re.Match[str]) -> str:
        target, words = link[1], link[2]
        if not target.startswith("http") and not target.endswith(".csv"):
            return words
        number = targets.setdefault(re.sub(r"^(\.\./)+", "", target), len(targets) + 1)
        return f"{words}&nbsp;<sup>{number}</sup>"

    body = LINK.sub(note, NAVIGATION.sub("", page))
    if not targets:
        return body
    lines = "".join(f"<li>{target}</li>" for target in targets)
    notes = f'<section class="notes"><h2>{HEADING}</h2><p>{WHERE}</p><ol>{lines}</ol></section>'
    return body.replace("</main>", f"{notes}</main>", 1)
