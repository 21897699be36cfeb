"""Mends text that was written as UTF-8 and read as Windows-1252, without losing where each character stood."""

from __future__ import annotations

import re
from typing import Final

# A lead byte of UTF-8 as Windows-1252 shows it, with its followers; only those of Latin letters, of punctuation and of
# emoji, since others are rarer than words such as CAFÉ'S.
_FOLLOW: Final = "[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
BROKEN: Final = re.compile(f"[ÂÃÄÅ]{_FOLLOW}|[âï]{_FOLLOW}{{2}}|ðŸ{_FOLLOW}{{2}}")
# Windows-1252 leaves five bytes out, which web browsers and parsers show as control characters.
BYTES: Final = {chr(code): code for code in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


def mend(text: str) -> tuple[str, tuple[int, ...] | range]:
    """The text as it was meant, and for each of its characters (and its end) the place in `text`.

    `Â£3` becomes `£3`, `â€“` a dash; what does not decode stays as it is.
    """
    if text.isascii() or not BROKEN.search(text):
        return text, range(len(text) + 1)
    out: list[str] = []
    offsets: list[int] = []
    at = 0
    for match in BROKEN.finditer(text):
        meant = _decode(match[0])
        if meant is None:
            continue
        out.append(text[at : match.start()])
        offsets.extend(range(at, match.start()))
        out.append(meant)
        offsets.extend([match.start()] * len(meant))
        at = match.end()
    out.append(text[at:])
    offsets.extend(range(at, len(text) + 1))
    return "".join(out), tuple(offsets)


def _decode(broken: str) -> str | None:
    try:
        raw = bytes(BYTES[c] if c in BYTES else c.encode("cp1252")[0] for c in broken)
        meant = raw.decode("utf-8")
    except UnicodeError:
        return None
    plain = meant < "\u0180" or "\u2000" <= meant <= "\u2122" or meant in "\ufeff\ufb01\ufb02" or meant >= "\U0001f000"
    return meant if plain else None
