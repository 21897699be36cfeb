"""The archived page as a reviewer sees it: safe, with its evidence highlighted, in the colours of the legend."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from starlette.responses import HTMLResponse, Response

from register.errors import TidiermapError
from register.store.pages import PageVersion
from review.board import lay_out
from review.headers import SNAPSHOT_POLICY
from review.quotes import Mark, mark_quotes
from review.settings import ReviewSettings
from review.visit import Visit

STATIC = Path(__file__).parent / "static"
STYLES = ("colours.css", "marks.css")


def show_candidate_page(visit: Visit) -> Response:
    board = lay_out(visit.store, visit.request.path_params["id"], visit.bench.settings)
    version = visit.store.pages.version(board.known.version_id)
    return _show(version, board.marks, visit.bench.settings)


def show_record_page(visit: Visit) -> Response:
    """The archived page that a record was last drafted from, with the record's quotes that still stand there."""
    record_id = visit.request.path_params["id"]
    known = visit.store.queue.get(visit.store.browse.candidate_of_record(record_id))
    fields = ((field.name, field.evidence) for field in visit.store.records.get(record_id).fields)
    marks = mark_quotes(fields, known.page_text, spans=known.draft.spans)
    return _show(visit.store.pages.version(known.version_id), tuple(marks.values()), visit.bench.settings)


def _show(version: PageVersion, marks: Sequence[Mark], settings: ReviewSettings) -> Response:
    rendered = settings.render_snapshot
    places = [(mark.start, mark.end, mark.field, mark.id) for mark in marks]
    notice = ""
    try:
        body, content_type = settings.read_body(version.archive, version.archive_offset)
        document = rendered(body, content_type=content_type or version.content_type, marks=places)
    except (OSError, ValueError, TidiermapError):
        # The archive may lie elsewhere, or its file be damaged: the text as it was read is in the register still.
        document = rendered(version.text.encode(), content_type="text/plain; charset=utf-8", marks=places)
        notice = "The archived page cannot be read; this is its text as it was read."
    return HTMLResponse(_dress(document, marks, notice), headers={"content-security-policy": SNAPSHOT_POLICY})


def _dress(document: str, marks: Sequence[Mark], notice: str) -> str:
    """The document with the colours of the fields, and with a rule that lifts out the mark that is looked at."""
    lifted = ",\n".join(f':root:has(#{mark.id}:target) mark[data-mark="{mark.id}"]' for mark in marks)
    style = _styles() + (f"{lifted} {{ outline: 3px solid #111; outline-offset: 1px; }}\n" if lifted else "")
    if notice:
        style += f'body::before {{ content: "{notice}"; display: block; padding: 0.5em; background: #fff3cd; }}\n'
    head, found, rest = document.partition("</head>")
    return f"{head}<style>\n{style}</style>{found}{rest}" if found else f"<style>\n{style}</style>{document}"


@cache
def _styles() -> str:
    return "".join((STATIC / name).read_text() for name in STYLES)
