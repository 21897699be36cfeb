"""One service once: repeats and teasers yield to the fuller page, and never both of two."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.addresses import Canonical
from flows.discovery.drafting import DraftedPage
from flows.discovery.repeats import name_words, once_each
from register.codes.vocabulary import PageKind, Status
from register.models import Candidate, DraftField, Page, PageReading
from register.serial import digest

FULL = (
    "Sing Along Choir meets every Monday evening in the old school hall, and nobody has to read music or hold a note. "
    "We start with a warm drink, sing for an hour, and finish with the songs that members bring along."
)
TEASER = "Sing Along Choir meets every Monday evening in the old school hall, and nobody has to read music"


def page(path: str, text: str, *, name: str, kind: PageKind, phone: str = "") -> DraftedPage:
    url = f"https://example.org{path}"
    candidate = Candidate(
        key=digest(url + name)[:16],
        locality="x",
        page_url=url,
        name=name,
        text_hash=digest(text),
        fields=(DraftField(name="fact.phones", status=Status.REPORTED, value=(phone,)),) if phone else (),
        codes=(),
        spans=((0, len(text)),),
    )
    read = Page(url=url, locality="x", title=name, text=text, passages=(), fetched_at=datetime(2026, 1, 1, tzinfo=UTC))
    reading = PageReading(page=read, kind=kind, kind_score=0.9, drafts=())
    return DraftedPage(reading=reading, text_hash=digest(text), candidates=(candidate,))


def admitted(*pages: DraftedPage, known: tuple[str, ...] = ()) -> list[str]:
    return [
        candidate.page_url.removeprefix("https://example.org")
        for a in once_each(pages, known, canonical=Canonical())
        for candidate in a.candidates
    ]


def test_a_listing_entry_yields_to_the_page_of_the_service_whatever_its_article() -> None:
    own = page("/choir/", FULL, name="Sing Along Choir", kind=PageKind.SERVICE)
    entry = page("/a-z/", "The Sing Along Choir. Mondays.", name="The Sing Along Choir", kind=PageKind.LISTING)
    assert admitted(entry, own) == ["/choir/"]
    assert admitted(entry, known=("Sing Along Choir",)) == []
    assert admitted(entry) == ["/a-z/"]


def test_a_teaser_yields_to_the_page_that_holds_its_words_and_more() -> None:
    own = page("/choir/", FULL, name="Sing Along Choir", kind=PageKind.SERVICE)
    teaser = page("/tags/music/", TEASER, name="Choir", kind=PageKind.SERVICE)
    assert admitted(teaser, own) == ["/choir/"]


def test_a_page_of_its_own_is_the_better_source_though_a_listing_says_more() -> None:
    own = page("/posts/choir/", TEASER, name="Sing Along Choir", kind=PageKind.SERVICE)
    entry = page("/", FULL, name="Sing Along Choir (to its site)", kind=PageKind.LISTING)
    assert admitted(entry, own) == ["/posts/choir/"]


def test_a_listing_with_the_very_words_of_a_page_is_its_duplicate() -> None:
    own = page("/posts/choir/", FULL, name="Sing Along Choir", kind=PageKind.SERVICE)
    entry = page("/", FULL, name="Choir", kind=PageKind.LISTING)
    assert admitted(entry, own) == ["/posts/choir/"]


def test_a_page_of_a_tag_that_holds_one_entry_is_that_entry_again() -> None:
    own = page("/posts/choir/", FULL, name="Sing Along Choir", kind=PageKind.SERVICE)
    filed = page("/subtopics/song/", f"Sing Along Choir {TEASER}", name="Song", kind=PageKind.SERVICE)
    words = f"Tea and Tales {TEASER.removeprefix('Sing Along Choir ')}"
    other = page("/subtopics/tea/", words, name="Tea", kind=PageKind.SERVICE)
    assert sorted(admitted(own, filed, other)) == ["/posts/choir/", "/subtopics/tea/"]


LISTING, SERVICE = PageKind.LISTING, PageKind.SERVICE


@pytest.mark.parametrize(
    ("thin", "full", "kept"),
    [
        # an entry without a fact of its own says nothing that the fuller one does not
        (("/a/", LISTING, "Quay Pantry", ""), ("/b/", LISTING, "Quay Pantry", "1"), ["/b/"]),
        # another number may be another pantry
        (("/a/", LISTING, "Quay Pantry", "2"), ("/b/", LISTING, "Quay Pantry", "1"), ["/a/", "/b/"]),
        # one word is no name of its own, except where a tag's page repeats it
        (("/a/", LISTING, "Pantry", ""), ("/b/", LISTING, "Pantry", "1"), ["/a/", "/b/"]),
        (("/tags/pantry/", SERVICE, "Pantry", ""), ("/b/", SERVICE, "Pantry", "1"), ["/b/"]),
        # one entry filed under two headings: the same number and most of the words
        (("/food/quay/", SERVICE, "Quay Pantry", "1"), ("/money/quay/", SERVICE, "Quay Pantry", "1"), ["/money/quay/"]),
        (
            ("/food/quay/", SERVICE, "Quay Pantry", ""),
            ("/money/quay/", SERVICE, "Quay Pantry", "1"),
            ["/food/quay/", "/money/quay/"],
        ),
    ],
)
def test_an_entry_that_states_nothing_of_its_own_yields(
    thin: tuple[str, PageKind, str, str], full: tuple[str, PageKind, str, str], kept: list[str]
) -> None:
    words = "Tins and fresh greens on Fridays from the van"
    texts = (words, f"Fresh greens and tins from the van on Fridays, at the quay for all who need them, {FULL[:60]}")
    pages = [
        page(path, text, name=name, kind=kind, phone=phone)
        for (path, kind, name, phone), text in zip((thin, full), texts, strict=True)
    ]
    assert sorted(admitted(*pages)) == kept


def test_two_pages_of_one_name_and_number_that_say_other_things_are_both_kept() -> None:
    one = page("/teeth/quay/", "Dentists for people in pain", name="Quay Health", kind=SERVICE, phone="1")
    two = page("/minds/quay/", FULL, name="Quay Health", kind=SERVICE, phone="1")
    assert sorted(admitted(one, two)) == ["/minds/quay/", "/teeth/quay/"]


def test_the_same_words_under_another_name_are_kept() -> None:
    own = page("/choir/", FULL, name="Sing Along Choir", kind=PageKind.SERVICE)
    other = page("/knitting/", TEASER, name="Knit and Natter", kind=PageKind.SERVICE)
    assert admitted(own, other) == ["/choir/", "/knitting/"]


def test_the_same_page_at_two_addresses_counts_once_and_names_the_first() -> None:
    pages = [page(path, FULL, name="Sing Along Choir", kind=PageKind.SERVICE) for path in ("/choir/", "/choir/index")]
    result = once_each(pages, canonical=Canonical())
    assert [len(a.candidates) for a in result] == [1, 0]
    assert result[1].duplicate_of == "https://example.org/choir/"


@pytest.mark.parametrize(
    ("entry", "kept"),
    [
        ("Sing Along Choir, Old School Hall", False),
        ("Choir, Sing Along", False),
        ("Along Choir", True),
        ("Knit and Natter", True),
    ],
)
def test_an_entry_may_add_place_or_day_to_the_name_of_a_page(entry: str, kept: bool) -> None:
    own = page("/choir/", FULL, name="Sing Along Choir", kind=PageKind.SERVICE)
    listed = page("/a-z/", "Something for everyone on a Monday", name=entry, kind=PageKind.LISTING)
    assert ("/a-z/" in admitted(own, listed)) is kept


def test_two_shared_words_do_not_make_two_clubs_one() -> None:
    own = page("/lunch/", FULL, name="Lunch club", kind=PageKind.SERVICE)
    listed = page("/a-z/", "Soup and a pudding on Fridays", name="Lunch club, Ossett", kind=PageKind.LISTING)
    assert admitted(own, listed) == ["/a-z/", "/lunch/"]


@pytest.mark.parametrize(("name", "kept"), [("Lunch club (first Friday)", False), ("Lunch club (Ossett)", True)])
def test_a_timetable_may_add_a_day_in_brackets(name: str, kept: bool) -> None:
    own = page("/lunch/", FULL, name="Lunch club", kind=PageKind.SERVICE)
    listed = page("/week/", "Soup and a pudding", name=name, kind=PageKind.LISTING)
    assert ("/week/" in admitted(own, listed)) is kept


def test_names_are_compared_without_article_and_ampersand() -> None:
    assert name_words("The Quayside Pantry") == name_words("quayside  pantry")
    assert name_words("Knit & Natter") == name_words("Knit and Natter")
    assert name_words("Theatre group") == {"theatre", "group"}


SENTENCES = st.lists(st.sampled_from(FULL.split()), min_size=1, max_size=12).map(" ".join)


KINDS = st.sampled_from([PageKind.SERVICE, PageKind.LISTING])


@given(st.lists(st.tuples(SENTENCES, KINDS), min_size=1, max_size=6))
def test_what_yields_always_leaves_something_that_tells_of_it(texts: list[tuple[str, PageKind]]) -> None:
    pages = [page(f"/{n}/", text, name="Choir", kind=kind) for n, (text, kind) in enumerate(texts)]
    assert admitted(*pages)
