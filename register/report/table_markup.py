"""A table as HTML, put together by hand: a large report has a million cells, of which few differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from markupsafe import Markup

from register.report.escaping import safe
from register.report.tables import Cell, Row, Table

MOST_COLUMNS: Final = 9  # of a table whose heads lie


def write_table(table: Table, href: Callable[[Table, Cell], str], up: str) -> Markup:
    """The table, its notes, and the link to its file; `href` tells where a cell leads, as seen from the top folder,
    which `up` leads to."""
    dense = " dense" if len(table.columns) > MOST_COLUMNS else ""
    key, title = safe(table.key), safe(table.title)
    heads = "".join(f'<th scope="col"><span>{safe(column)}</span></th>' for column in table.columns)
    notes = "".join(f"{safe(note)} " for note in table.notes)
    parts = [
        f'<div class="wide{dense}" role="region" aria-labelledby="{key}" tabindex="0">\n<table>\n'
        f'<caption id="{key}">{title}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n',
        *_rows(table, href, safe(up)),
        f'</tbody>\n</table>\n</div>\n<p class="under">{notes}<a href="{safe(up)}tables/{key}.csv">'
        f"{title} as CSV</a></p>\n",
    ]
    return Markup("".join(parts))  # noqa: S704 (each text is escaped above and below)


def _rows(table: Table, href: Callable[[Table, Cell], str], up: str) -> Iterator[str]:
    for row in table.rows:
        yield _head(row)
        for cell in row.cells:
            to = href(table, cell)
            look = f' class="{cell.look}"' if cell.look else ""
            text = f'<a href="{up}{safe(to)}">{safe(cell.text)}</a>' if to else safe(cell.text)
            under = f"<small>{safe(cell.under)}</small>" if cell.under else ""
            yield f"<td{look}>{text}{under}</td>"
        yield "</tr>\n"


def _head(row: Row) -> str:
    whole = ' class="whole"' if row.label.startswith("All ") else ""
    note = f" <small>{safe(row.note)}</small>" if row.note else ""
    return f'<tr{whole}><th scope="row">{safe(row.label)}{note}</th>'
