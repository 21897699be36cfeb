"""PDF leaflets of our own making, written by hand: text at places, in sizes; nothing else."""

from __future__ import annotations

from collections.abc import Iterable

Line = tuple[float, float, float, str]  # x, y from the foot, size, text


def make_pdf(pages: Iterable[Iterable[Line]]) -> bytes:
    """A PDF whose pages hold those lines, in that order, in Helvetica."""
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for lines in pages:
        stream = b"".join(
            b"BT /F1 %.1f Tf 1 0 0 1 %.1f %.1f Tm (%s) Tj ET\n" % (size, x, y, _escaped(text))
            for x, y, size, text in lines
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        fonts = b"<</Font<</F1 3 0 R>>>>"
        kids.append(len(objects) + 1)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources%s/Contents %d 0 R>>" % (fonts, len(objects))
        )
    refs = b" ".join(b"%d 0 R" % n for n in kids)
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (refs, len(kids))
    out, places = b"%PDF-1.4\n", []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + head + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))


def _escaped(text: str) -> bytes:
    raw = text.encode("cp1252", errors="replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def column(x: float, top: float, blocks: Iterable[tuple[str, Iterable[str]]]) -> list[Line]:
    """Headings with their lines below one another, from `top` down."""
    out: list[Line] = []
    for heading, lines in blocks:
        out.append((x, top, 16, heading))
        top -= 22
        for text in lines:
            out.append((x, top, 10, text))
            top -= 13
        top -= 18
    return out
