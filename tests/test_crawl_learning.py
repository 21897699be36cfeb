"""What a crawl knows of a site: shapes of addresses, variants of one page, what a page says that no other said."""

import math
from pathlib import Path

import pytest
from lxml.html import document_fromstring

from crawlers.focus import read_focus
from crawlers.learning import Learning, family_of, shape_of
from crawlers.likeness import Variants
from crawlers.texts import SiteTexts
from crawlers.visits import Link
from register.errors import ConfigError
from tests.frontiers import SITE

DATA = Path(__file__).parent.parent / "data"


def test_a_variant_that_says_the_same_is_not_asked_for_again() -> None:
    variants = Variants()
    assert variants.note(f"{SITE}/a", 1) == ""
    assert variants.note(f"{SITE}/a?print=1", 1) == f"{SITE}/a"
    assert variants.plain(f"{SITE}/b?page=2&print=1") == f"{SITE}/b?page=2"
    assert variants.note(f"{SITE}/a/amp/", 1) == f"{SITE}/a"
    assert variants.plain(f"{SITE}/c/amp/") == f"{SITE}/c/"
    assert variants.plain("https://example.com/c?print=1") == "https://example.com/c?print=1", "another host"
    taught = Variants()
    taught.learn(variants.rules())
    assert taught.plain(f"{SITE}/d?print=1") == f"{SITE}/d"


def test_a_parameter_that_leads_to_new_pages_is_none_that_changes_nothing() -> None:
    variants = Variants()
    for number in range(20):
        variants.note(f"{SITE}/group?id={number}", number + 1)
    for number in range(20, 24):
        variants.note(f"{SITE}/group?id={number}", 1)
    assert variants.plain(f"{SITE}/group?id=99") == f"{SITE}/group?id=99"
    sessions = Variants()
    for number in range(5):
        sessions.note(f"{SITE}/map?token={number}", 7)
    assert sessions.plain(f"{SITE}/map?token=99") == f"{SITE}/map"


def test_the_text_of_a_page_is_what_its_site_did_not_say_before() -> None:
    texts, menu = SiteTexts(), "<nav>Home About us Contact</nav>"
    words = "Singing for everybody, on Tuesdays in the hall. " * 4
    first = texts.read(document_fromstring(f"{menu}<p>{words}one</p>"))
    assert "Home About" in first.fresh
    for n in range(3):
        texts.read(document_fromstring(f"{menu}<p>{words}{n}</p>"))
    whole = texts.read(document_fromstring(f"{menu}<p>{words}two</p><p>{words}three</p><script>var x</script>"))
    assert "Home" not in whole.fresh
    assert "var x" not in whole.fresh
    bare = texts.read(document_fromstring(f"<p>{words}three</p><p>{words}two</p>"))
    assert bare.likeness == whole.likeness != 0, "without its menu and in another order, it is the same page"


@pytest.mark.parametrize(
    ("url", "shape", "family"),
    [
        ("/groups/north/choir/?page=2", "/groups/north/*?page=#", "~*/*/*?page=#"),
        ("/2026/11/", "/#/#", "~#/#"),
        ("/", "/", "~*"),
    ],
)
def test_addresses_have_shapes(url: str, shape: str, family: str) -> None:
    assert (shape_of(f"{SITE}{url}"), family_of(shape_of(f"{SITE}{url}"))) == (shape, family)


def test_learning_forgets_slowly() -> None:
    learning = Learning()
    for _ in range(200):
        learning.note(f"{SITE}/a/x", worth=0.0, relevance=0.0)
    for _ in range(25):
        learning.note(f"{SITE}/a/x", worth=1.0, relevance=1.0)
    assert 0.4 < learning.score("/a/*", 0.5) < 0.9
    assert math.isclose(learning.score("/b", 0.5), 0.5, abs_tol=0.15)


def test_the_focus_that_ships_prefers_services_and_its_words_are_checked(tmp_path: Path) -> None:
    focus = read_focus(DATA)

    def score(anchor: str, path: str) -> float:
        return focus.link_score(Link(url=path, anchor=anchor), f"{SITE}{path}", depth=1, parent=0.5)

    assert score("Walking group", "/groups/walking/") > score("Our mission", "/about/mission/")
    assert score("Lunch club for older people", "/activities/lunch-club/") > score("Privacy policy", "/privacy/")
    assert score("Visit", "/aboutUs.html") < score("Visit", "/aboutus/"), "the words of an address, not its suffix"
    said = "Every Tuesday 10am to 12pm, £2 a session. Ring to book. All adults welcome."
    assert focus.page_score(said) > focus.page_score("Our trustees met in March to approve the annual report.")
    (tmp_path / "focus.toml").write_text('[group]\na = ["Big"]\n')
    with pytest.raises(ConfigError, match=r"focus\.toml: group.*single words in lower case \(Big\)"):
        read_focus(tmp_path)
