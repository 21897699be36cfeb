"""Pages that want to do harm: their words are shown, and nothing more."""

from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.forms import press
from tests.seeding import Desk, draft

ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><svg onload=alert(1)>",
    "'><a href=javascript:alert(1)>x</a>",
    "{{ 191 * 7 }}{% include 'x' %}",
    "</style></head><body onload=alert(1)>",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_names_quotes_and_addresses_are_only_words(tmp_path: Path, attack: str) -> None:
    desk = Desk(tmp_path)
    text = f"Pals {attack} meet on Thursday."
    told = {
        "tidier.brief_name": (attack, [(attack, "")]),
        "fact.phones": ((attack,), [(attack, attack)]),
        "fact.cost": ("free", [(attack, "")]),
    }
    hostile = draft(text=text, told=told, name=attack, url="javascript:alert(1)")
    codes = tuple(replace(code, reason=attack) for code in hostile.codes)
    desk.queue(replace(hostile, codes=codes), text=text)
    ada = desk.visitor()
    page = press(ada, ada.get("/candidate/shed"), button="edit", field="fact.cost", quotes=attack, comment=attack)
    page = press(ada, page, button="edit", field="tidier.why", value=attack, quotes="not there", comment=attack)
    assert page.status_code == 422
    pages = [page, ada.get("/"), ada.get(f"/?q={attack}"), ada.get("/candidate/shed"), ada.get("/candidate/shed/page")]
    press(ada, ada.get("/candidate/shed"), button="approve")
    record_id = desk.publish()
    pages += [ada.get("/records"), ada.get(f"/record/{record_id}"), ada.get(f"/record/{record_id}/page")]
    for shown in pages:
        soup = BeautifulSoup(shown.text, "lxml")
        scripts = [script.get("src") for script in soup.select("script")]
        assert scripts in ([], ["/static/codes.js", "/static/keyboard.js"], ["/static/keyboard.js"])
        assert not soup.select("img, svg")
        for element in soup.select("*"):
            assert not [name for name in element.attrs if name.startswith("on")]
            assert not str(element.get("href", "")).lower().startswith("javascript")
        assert "1337" not in shown.text
    assert attack in BeautifulSoup(pages[3].text, "lxml").select_one("h1").text


@pytest.mark.parametrize("number", ["twelve", "-1", "²", "9" * 30, "9" * 5_000])
def test_what_is_no_number_of_ours_is_no_fault_of_ours(tmp_path: Path, number: str) -> None:
    desk = Desk(tmp_path)
    desk.queue(draft())
    ada = desk.visitor()
    for address in ("/own?until=", "/?at=", "/pairs?done=", "/pairs?page="):
        assert ada.get(f"{address}{number}").status_code == 200
    assert ada.get(f"/batches/{number}").status_code == 404
    form = {"csrf": "csrf-ada", "about": "record", "verdict": "resolve", "field": "fact.cost"}
    seen = {"revision": number, "decisions": number}
    assert ada.post(f"/batches/{number}/undo", data=form).status_code == 404
    assert ada.post("/candidate/shed/note", data={**form, "note": number}).status_code == 422
    assert ada.post("/candidate/shed/restore", data={**form, **seen, "decision": number}).status_code in (409, 422)
    assert ada.post("/candidate/shed/field", data={**form, **seen, "verdict": "approve"}).status_code == 409
