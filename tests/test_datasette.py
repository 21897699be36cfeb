"""A publication's database is started in Datasette, as its readers start it, and looked at in a browser."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from register.formats import write
from tests.editions import TOLD, edition_of, record_of

pytest.importorskip("datasette", reason="Datasette is not installed (the extra dev has it)")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("datasette")
    told = TOLD | {"tidier.brief_name": "Tea at Ten", "fact.cost": "paid", "code.type": ("food_security",)}
    write(edition_of((record_of(1), record_of(2, told=told))), folder, formats=("database",))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "datasette", "dataset.db", "-m", "metadata.json", "-p", str(port)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_until_served(f"http://127.0.0.1:{port}/-/versions.json", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_until_served(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            urlopen(url).close()
            return
        except URLError:
            assert server.poll() is None, "Datasette ended"
            assert time.monotonic() < until, "Datasette does not answer"
            time.sleep(0.05)


def asked(address: str) -> dict:
    with urlopen(address) as answer:
        return json.load(answer)


def test_a_search_finds_services_by_their_words(address: str) -> None:
    found = asked(f"{address}/dataset/services.json?_search=ten&_shape=objects")
    assert [row["name"] for row in found["rows"]] == ["Tea at Ten"]


def test_facets_count_codes_and_costs(address: str) -> None:
    facets = asked(f"{address}/dataset/services.json")["facet_results"]
    types = {one["value"]: one["count"] for one in facets["code_type"]["results"]}
    assert types == {"animals_green_space": 1, "food_security": 1, "social_befriending": 1}
    assert {one["value"] for one in facets["fact_cost"]["results"]} == {"free", "paid"}


def test_the_page_tells_title_licence_and_what_a_column_means(address: str) -> None:
    with urlopen(f"{address}/dataset/services") as answer:
        page = answer.read().decode()
    for words in ("Services", "Creative Commons Attribution 4.0", "Youngest age that it is for."):
        assert words in page


def test_evidence_leads_to_its_service(address: str) -> None:
    rows = asked(f"{address}/dataset/evidence.json?field=fact.cost&_shape=objects&_labels=on")["rows"]
    assert {row["record_id"]["label"] for row in rows} == {"Potting Shed Pals", "Tea at Ten"}
