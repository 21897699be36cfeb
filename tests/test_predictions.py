"""Saved pages in, predictions out: the form that the scorer documents, for good pages and hostile ones."""

import csv
import json
import re
from pathlib import Path

import pytest

from flows.manifest import read_manifest, rows_of_folder
from flows.predictions import page_addresses, predict_folder, write_lines
from flows.progress import QuietProgress
from flows.settings import Settings
from register.codes.vocabulary import FACTS, NETS, TIDIER_ITEMS
from sample.serve import Site


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample site as saved files, beside a page of random bytes and an empty one."""
    root = tmp_path_factory.mktemp("saved")
    site = Site()
    for name in ("/groups/dementia-cafe.html", "/services/bereavement-cafe/", "/privacy/", "/whats-on/timetable/"):
        path = root / "sample" / (name.strip("/") if name.endswith(".html") else f"{name.strip('/')}/index.html")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(site.answer(name, base="http://127.0.0.1").body)
    (root / "other").mkdir()
    (root / "other" / "noise.html").write_bytes(bytes(range(256)) * 40)
    (root / "other" / "empty.html").write_bytes(b"")
    return root


def predicted(folder: Path, manifest: Path | None = None) -> dict[str, dict]:
    rows = read_manifest(manifest, folder) if manifest else rows_of_folder(folder)
    lines = predict_folder(folder, rows=rows, settings=Settings(), progress=QuietProgress())
    return {line["page"]: line for line in lines}


def test_every_page_has_a_prediction_in_the_scorers_form(folder: Path) -> None:
    found = predicted(folder)
    assert len(found) == 6
    assert found["other/empty.html"]["services"] == []
    assert found["other/noise.html"]["services"] == []
    assert found["sample/privacy/index.html"]["services"] == []
    (service,) = found["sample/groups/dementia-cafe.html"]["services"]
    assert set(service["tidier"]) == set(TIDIER_ITEMS)
    assert set(service["facts"]) == {fact.name for fact in FACTS}
    assert all(service[net] in ("include", "exclude", "unclear") for net in NETS)
    assert all(0 <= code["score"] <= 1 for code in service["codes"])
    words = " ".join(re.findall(r"\w+", (folder / "sample/groups/dementia-cafe.html").read_text().lower()))
    for item in service["tidier"].values():
        for evidence in item["evidence"]:
            assert " ".join(re.findall(r"\w+", evidence["quote"].lower()))[:40] in words


def test_a_manifest_chooses_the_pages_and_its_other_columns_are_ignored(folder: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "pages.csv"
    with manifest.open("w", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["page", "locality", "gss_code", "url", "notes"])
        writer.writerow(["sample/privacy/index.html", "Fennbridge", "E99999999", "", "x"])
        writer.writerow(["sample/groups/dementia-cafe.html", "", "", "https://example.org/groups/dementia", ""])
    assert list(predicted(folder, manifest)) == ["sample/privacy/index.html", "sample/groups/dementia-cafe.html"]


def test_the_same_pages_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    for name in ("one.jsonl", "two.jsonl"):
        write_lines(tmp_path / name, predicted(folder).values())
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
    assert [json.loads(line)["page"] for line in (tmp_path / "one.jsonl").read_text().splitlines()]


def test_an_address_that_two_rows_share_is_not_taken_for_either() -> None:
    named = {
        "s/a.html": {"url": "https://x.org/"},
        "s/b.html": {"url": "https://x.org/"},
        "s/c.html": {"url": "https://x.org/c"},
    }
    addresses = page_addresses(list(named), named, site="s")
    assert len(set(addresses.values())) == 3
    assert addresses["s/c.html"] == "https://x.org/c"
