"""Services: the recorded pages of many builders, the checklist's cues, profiles and the figures on labelled pages."""

import json
import re
import time
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from spacy.language import Language

from extract.nlp import load_nlp, sentence_starts
from extract.reading import read_page
from extract.services import extract_page, main_text
from extract.site import learn_profile
from register.codes.checklist import Checklist, read_checklist
from register.codes.vocabulary import FACTS, TIDIER_ITEMS, Status
from register.grounding import ungrounded
from register.models import Page, PageReading

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "tests" / "pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.json"))
# What the machine does not yet get right on them, so that the list can only grow shorter.
UNKNOWN_KIND = {
    "health_advice": "taken for a service: advice without a provider",
    "one_aim_three_parts": "the parts of one programme are taken for services",
    "programme_streams": "three programmes without a day or time are taken for one",
}
UNKNOWN_FACTS = {
    ("event_page", "cost"),
    ("prose_programme", "cost"),
}


def page_of(html: str | bytes, *, at: str = "") -> Page:
    body = html.encode() if isinstance(html, str) else html
    fetched_at = datetime(2026, 1, 1, tzinfo=UTC)
    return read_page(body, url=f"https://m.example/{at}", content_type="text/html", locality="x", fetched_at=fetched_at)


@cache
def tools() -> tuple[Checklist, Language]:
    return read_checklist(ROOT / "data"), load_nlp()


def read_recorded(name: str) -> Page:
    path = next(p for p in PAGES.glob(f"{name}.*") if p.suffix != ".json")
    return read_page(
        path.read_bytes(),
        url=f"https://{name}.example/page",
        content_type={".txt": "text/plain", ".pdf": "application/pdf"}.get(path.suffix, "text/html"),
        locality="otterby",
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


@cache
def reading(name: str) -> PageReading:
    checklist, nlp = tools()
    return extract_page(read_recorded(name), profile=None, checklist=checklist, nlp=nlp)


@pytest.mark.parametrize("name", NAMES)
def test_recorded_page_gives_its_services_and_facts(name: str) -> None:
    expected = json.loads((PAGES / f"{name}.json").read_text())
    got = reading(name)
    if name in UNKNOWN_KIND:
        pytest.xfail(UNKNOWN_KIND[name])
    assert got.kind.value == expected["kind"]
    assert [d.name for d in got.drafts] == [s["name"] for s in expected["services"]]
    for draft, service in zip(got.drafts, expected["services"], strict=True):
        for fact, value in service["facts"].items():
            if (name, fact) in UNKNOWN_FACTS:
                continue
            found = draft.field(f"fact.{fact}").value
            if isinstance(value, list):
                assert set(value) <= set(found or ()), (draft.name, fact)
            else:
                assert found == value, (draft.name, fact)


@pytest.mark.parametrize("name", NAMES)
def test_every_value_has_its_quote_at_its_place(name: str) -> None:
    got = reading(name)
    fields = [f"tidier.{item}" for item in TIDIER_ITEMS] + [f"fact.{fact.name}" for fact in FACTS]
    for draft in got.drafts:
        assert [f.name for f in draft.fields] == fields
        assert ungrounded(got.page.text, draft.fields) == ()
        assert all(0 < f.score < 1 for f in draft.fields)
        assert draft.field("tidier.brief_name").status is Status.REPORTED
        assert all(f.value is not None for f in draft.fields if f.status is Status.REPORTED)


def test_reading_twice_gives_the_same() -> None:
    checklist, nlp = tools()
    page = read_recorded("wordpress_blocks")
    assert extract_page(page, profile=None, checklist=checklist, nlp=nlp) == reading("wordpress_blocks")


def test_side_boxes_give_facts_of_the_one_service() -> None:
    draft = reading("service_with_boxes").drafts[0]
    assert draft.field("fact.postcodes").value == ("TR99 3QQ",)
    assert "Lifeboat House" in str(draft.field("tidier.where").value)


@pytest.mark.parametrize("item", TIDIER_ITEMS)
def test_cues_hold_on_their_examples(item: str) -> None:
    entry = tools()[0].item(item)
    flags = re.NOFLAG if item == "brief_name" else re.IGNORECASE
    assert any(re.search(cue, entry.example, flags) for cue in entry.cues)
    assert not any(re.search(cue, entry.counter_example, flags) for cue in entry.cues)


def test_profile_learns_the_frame_and_can_be_carried_on() -> None:
    pages = [
        page_of(f"<div>Mill Trust</div><p>Page {word} tells of {word}s.</p><div>12 Weir Street</div>", at=word)
        for word in ("otter", "heron", "trout", "newt", "swan")
    ]
    profile = learn_profile(pages, host="m.example")
    assert main_text(pages[0], profile=profile) == "Page otter tells of otters."
    grown = learn_profile(pages[:1], host="m.example", known=profile)
    assert grown.pages == 6
    assert dict(grown.repeated).keys() == dict(profile.repeated).keys()


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Things to join", "listing"),
        ("Volunteer with us", "info"),
        ("Current vacancies at Mill House", "info"),
        ("Volunteering", "listing"),
    ],
)
def test_a_list_of_roles_for_volunteers_or_of_jobs_is_no_list_of_services(title: str, kind: str) -> None:
    entries = {
        "Kiosk helper": "Mondays, 9am to 1pm, behind the counter of the tea kiosk in the park.",
        "Path keeper": "Every Wednesday at 10am, with a rake and good company, along the canal.",
        "Lamp lighter": "Fridays at dusk, two hours, around the old town with a ladder.",
        "Story reader": "Saturdays, 11am to noon, in the library, for whoever comes.",
    }
    listed = "".join(f"<li><strong>{name}</strong><p>{words}</p></li>" for name, words in entries.items())
    body = f"<body><main><h1>{title}</h1><ul>{listed}</ul></main></body>"
    html = f"<html><head><title>{title} - Mill</title></head>{body}</html>"
    page = page_of(html, at="list")
    checklist, nlp = tools()
    got = extract_page(page, profile=None, checklist=checklist, nlp=nlp)
    assert (got.kind.value, bool(got.drafts)) == (kind, kind == "listing")


