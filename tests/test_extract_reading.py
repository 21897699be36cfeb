"""Reading: the visible text, offsets that never lie, passages of HTML, PDF text and plain text."""

import re
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Comment
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.reading import read_page
from register.codes.vocabulary import PassageKind
from register.models import Page

TAGS = [
    "p",
    "div",
    "li",
    "ul",
    "h2",
    "b",
    "a",
    "br",
    "td",
    "tr",
    "table",
    "script",
    "style",
    "svg",
    "dt",
    "dd",
    "dl",
    "nav",
    "rt",
    "img",
    "p/",
    "main",
    "![CDATA[x]]",
    "?php x",
    "!doctype html",
]
WORDS = [
    "Tea",
    "club",
    "é",
    "e\u0301",
    "\u00a0",
    "\n",
    "10am",
    "<",
    "&amp;",
    "&nbsp;",
    "\ufeff",
    "Mon",
    "–",
    "\x1c",
    "&#8211;",
    "&#x2013;b",
    "&#150;",
    "&nosuch;",
    "&amp",
    "</br>",
]
PIECES = st.one_of(
    st.sampled_from([f"<{t}>" for t in TAGS] + [f"</{t}>" for t in TAGS] + ["<!-- x -->", "<p class='title'>", "</"]),
    st.sampled_from(WORDS),
    st.text(max_size=8),
)


def read(body: str | bytes, content_type: str = "text/html") -> Page:
    raw = body.encode() if isinstance(body, str) else body
    return read_page(
        raw,
        url="https://a.example/x",
        content_type=content_type,
        locality="",
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def reference(body: bytes) -> str:
    """The definition of visible text, written apart from the walk that is tested."""
    soup = BeautifulSoup(body, "html.parser")
    for name in ("head", "script", "style", "noscript", "template", "svg"):
        for tag in soup.find_all(name):
            tag.decompose()
    for comment in soup.find_all(string=lambda s: isinstance(s, Comment)):
        comment.extract()
    return unicodedata.normalize("NFC", re.sub(r"\s+", " ", soup.get_text(" ")).strip())


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_text_is_the_visible_text_and_passages_lie_inside_it(body: str) -> None:
    raw = body.encode("utf-8", "surrogatepass")
    page = read(raw)
    assert page.text == reference(raw)
    ends = [0]
    for passage in page.passages:
        assert ends[-1] <= passage.start < passage.end <= len(page.text)
        assert page.quote(passage) == page.quote(passage).strip()
        ends.append(passage.end)
    words = "".join(page.quote(p) for p in page.passages)
    assert words.replace(" ", "") == page.text.replace(" ", "")


def test_a_head_that_is_never_closed_ends_where_the_body_begins() -> None:
    page = read("<html><head><title>Tea club</title><link rel=x><body><h1>Tea club</h1><p>Come in.")
    assert (page.title, page.text) == ("Tea club", "Tea club Come in.")


def test_a_heading_that_a_second_one_should_have_closed_is_one() -> None:
    page = read("<h2>Tea club<h2><p>Come in.<p>Bring a cup.")
    assert next((page.quote(p), p.kind.value) for p in page.passages) == ("Tea club", "heading")


def test_headings_lists_tables_and_terms_become_passages() -> None:
    page = read(
        "<h1>Hall</h1><ul><li>One</li><li>Two</li></ul><table><tr><th>Day</th><th>What</th></tr>"
        "<tr><td>Mon</td><td>Choir</td></tr></table><dl><dt>Where</dt><dd>Barn</dd></dl>"
    )
    by_text = {page.quote(p): p for p in page.passages}
    assert by_text["Hall"].level == 1
    assert by_text["One"].kind is PassageKind.LIST_ITEM
    assert by_text["One"].heading_path == ("Hall",)
    assert by_text["Choir"].label == "What"
    assert by_text["Barn"].label == "Where"


@pytest.mark.parametrize(
    ("button", "heads"),
    [
        ('<button aria-expanded="false">Sit and Sew</button>', True),
        ('<button class="accordion">Sit and Sew</button>', True),
        ("<button>Sit and Sew</button>", False),
    ],
)
def test_a_button_that_folds_a_part_is_its_heading(button: str, heads: bool) -> None:
    page = read(f"<main><h1>Groups</h1>{button}<div><p>Every Monday at two.</p></div></main>")
    assert ("Sit and Sew" in [page.quote(p) for p in page.passages if p.level and not p.chrome]) is heads


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ('<p class="org">Larkspur</p>', "provider"),  # hCard
        ('<div class="tribe-events-organizer"><a href="/l">Larkspur</a></div>', "provider"),
        ('<p><span itemprop="organizer">Larkspur</span></p>', "provider"),  # schema.org
        ('<div class="cardProviderName">Larkspur</div>', "provider"),  # else a name stands for a heading
        ('<p><span class="org">Larkspur</span> meets on Mondays</p>', ""),  # the sentence says itself what it is
        ('<p class="organic">Larkspur</p>', ""),
        ('<div class="provider"><p>Larkspur</p><p>Sewing group</p></div>', ""),  # a box about the provider
    ],
)
def test_mark_up_that_names_the_provider_labels_the_line(line: str, label: str) -> None:
    page = read(f"<main><h1>Stitch Up</h1>{line}</main>")
    found = next(p for p in page.passages if page.quote(p).startswith("Larkspur"))
    assert (found.label, found.level) == (label, 0)


def test_a_heading_ends_with_its_article() -> None:
    page = read("<article><h2>Choir</h2><p>We sing.</p></article><p>Ring us.</p>")
    assert [p.heading_path for p in page.passages] == [(), ("Choir",), ()]


def test_a_bold_name_is_cut_off_its_line() -> None:
    page = read("<p><strong>Camera Club</strong> Every Tuesday</p><p><strong>Free</strong> tea for all</p>")
    assert [page.quote(p) for p in page.passages] == ["Camera Club", "Every Tuesday", "Free tea for all"]


def test_page_without_html_passages_from_plain_text() -> None:
    page = read("Art Club\n\nWe paint.\n• Paper\n• Brushes", "text/plain")
    assert page.text == "Art Club We paint. • Paper • Brushes"
    assert [p.kind.value for p in page.passages] == ["heading", "paragraph", "list_item", "list_item"]


@pytest.mark.parametrize("body", [b"", b"%PDF-1.4 broken", b"<" * 5000, b"<div>" * 4000 + b"deep", b"\xff\xfe\x00"])
def test_broken_bodies_give_a_page_and_no_error(body: bytes) -> None:
    assert isinstance(read(body).text, str)


@pytest.mark.shared
def test_text_of_real_pages_is_the_visible_text(shared: Path) -> None:
    for path in sorted((shared / "sites").rglob("*.html"))[::40]:
        assert read(path.read_bytes()).text == reference(path.read_bytes()), path


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ('<meta property="article:published_time" content="2024-03-02T10:00:00Z">', date(2024, 3, 2)),
        (
            '<meta name="dcterms.modified" content="2025-01-30"><meta name="date" content="2020-01-01">',
            date(2025, 1, 30),
        ),
        ('<script type="application/ld+json">{"datePublished": "2023-05-06"}</script>', date(2023, 5, 6)),
        ('<time itemprop="datePublished" datetime="2022-02-03">3 February</time>', date(2022, 2, 3)),
        ('<time datetime="2022-02-03">3 February</time>', None),
        ('<meta name="date" content="2020-13-01">', None),
    ],
)
def test_a_page_has_the_date_that_it_gives_itself(head: str, day: date | None) -> None:
    assert read(f"<html><head>{head}</head><p>Tea club</p>").dated == day
