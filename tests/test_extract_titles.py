"""Where the one service of a page is named, on pages that set no heading."""

import pytest

from extract.content import read_content
from extract.titles import find_page_name
from tests.test_extract_services import page_of

PAGE = """<html><head><title>{title}</title></head><body><div id="top"><a href="/">Mill Friends@Otterby</a>
<a href="/about/">About</a></div><div id="main">{main}</div></body></html>"""
TEXT = "<p>We sit with people who have lost somebody, every second Monday at 2pm in the reading room of the Mill.</p>"
MENU = " | ".join(
    f'<a href="/{n}">{words}</a>' for n, words in enumerate(("Start here", "All of it", "News of us", "Ask us"))
)


@pytest.mark.parametrize(
    ("title", "main", "name"),
    [
        # The title is the website's, whose banner repeats it; the post is named in a line of its own.
        (
            "Mill Friends@Otterby",
            f'<div class="head">Tea and remembrance</div><div>2026-01-05</div>{TEXT}',
            "Tea and rem",
        ),
        ("Mill Friends@Otterby", f"<div>5 January 2026</div><div>Tea and remembrance</div>{TEXT}", "Tea and rem"),
        # What the title names among the page's own lines goes before another line.
        (
            "Remembrance Tea - Mill",
            f"<div>Let us help each other</div><div>Remembrance Tea</div>{TEXT}",
            "Remembrance Tea",
        ),
        # Of two lines that the title names the upper one is the banner, whichever the title tells first.
        (
            "Remembrance Tea | Group finder",
            f"<div><i>Group finder</i></div><div>Remembrance Tea</div>{TEXT}<div>Group finder</div>",
            "Remembrance Tea",
        ),
        (
            "Group finder | Remembrance Tea",
            f"<div><i>Group finder</i></div><div>{MENU}</div><div>Remembrance Tea</div>{TEXT}",
            "Remembrance Tea",
        ),
        (
            "Remembrance Tea | Group finder",
            f"<div><i>Group finder</i></div><div>Remembrance Tea for widowers</div>{TEXT}",
            "Remembrance Tea for widowers",
        ),
        # A heading goes before all lines, and running text names nothing.
        ("Mill Friends@Otterby", f"<div>Support</div><h2>Remembrance Tea</h2>{TEXT}", "Remembrance Tea"),
        ("Mill Friends@Otterby", TEXT, "Mill Friends@Otterby"),
    ],
)
def test_a_page_without_headings_is_named_by_a_line_set_apart(title: str, main: str, name: str) -> None:
    assert name_of(PAGE.format(title=title, main=main)).startswith(name)


@pytest.mark.parametrize("title", ["Tea - Talk - Company", "Tea - Talk - Company | Group finder"])
def test_a_name_with_a_dash_is_told_from_the_crumb_before_it(title: str) -> None:
    main = f'<h1><a href="/grief/">Grief</a> / Tea - Talk - Company</h1>{TEXT}'
    assert name_of(PAGE.format(title=title, main=main)) == "Tea - Talk - Company"


def name_of(html: str) -> str:
    page = page_of(html)
    start, end = find_page_name(page, read_content(page, profile=None).passages)
    return page.text[start:end]
