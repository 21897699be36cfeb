"""Plain text (of a PDF or a text file) as passages: headings, list items and paragraphs told by their lines."""

from __future__ import annotations

import re
import unicodedata

from register.codes.vocabulary import PassageKind
from register.models import Passage

BULLET = re.compile(r"^\s*(?:[•●▪◦*·‣–-]|\d{1,2}[.)])\s+")
LABEL = re.compile(r"([A-Z][\w /&'’()-]{1,28}?)\s?:(?!//)\s*(?=\S|$)")


def read_lines(text: str) -> tuple[str, tuple[Passage, ...]]:
    """White space collapsed as for HTML, and passages with offsets into that text."""
    parts: list[str] = []
    passages: list[Passage] = []
    length, heading = 0, ""
    for kind, block in _blocks(text):
        piece = unicodedata.normalize("NFC", " ".join(block.split()))
        if not piece:
            continue
        start = length + 1 if parts else 0
        parts.append(piece)
        length = start + len(piece)
        label = match[1] if (match := LABEL.match(piece)) else ""
        is_heading = kind is PassageKind.HEADING
        passages.append(
            Passage(
                start=start,
                end=length,
                kind=kind,
                heading_path=(heading,) if heading and not is_heading else (),
                level=2 if is_heading else 0,
                label="" if is_heading else label,
            )
        )
        heading = piece if is_heading else heading
    return " ".join(parts), tuple(passages)


def _blocks(text: str) -> list[tuple[PassageKind, str]]:
    out: list[tuple[PassageKind, str]] = []
    for chunk in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [line.strip() for line in chunk.split("\n") if line.strip()]
        run: list[str] = []
        for n, line in enumerate(lines):
            alone = n == 0 and (len(lines) == 1 or not lines[1][:1].islower())
            if BULLET.match(line):
                _close(out, run)
                out.append((PassageKind.LIST_ITEM, line))
            elif alone and _is_heading(line):
                _close(out, run)
                out.append((PassageKind.HEADING, line))
            elif LABEL.match(line):
                _close(out, run)
                run.append(line)
            elif out and not run and out[-1][0] is PassageKind.LIST_ITEM and line[:1].islower():
                out[-1] = (PassageKind.LIST_ITEM, f"{out[-1][1]} {line}")
            else:
                run.append(line)
        _close(out, run)
    return out


def _close(out: list[tuple[PassageKind, str]], run: list[str]) -> None:
    if run:
        out.append((PassageKind.PARAGRAPH, " ".join(run)))
        run.clear()


def _is_heading(line: str) -> bool:
    """A short line that starts with a capital, ends without a stop, and holds no label or digits-only text."""
    words = line.split()
    return (
        1 <= len(words) <= 10
        and not line.endswith((".", ",", ";", ":"))
        and line[:1].isupper()
        and ":" not in line
        and not re.search(r"\d{3}|@|\d[ap]m", line)
    )
