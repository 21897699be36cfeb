"""Text as it may stand in a page; what stands there again and again is escaped once."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import escape


@lru_cache(maxsize=2**16)
def safe(text: str) -> str:
    return str(escape(text))
