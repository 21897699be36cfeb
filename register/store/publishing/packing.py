"""Lines packed against an earlier line of the same record, most of which they repeat."""

from __future__ import annotations

import zlib

LEVEL = 9
# A line that packs to more than this share of what it would take by itself stands for itself from then on.
WORTH = 0.5


def pack(line: str, base: str = "") -> bytes:
    """`line` as bytes that `unpack` reads with the same `base`; b"" for the empty line."""
    if not line:
        return b""
    packer = zlib.compressobj(LEVEL, zdict=base.encode()) if base else zlib.compressobj(LEVEL)
    return packer.compress(line.encode()) + packer.flush()


def unpack(packed: bytes, base: str = "") -> str:
    """What was packed; raises zlib.error where the base is another one, or bytes are damaged."""
    if not packed:
        return ""
    reader = zlib.decompressobj(zdict=base.encode()) if base else zlib.decompressobj()
    return (reader.decompress(packed) + reader.flush()).decode()


def departs(line: str, base: str) -> bytes | None:
    """`line` packed against `base`; None where that is hardly less than by itself."""
    against = pack(line, base)
    return against if len(against) <= WORTH * len(pack(line)) else None
