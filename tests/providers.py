"""A provider's own link to its published record, and what it answers there."""

import re

from bs4 import BeautifulSoup
from httpx import Response
from starlette.testclient import TestClient

from review.app import create_app
from tests.forms import press
from tests.seeding import Desk, draft

PLACE = "/record/tm-shed/provider"


def publish_one(desk: Desk) -> Desk:
    """The desk with one published record."""
    desk.queue(draft())
    client = desk.visitor()
    press(client, client.get("/candidate/shed"), button="approve")
    desk.publish()
    return desk


def change(client: TestClient, action: str, link: int = 0) -> Response:
    return client.post(PLACE, data={"csrf": "csrf-ada", "action": action, "link": str(link)})


def make(desk: Desk) -> str:
    """The path of a new address."""
    client = desk.visitor()
    change(client, "make")
    return "/provider/" + re.search(r"/provider/([\w.-]+)\"", client.get(PLACE).text)[1]


def provider(desk: Desk) -> TestClient:
    return TestClient(create_app(desk.settings), follow_redirects=False)


def answer(client: TestClient, path: str, **typed: object) -> Response:
    token = BeautifulSoup(client.get(path).text, "lxml").select_one("input[name=csrf]")["value"]
    return client.post(path, data={"csrf": token, **typed})
