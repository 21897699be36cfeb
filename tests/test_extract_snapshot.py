"""Snapshots: the marks stand where the quotes stand, and nothing of the page can act or call out."""

import re
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup

from extract.reading import read_page
from extract.snapshot import render_snapshot

HOSTILE = b"""<html><head>
<meta http-equiv="refresh" content="0;url=http://evil.example"><style>@import 'x'</style></head>
<body onload="steal()"><h1>Art <b>Club</b> here</h1><script>alert(1)</script>
<a href="javascript:alert(1)" onclick="x()">go</a>
<form action="http://evil.example"><input name="a"><button>Send</button></form><iframe src="http://evil.example"></iframe>
<p style="background:url(http://evil.example/a.png)">Styled</p><img src="http://evil.example/p.gif" onerror="x()">
<object data="x"></object><embed src="x"><svg onload="x()"><a xlink:href="x">s</a></svg>
<link rel="stylesheet" href="http://evil.example">
<base href="http://evil.example"><video src="x" poster="y"></video><math><mtext>m</mtext></math></body></html>"""


def test_nothing_acts_and_nothing_is_asked_of_a_server() -> None:
    shown = render_snapshot(HOSTILE, content_type="text/html", marks=[(0, 8, "tidier.brief_name", "1")])
    for word in (
        "script",
        "javascript",
        "onload",
        "onclick",
        "onerror",
        "<form",
        "<input",
        "<iframe",
        "style=",
        "<style",
        "url(",
        "refresh",
    ):
        assert word not in shown.lower()
    for word in ("src=", "href", "evil.example", "<object", "<embed", "<svg", "<link", "<base", "<video", "<img"):
        assert word not in shown.lower()
    assert "Styled" in shown


@pytest.mark.parametrize("content_type", ["text/html", "text/plain"])
def test_marks_hold_exactly_their_words(content_type: str) -> None:
    body = (
        b"<p>Tea &amp; <i>toast</i> on\n Monday</p><ul><li>Free</li></ul>"
        if content_type == "text/html"
        else b"Tea club\n\nCome <in>."
    )
    page = read_page(body, url="", content_type=content_type, locality="", fetched_at=datetime(2026, 1, 1, tzinfo=UTC))
    start, end = 2, len(page.text) - 2
    shown = render_snapshot(body, content_type=content_type, marks=[(start, end, "tidier.why", "7")])
    pieces = BeautifulSoup(shown, "html.parser").find_all("mark")
    assert {piece["data-field"] for piece in pieces} == {"tidier.why"}
    assert re.sub(r"\s+", "", "".join(p.get_text() for p in pieces)) == page.text[start:end].replace(" ", "")
    assert [piece.get("id") for piece in pieces if piece.get("id")] == ["mark-7"]


def test_a_page_that_never_closes_its_head_is_shown() -> None:
    body = b"<html><head><title>Tea club</title><body><h1>Tea club</h1><p>Come in."
    shown = render_snapshot(body, content_type="text/html", marks=[(9, 13, "tidier.what", "1")])
    assert BeautifulSoup(shown, "html.parser").get_text() == "Tea clubCome in."
    assert [m.get_text() for m in BeautifulSoup(shown, "html.parser").find_all("mark")] == ["Come"]


def test_overlapping_marks_both_show() -> None:
    shown = render_snapshot(
        b"<p>one two three</p>", content_type="text/html", marks=[(0, 7, "a", "1"), (4, 13, "b", "2")]
    )
    assert [m.get_text() for m in BeautifulSoup(shown, "html.parser").find_all("mark")] == ["one two", " three"]


@pytest.mark.parametrize(
    "forged",
    [
        b'<mark data-field="tidier.why" data-mark="1" id="mark-1">not a quote</mark>',
        b"<!--><mark data-field=tidier.why data-mark=1 id=mark-1>not a quote</mark>-->",
        b"<!--!><mark data-field=tidier.why data-mark=1 id=mark-1>not a quote</mark>",
        b"<![CDATA[><mark data-field=tidier.why data-mark=1>not a quote</mark>]]>",
        b'<mark data-field="&quot;><img src=x onerror=alert(1)>" data-mark="1">not a quote</mark>',
    ],
)
def test_a_page_cannot_show_words_of_its_choice_as_evidence(forged: bytes) -> None:
    shown = render_snapshot(forged + b"<p>tea", content_type="text/html", marks=[(1, 3, "tidier.why", "1")])
    soup = BeautifulSoup(shown, "html.parser")
    for mark in soup.select("[data-mark], [data-field], [id]"):
        assert "not a quote" not in mark.get_text()
    assert not soup.select("img")
    assert ":" not in "".join(str(value) for tag in soup.find_all() for value in tag.attrs.values())
