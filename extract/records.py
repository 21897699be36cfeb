"""Builds the readable page of a record (of a feed, a calendar): headings, lines, and the place of each value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime

from bs4 import BeautifulSoup

from register.codes.vocabulary import PassageKind
from register.models import Page, Passage
from register.stated import Stated

Note = Callable[[int, int], None]  # told where the text says a value

MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|[a-zA-Z]+);")
LONG = 120  # characters from which a value is set as paragraphs below a heading of its own
MOST_PASSAGES = 20_000  # a hostile record has more


class RecordWriter:
    """Writes the text of a page passage by passage, and notes where it says each value.

    The text depends on the record alone, so that the same bytes give the same offsets whatever the data files say.
    """

    def __init__(self, form: str) -> None:
        self._form = form
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[tuple[int, str]] = []
        self._passages: list[Passage] = []
        self._stated: list[Stated] = []

    def heading(self, text: str, level: int, *, chrome: bool = False) -> tuple[int, int]:
        """Begin a part of the record; gives the place of the heading, 0:0 where it has no words.

        `chrome` here and below is for what is shown and not read.
        """
        words = plain_words(text)
        if not words:
            return 0, 0
        self._headings = [(above, name) for above, name in self._headings if above < level]
        start, end = self._write(words, PassageKind.HEADING, level=level, chrome=chrome)
        self._headings.append((level, words))
        return start, end

    def line(self, label: str, value: str, note: Note) -> None:
        """One line `Label: value`; `note` is called with the place of the value."""
        words = plain_words(value)
        if words:
            _, end = self._write(f"{label}: {words}", PassageKind.PARAGRAPH, label=label)
            note(end - len(words), end)

    def text(self, value: str, note: Note | None = None, *, chrome: bool = False) -> None:
        """A long value as paragraphs, each noted."""
        for paragraph in paragraphs(value):
            start, end = self._write(paragraph, PassageKind.PARAGRAPH, chrome=chrome)
            if note:
                note(start, end)

    def noted(self, *, path: str, at: str, value: str, group: int = 0) -> Note:
        """For `line` and `text`: notes that the place written next says the value of `path`."""

        def note(start: int, end: int) -> None:
            stated = Stated(form=self._form, path=path, at=at, value=value, group=group, start=start, end=end)
            self._stated.append(stated)

        return note

    def page(self, *, url: str, locality: str, title: str, fetched_at: datetime) -> Page:
        return Page(
            url=url,
            locality=locality,
            title=title,
            text=" ".join(self._parts),
            passages=tuple(self._passages),
            fetched_at=fetched_at,
            stated=tuple(self._stated),
        )

    @property
    def full(self) -> bool:
        return len(self._passages) >= MOST_PASSAGES

    def _write(
        self, words: str, kind: PassageKind, *, level: int = 0, label: str = "", chrome: bool = False
    ) -> tuple[int, int]:
        start = self._length + 1 if self._parts else 0
        self._parts.append(words)
        self._length = start + len(words)
        path = tuple(name for _, name in self._headings)
        self._passages.append(
            Passage(
                start=start,
                end=self._length,
                kind=kind,
                heading_path=path,
                level=level,
                label=label,
                chrome=chrome,
            )
        )
        return start, self._length


def plain_words(value: str) -> str:
    """The words of a value, without markup, white space collapsed, NFC."""
    return " ".join(paragraphs(value))


def paragraphs(value: str) -> tuple[str, ...]:
    """The paragraphs of a value that may hold HTML; scripts and styles are no words."""
    text = value
    if MARKUP.search(value):
        soup = BeautifulSoup(value, "html.parser")
        for tag in soup(["script", "style", "template", "noscript"]):
            tag.decompose()
        for tag in soup(["p", "br", "li", "div", "h1", "h2", "h3", "h4", "h5", "h6", "tr"]):
            tag.insert_before("\n\n")
        text = soup.get_text()
    pieces = re.split(r"\n\s*\n|\r\n\s*\r\n", text)
    words = (unicodedata.normalize("NFC", " ".join(piece.split())) for piece in pieces)
    return tuple(piece for piece in words if piece)


def reads_long(value: str) -> bool:
    return len(value) > LONG or len(paragraphs(value)) > 1
