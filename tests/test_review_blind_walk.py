"""Every address of the workbench, walked by somebody who is to decide again without knowing what was decided."""

from pathlib import Path

import pytest

from register.hosts import STATEMENT
from register.reviewing.rules import Sharing
from review.app import PAGES
from tests.forms import press
from tests.public import PublicDesk
from tests.rulebook import RULES
from tests.second_reviews import COMMENT, next_for
from tests.test_review_intake import put_down, statement_of

ALL = RULES.model_copy(update={"second_review": Sharing(share=1.0)})
SAID = "They drink tea and talk."
# What a page may lead to or say of a record only where somebody accepted it.
TELLS = ("accepted</span>", "(accepted)", f">{COMMENT}", "all is right", "They meet on Fridays now.")


@pytest.fixture
def desk(tmp_path: Path) -> PublicDesk:
    return PublicDesk(tmp_path, rules=ALL)


def published(desk: PublicDesk) -> tuple[str, str]:
    """Somebody put it down, Ada accepted it with a comment, a reader and its provider said something of it; gives the
    ids of its candidate and its statement."""
    ada = desk.visitor()
    said = statement_of(put_down(ada))
    with desk.store() as store:
        candidate = store.statements.find(f"{STATEMENT}{said}").candidate_id
    page = press(ada, ada.get(f"/candidate/{candidate}"), field="fact.weekdays", button="not_stated", comment=COMMENT)
    press(ada, page, button="approve", comment=COMMENT, follow=False)
    record = desk.publish(candidate)
    desk.put_out()
    with desk.store() as store, store.transaction():
        store.reports.add(record, about="when", told="They meet on Fridays now.")
        link = store.provider.add_link(record, made_by="ada", days=30)
        store.provider.add_answer(link.id, record, verdict="right")
        store.leases.give_back("ada")
    return candidate, said


def addresses(candidate: str, said: str) -> list[str]:
    """Every page that a reviewer may open, for each id that belongs to the record."""
    found = []
    for path, method, _, role in PAGES:
        if method != "GET" or role == "admin" or path in ("/next", "/pairs/next") or "{token}" in path:
            continue
        path = path.replace("{scheme}", "type").replace("{number}", "1").replace("{first}", candidate)
        path = path.replace("{second}", candidate)
        ids = (candidate, f"tm-{candidate}", said, "1") if "{" in path else ("",)
        found += [path.replace("{id}", one).replace("{key}", one) for one in ids]
    return found


def test_no_address_tells_a_blind_reviewer_what_was_decided(desk: PublicDesk) -> None:
    candidate, said = published(desk)
    ben, cleo = desk.visitor("ben"), desk.visitor("cleo")
    key = next_for(ben)
    assert key not in ("", candidate)
    told = set[str]()
    for address in addresses(candidate, said):
        others, page = cleo.get(address), ben.get(address)
        assert page.status_code < 500, address
        assert f"tm-{candidate}" not in page.text.replace(address, ""), address
        for words in TELLS:
            assert words not in page.text, f"{address} says {words}"
            told |= {words} if words in others.text else set()
    assert told == set(TELLS), "to others each of these is said somewhere"


def test_what_was_put_down_can_be_read_with_the_marks_of_the_copy(desk: PublicDesk) -> None:
    candidate, said = published(desk)
    ben = desk.visitor("ben")
    key = next_for(ben)
    page = ben.get(f"/statement/{said}")
    assert SAID in page.text
    assert f'href="/candidate/{key}"' in page.text
    assert candidate not in page.text
    assert "<mark" in ben.get(f"/statement/{said}/page").text
