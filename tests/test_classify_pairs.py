"""Where words fail: sentences that say a thing, beside ones that hold the same words and do not."""

import csv
from pathlib import Path

import pytest

from classify.codes import propose_codes
from classify.model import load_model
from register.codes.codebook import read_codebook
from tests.coding import service, shown

HERE = Path(__file__).parent
CODEBOOK = read_codebook(HERE.parent / "data")
with (HERE / "minimal_pairs.csv").open(encoding="utf-8", newline="") as table:
    PAIRS = list(csv.DictReader(table))


def pair_id(pair: dict[str, str]) -> str:
    return f"{pair['fails_by']}-{pair['code']}"


MISSED = {("model", "Interpreters help you at the doctor's."): "scores .33, and what is shown is likely from .45"}


@pytest.fixture(params=["cues", "model"])
def codes_of(request: pytest.FixtureRequest):  # what the cues alone show, and what the committed model shows
    model = load_model() if request.param == "model" else None

    def propose(sentence: str, scheme: str) -> set[str]:
        draft, page = service(sentence)
        return shown(propose_codes(draft, page=page, codebook=CODEBOOK, model=model), scheme)

    return propose


@pytest.mark.parametrize("pair", PAIRS, ids=pair_id)
def test_what_is_said_is_coded_and_what_is_denied_is_not(
    pair: dict[str, str], codes_of, request: pytest.FixtureRequest
) -> None:
    if reason := MISSED.get((request.node.callspec.params["codes_of"], pair["says"])):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    assert pair["code"] in codes_of(pair["says"], pair["scheme"])
    assert pair["code"] not in codes_of(pair["denies"], pair["scheme"])


def test_the_table_covers_each_way_to_fail_more_than_twice() -> None:
    ways = [pair["fails_by"] for pair in PAIRS]
    assert len(PAIRS) >= 150
    assert all(ways.count(way) > 2 for way in ways)
    assert len({(pair["code"], pair["denies"]) for pair in PAIRS}) == len(PAIRS)
