"""The archived page as a reviewer sees it: safe, with its evidence highlighted, in the colours of the legend."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from starlette.responses import HTMLResponse, Response

from register.errors import TidiermapError
from register.store.crawling.pages import PageVersion
from review.headers import SNAPSHOT_POLICY
from review.record.board import lay_out
from review.record.highlight import add_places, cut_apart, style_of
from review.record.quotes import Mark, mark_quotes
from review.settings import ReviewSettings
from review.visit import Visit

STATIC = Path(__file__).parent.parent / "static"
STYLES = ("colours.css", "marks.css")
DOCUMENT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Archived page</title><style>
{style}
</style></head><body>
{content}
</body></html>
"""


def show_candidate_page(visit: Visit) -> Response:
    board = lay_out(visit.store, visit.request.path_params["id"], visit.bench.settings)
    version = visit.store.pages.version(board.known.version_id)
    return show_version(version, board.marks, visit.bench.settings)


def show_record_page(visit: Visit) -> Response:
    """The archived page that a record was last drafted from, with the record's quotes that still stand there."""
    record_id = visit.request.path_params["id"]
    known = visit.store.queue.get(visit.store.browse.candidate_of_record(record_id))
    fields = ((field.name, field.evidence) for field in visit.store.records.get(record_id).fields)
    marks = mark_quotes(fields, known.page_text, spans=known.draft.spans)
    return show_version(visit.store.pages.version(known.version_id), tuple(marks.values()), visit.bench.settings)


def show_version(version: PageVersion, marks: Sequence[Mark], settings: ReviewSettings) -> Response:
    """The archived page with these marks, in a document of its own that nothing runs in."""
    pieces = cut_apart(marks)
    places = [(piece.start, piece.end, piece.field, str(piece.number)) for piece in pieces]
    notice = ""
    try:
        body, content_type = settings.read_body(version.archive, version.archive_offset)
        content = settings.render_snapshot(body, content_type=content_type or version.content_type, marks=places)
    except (OSError, ValueError, TidiermapError):
        # The archive may lie elsewhere, or its file be damaged: the text as it was read is in the register still.
        text = version.text.encode()
        content = settings.render_snapshot(text, content_type="text/plain; charset=utf-8", marks=places)
        notice = '<p class="notice">The archived page cannot be read; this is its text as it was read.</p>'
    document = DOCUMENT.format(style=_styles() + style_of(pieces, marks), content=notice + add_places(content, pieces))
    return HTMLResponse(document, headers={"content-security-policy": SNAPSHOT_POLICY})


@cache
def _styles() -> str:
    return "".join((STATIC / name).read_text() for name in STYLES)
