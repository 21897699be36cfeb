"""A desk where everything is decided twice, for tests of blind second reviews."""

from bs4 import BeautifulSoup
from httpx import Response
from starlette.testclient import TestClient

from register.reviewing.rules import Sharing
from tests.forms import press
from tests.rulebook import RULES
from tests.seeding import Desk

ALL = RULES.model_copy(update={"second_review": Sharing(share=1.0)})
COMMENT = "as they wrote to us in confidence"


def decide_first(desk: Desk, key: str = "shed", *, name: str = "ada", button: str = "approve") -> None:
    """Somebody edits one field, leaves a comment, and decides on the whole record."""
    client = desk.visitor(name)
    page = client.get(f"/candidate/{key}")
    page = press(client, page, field="fact.cost", button="edit", value="donation", comment=COMMENT)
    page = press(client, page, field="tidier.why", button="not_stated")
    press(client, page, button=button, comment=COMMENT, follow=False)
    with desk.store() as store:
        store.leases.give_back(name)


def next_for(client: TestClient, query: str = "") -> str:
    """The id of what the reviewer is given next; empty where nothing is."""
    address = client.get(f"/next{query}").headers["location"]
    return address.partition("?")[0].partition("/candidate/")[2]


def shown(page: Response) -> str:
    """What the page says, but for what differs between any two candidates: its id, its dates, the session."""
    return " ".join(BeautifulSoup(page.text, "lxml").get_text(" ").split())
