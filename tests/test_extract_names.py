"""How the entries of a list are named."""

from datetime import UTC, datetime

import pytest

from extract.names import find_name
from extract.reading import read_page


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
    fetched_at = datetime(2026, 1, 6, tzinfo=UTC)
    page = read_page(
        html.encode(), url="https://q.example/", content_type="text/html", locality="quay", fetched_at=fetched_at
    )
    start = page.text.index("Larder" if "Larder" in heading else "Walk")
    entry = tuple(p for p in page.passages if p.end > start)
    found = find_name(page, entry)
    assert found is not None
    assert page.text[slice(*found)] == name
