"""Pages that nobody wrote: real ones with bytes flipped, tags dropped, parts repeated, nested and strung out."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

TAG = re.compile(rb"<[^>]{0,200}>")
WRAPS = (
    b"<div>",
    b"<b>",
    b"<ul><li>",
    b"<table><tr><td>",
    b"<span class='title'>",
    b"<article><h2>x</h2>",
    b"<a href=x>",
)
LONG_LINES = (
    b"We meet 10 - 12 on Monday. ",
    b"1 ",
    b"a@b.",
    b"\xc3\xa9",
    b"<p>",
    b"&#38;",
    b"TR9 9AA ",
    b"(",
    b"every ",
)
LONGEST = 20_000_000  # bytes of one line


def mutate(body: bytes, other: bytes, dice: random.Random) -> bytes:
    """`body` with one to three mutations; `other` is a page to mix in."""
    for _ in range(dice.randint(1, 3)):
        body = dice.choice(KINDS)(body, other, dice)
    return body


def extremes() -> Sequence[bytes]:
    """The largest of each kind."""
    nested = [b"".join((wrap * 5000, b"tea club at 10am")) for wrap in WRAPS]
    long = [(line * (LONGEST // len(line)))[:LONGEST] for line in LONG_LINES]
    inside = [b"<html><body><p>" + (line * (LONGEST // len(line)))[:LONGEST] for line in LONG_LINES[:4]]
    return [*nested, *long, *inside, b"<" * LONGEST, b"<a " * 200_000, b"<!--" * 200_000, b"&" * 1_000_000]


def _flip(body: bytes, other: bytes, dice: random.Random) -> bytes:
    raw = bytearray(body)
    for _ in range(dice.randint(1, 1 + len(raw) // 100)):
        if raw:
            raw[dice.randrange(len(raw))] = dice.randrange(256)
    return bytes(raw)


def _drop_tags(body: bytes, other: bytes, dice: random.Random) -> bytes:
    share = dice.random()
    return TAG.sub(lambda match: b"" if dice.random() < share else match[0], body)


def _cut(body: bytes, other: bytes, dice: random.Random) -> bytes:
    start, end = sorted(dice.randrange(len(body) + 1) for _ in range(2))
    return body[start:end]


def _repeat(body: bytes, other: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(body) + 1)
    part = body[start : start + dice.randint(1, 400)]
    return body[:start] + part * dice.randint(2, 200) + body[start:]


def _mix(body: bytes, other: bytes, dice: random.Random) -> bytes:
    return body[: dice.randrange(len(body) + 1)] + other[dice.randrange(len(other) + 1) :]


def _nest(body: bytes, other: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(body) + 1)
    return body[:start] + dice.choice(WRAPS) * dice.randint(10, 5000) + body[start:]


def _one_line(body: bytes, other: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(body) + 1)
    return body[:start] + dice.choice(LONG_LINES) * dice.randint(100, 20_000) + body[start:]


def _charset(body: bytes, other: bytes, dice: random.Random) -> bytes:
    text = body.decode("utf-8", "replace")
    return text.encode(dice.choice(("utf-16", "utf-32", "latin-1", "cp1252", "utf-7", "shift_jis")), "replace")


def _swap_tags(body: bytes, other: bytes, dice: random.Random) -> bytes:
    names = [b"div", b"table", b"li", b"h1", b"p", b"script", b"select", b"textarea", b"rt", b"![CDATA[", b"?", b"!--"]
    return TAG.sub(lambda match: b"<" + dice.choice(names) + b">" if dice.random() < 0.05 else match[0], body)


Mutation = Callable[[bytes, bytes, random.Random], bytes]
KINDS: tuple[Mutation, ...] = (_flip, _drop_tags, _cut, _repeat, _mix, _nest, _one_line, _charset, _swap_tags)