ROUND = (
    '<footer><a href="/kites/">Kite makers</a></footer>',
    "<div><h2>Ring us first</h2><p>In danger ring 999.</p></div>",
)


def round_about(word: str, body: str, *, panel: bool) -> Page:
    return page_of(f"<html><body><main>{body}</main>{ROUND[0]}{ROUND[1] * panel}</body></html>", at=word)


def test_what_half_of_a_site_bears_at_its_foot_is_no_page_of_its_own_but_an_entry_keeps_its_linked_name() -> None:
    entries = (
        '<ul><li><a href="/kites/">Kite makers</a> – Glue and string.</li><li><a href="/k/">Kilns</a> – Clay.</li></ul>'
    )
    words = ("heron", "trout", "newt", "swan", "moth", "wren")
    others = [round_about(word, f"<p>Of {word}s alone.</p>", panel=n < 3) for n, word in enumerate(words)]
    page = round_about("list", f"<h1>Makers</h1>{entries}", panel=True)
    text = main_text(page, profile=learn_profile([page, *others], host="m.example"))
    assert text.splitlines() == ["Makers", "Kite makers", "Glue and string.", "Kilns", "Clay."]


def test_the_banner_and_the_foot_of_a_part_of_a_site_are_no_page_of_its_own_but_an_entry_of_several_lists_is() -> None:
    banner = '<table><tr><td><a href="/">Mill</a><br><i>Old lists</i></td></tr></table>'
    foot = '<div>Ask the clerk.<br>Clerk: 01632 960222.<br><a href="/p/">Privacy</a></div>'
    entry = '<div class="card"><h2>Kites</h2><p>We fly kites. <a href="/kites/">More</a></p></div>'
    pages = [
        round_about(word, f"{banner}<p>Of {word}s alone.</p>{foot}", panel=False) for word in ("ant", "bee", "fly")
    ]
    lists = [
        round_about(
            word, f'<p>On {word}s.</p>{entry}<div class="card"><h2>{word}</h2><p>A {word}.</p></div>', panel=False
        )
        for word in ("oak", "elm", "yew")
    ]
    others = [round_about(word, f"<p>Of {word}s too.</p>", panel=False) for word in ("cat", "dog", "cow", "hen")]
    profile = learn_profile([*pages, *lists, *others], host="m.example")
    assert main_text(pages[0], profile=profile) == "Of ants alone."
    assert main_text(lists[0], profile=profile).splitlines()[1:3] == ["Kites", "We fly kites. More"]


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 5000 + b"x",
        b"<ul><li>" * 3000 + b"tea club",
        b"<p>" + b"We meet 10 - 12 on Monday. " * 30000,
        b"1 " * 200000,
    ],
    ids=["deep", "deep lists", "one long line", "digits"],
)
def test_a_page_that_nobody_wrote_takes_seconds_at_most(body: bytes) -> None:
    checklist, nlp = tools()
    began = time.perf_counter()
    page = page_of(body)
    got = extract_page(page, profile=None, checklist=checklist, nlp=nlp)
    assert time.perf_counter() - began < 5
    assert all(ungrounded(page.text, draft.fields) == () for draft in got.drafts)


def test_sentences_end_where_they_end() -> None:
    text = "Meet at St. Mary, 10 a.m. to noon. Dr. Who comes! It costs £3.50. Open 9 a.m. Closed Sunday."
    starts = [*sentence_starts(text), len(text)]
    parts = [text[a:b].strip() for a, b in pairwise(starts)]
    assert parts == [
        "Meet at St. Mary, 10 a.m. to noon.",
        "Dr. Who comes!",
        "It costs £3.50.",
        "Open 9 a.m.",
        "Closed Sunday.",
    ]
