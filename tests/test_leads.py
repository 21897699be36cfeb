"""An entry of a list whose name is a link to the page of its service is no second service."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.addresses import Canonical
from crawlers.limits import read_limits
from flows.discovery.drafting import draft_site
from flows.discovery.repeats import once_each
from flows.settings import Stages, load_stages
from register.models import SavedPage

DATA = Path(__file__).parent.parent / "data"
CANONICAL = Canonical(ignored=read_limits(DATA).ignored_parameters)
HOST = "https://quay.example"
OWN = """<html><head><title>{name} - Quay</title></head><body><main><h1>{name}</h1>
<p>We sit down to soup and a pudding every Thursday from 12pm to 2pm in the Quay Hall, and anybody over 60 may come.
Volunteers cook, and a driver brings those who cannot walk. It costs £3. Ring 01632 960111 to tell us that you come.</p>
</main></body></html>"""
LIST = """<html><head><title>Groups - Quay</title></head><body><main><h1>Groups</h1><ul>{entries}</ul></main></body>
</html>"""
OTHERS = (
    '<li><a href="https://sails.example/">Sail repairs</a> – Mend a sail with us on Mondays at 6pm.</li>'
    '<li><a href="https://shanty.example/">Shanty evening</a> – Songs of the sea on Fridays at 7pm.</li>'
    '<li><a href="https://nets.example/">Net makers</a> – Knots and company on Tuesdays at 2pm.</li>'
)


@pytest.fixture(scope="module")
def stages() -> Stages:
    return load_stages(DATA)


def names(stages: Stages, *entries: str) -> list[str]:
    bodies = {"/lunch/": OWN.format(name="Thursday Soup Lunch"), "/list/": LIST.format(entries="".join(entries))}
    fetched_at = datetime(2026, 1, 6, tzinfo=UTC)
    saved = [
        SavedPage(url=HOST + path, body=body.encode(), content_type="text/html", fetched_at=fetched_at)
        for path, body in bodies.items()
    ]
    drafted = draft_site(saved, host="quay.example", locality="quay", known=None, stages=stages)
    return [candidate.name for page in once_each(drafted.pages, canonical=CANONICAL) for candidate in page.candidates]


@pytest.mark.parametrize(
    ("entries", "kept"),
    [
        (['<li><a href="/lunch/#top">Soup at the Quay</a> – Soup in company.</li>'], False),
        (['<li><a href="/lunch/?utm_source=list">Soup at the Quay</a> – Soup in company.</li>'], False),
        # leads elsewhere
        (['<li><a href="https://other.example/lunch/">Soup at the Quay</a> – Soup in company.</li>'], True),
        # another service, which one books there
        (['<li><a href="/lunch/">Darts at the Quay</a> – Darts in company.</li>'], True),
        # two services behind one page
        (
            [
                '<li><a href="/lunch/">Soup at the Quay</a> – Soup in company.</li>',
                '<li><a href="/lunch/">Soup kitchen</a> – Cook with others.</li>',
            ],
            True,
        ),
        # states a day that the page does not
        (['<li><a href="/lunch/">Soup at the Quay</a> – Soup in company, Sundays at 1pm.</li>'], True),
    ],
    ids=["its own page", "tracked", "elsewhere", "another name", "two of them", "another day"],
)
def test_an_entry_yields_to_the_page_that_its_name_leads_to(stages: Stages, entries: list[str], kept: bool) -> None:
    found = names(stages, *entries, OTHERS)
    assert "Thursday Soup Lunch" in found
    assert {"Sail repairs", "Shanty evening", "Net makers"} <= set(found)
    assert any(name.endswith("at the Quay") for name in found) == kept
