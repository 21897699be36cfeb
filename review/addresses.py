"""What addresses of the application carry: their query, and the numbers that they and forms say."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

MOST_DIGITS = 15  # no register counts further, and SQLite holds as many


def query(values: Mapping[str, object]) -> str:
    """The values as an address carries them, "" where there are none; empty ones are left out."""
    kept = urlencode({name: value for name, value in values.items() if value})
    return f"?{kept}" if kept else ""


def whole_number(text: str, *, least: int = 0) -> int:
    """The number that an address or a form says; `least` where it says none, a smaller one, or one of too many digits.

    >>> whole_number("12"), whole_number("twelve"), whole_number("0", least=1), whole_number("9" * 5_000)
    (12, 0, 1, 0)
    """
    return max(least, int(text)) if text.isdecimal() and len(text) <= MOST_DIGITS else least
