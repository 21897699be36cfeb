"""How the entries of a list are named."""

import pytest

from extract.content import read_content
from extract.kinds import titled_kinds
from extract.names import after_time, find_name, fits_name
from tests.test_extract_services import page_of


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ('Quay Larder <a href="https://larder.example/">🔗<span> to Quay Larder site</span></a>', "Quay Larder"),
        ('<a href="https://larder.example/">Quay Larder<span> (opens in a new tab)</span></a>', "Quay Larder"),
        ('<a href="https://larder.example/">Quay Larder ↗</a>', "Quay Larder"),
        ('<a href="https://larder.example/">🔗 Quay Larder</a>', "Quay Larder"),
        ("Otter Walk – booking essential!", "Otter Walk"),
    ],
)
def test_a_name_ends_where_readers_of_screens_are_told_of_its_link(heading: str, name: str) -> None:
    html = f"<html><body><main><h1>Groups</h1><h2>{heading}</h2><p>Open to whoever comes.</p></main></body>"
    page = page_of(html)
    start = page.text.index("Larder" if "Larder" in heading else "Walk")
    entry = tuple(p for p in page.passages if p.end > start)
    found = find_name(page, entry)
    assert found is not None
    assert page.text[slice(*found)] == name


@pytest.mark.parametrize(
    "name", ["Printmaking", "Shared Reading", "Back on Track", "Backyard Growers", "Acceptance Group"]
)
def test_a_name_may_begin_as_a_button_does(name: str) -> None:
    assert fits_name(name) > 0.5


@pytest.mark.parametrize(
    "button",
    ["Print", "Print this page", "Printer-friendly version", "Share on Facebook", "Back", "Back to all events"],
)
def test_a_button_is_no_name(button: str) -> None:
    assert fits_name(button) == 0


def test_a_time_is_not_cut_in_two() -> None:
    assert fits_name("Fortnightly on Thursday, 10.30am–12.30pm") == 0
    assert "10.30am–12.30pm"[after_time("10.30am–12.30pm") :] != ".30pm"
    assert "10.30am–12.30pm Art Club"[after_time("10.30am–12.30pm Art Club") :] == "Art Club"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Legal advice clinic", ()),
        ("Legal notices", ("info",)),
        ("Legal", ("info",)),
        ("History of Art", ()),
        ("History of the charity", ("organisation",)),
    ],
)
def test_a_title_names_a_kind_only_where_it_says_nothing_else(title: str, kind: tuple[str, ...]) -> None:
    html = f"<html><head><title>{title}</title></head><body><main><h1>{title}</h1><p>Mondays at two.</p></main></body>"
    page = page_of(html)
    assert titled_kinds(page, read_content(page, profile=None)) == kind
