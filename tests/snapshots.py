"""Archived pages as the tests' registers show them."""

from collections.abc import Sequence
from html import escape


def highlight(body: bytes, *, content_type: str, marks: Sequence[tuple[int, int, str, str]]) -> str:
    """The simplest page renderer that keeps the contract: escaped text with its marks."""
    text = body.decode()
    pieces, at = [], 0
    for start, end, name, mark_id in marks:
        marked = f'<mark data-field="{name}" data-mark="{mark_id}">{escape(text[start:end])}</mark>'
        pieces += [escape(text[at:start]), marked]
        at = end
    return "".join([*pieces, escape(text[at:])])
