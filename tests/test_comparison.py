"""What opens a field again and what does not: pages of our own before and after, read and compared as a run does."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from flows.discovery.drafting import DraftedPage, draft_site
from flows.settings import Stages, load_stages
from register.models import SavedPage
from register.staleness.passing import read_passing
from register.store.queue.candidates import KnownCandidate
from register.store.queue.listing import QueueState
from review.queue.lifecycle import compare

DATA = Path(__file__).parent.parent / "data"
HOST = "https://hall.example.org"
PAGE = """<!doctype html><html><head><title>{name} | Fennbridge Hall</title></head><body>
<div class="cookies">We use cookies to make this site work. <a href="/cookies">More</a></div>
<header><a href="/">Fennbridge Hall</a><nav><ul><li><a href="/groups/">Groups</a></li><li><a href="/hire/">Hire</a></li>
<li><a href="/contact/">Contact</a></li></ul></nav></header>
<main><p class="crumbs"><a href="/">Home</a> / <a href="/groups/">Our groups</a></p>
<h1>{name}</h1>
<p>{what}</p>
<p>{why}</p>
<h2>When and where</h2>
<p>{when}</p>
<p>{where}</p>
<h2>Cost</h2>
<p>{cost}</p>
<h2>How to join</h2>
<p>{join}</p>
</main>
<footer><p>Fennbridge Hall is a registered charity, number 1123456.</p><p>© 2025 Fennbridge Hall</p></footer>
</body></html>"""
SHED = {
    "name": "Hobsmoor Men's Shed",
    "what": "Members repair bicycles, turn bowls and build bird boxes together in a heated workshop with all tools.",
    "why": "The shed helps men who live alone to make friends and to feel less lonely.",
    "when": "We meet every Tuesday from 10am to 12.30pm.",
    "where": "The workshop is behind the hall, 14 Mill Lane, Fennbridge, WF2 8AA.",
    "cost": "Each session costs £3.",
    "join": "Ring Pat on 01924 496001 or write to shed@hall.example.org to come along. For men aged 50 and over.",
}
OTHERS = [
    {
        "name": f"{name} Group",
        "what": f"We {does} together.",
        "why": why,
        "when": f"Every {day} at {hour}pm.",
        "where": f"Room {hour} of the hall.",
        "cost": f"Please bring £{hour}.50 for the {name.lower()}.",
        "join": f"The {name.lower()} leader answers on 01924 49600{hour}.",
    }
    for name, does, why, day, hour in (
        ("Knitting", "knit hats and scarves for the hospital", "Good company over wool.", "Monday", 2),
        ("Singing", "sing old and new songs in the small room", "Singing lifts the mood.", "Thursday", 7),
        ("Garden", "dig, plant and weed the raised beds", "Being outdoors calms the mind.", "Friday", 1),
        ("Walking", "walk slowly along the canal and back", "Fresh air and a chat.", "Saturday", 3),
    )
]
SITE = {f"{HOST}/groups/{n}/": PAGE.format(**one) for n, one in enumerate([SHED, *OTHERS])}
URL = f"{HOST}/groups/0/"
AT = datetime(2026, 3, 2, tzinfo=UTC)


@cache
def stages() -> Stages:
    return load_stages(DATA)


def drafted(pages: dict[str, str]) -> DraftedPage:
    saved = [
        SavedPage(url=url, body=html.encode(), content_type="text/html; charset=utf-8", fetched_at=AT)
        for url, html in pages.items()
    ]
    site = draft_site(saved, host="hall.example.org", locality="x", known=None, stages=stages(), only=frozenset({URL}))
    return site.pages[0]


@cache
def before() -> DraftedPage:
    return drafted(SITE)


def touched(after: dict[str, str]) -> frozenset[str]:
    """The fields of the shed that a run over these pages would open, all of it having been accepted."""
    old, new = before(), drafted(after)
    assert [len(page.candidates) for page in (old, new)] == [1, 1]
    known = KnownCandidate(
        id=old.candidates[0].key,
        state=QueueState.ACCEPTED,
        revision=1,
        draft=old.candidates[0],
        version_id=1,
        page_text=old.reading.page.text,
        missing_since=None,
    )
    found = compare(known, new.candidates[0], page_text=new.reading.page.text, passing=read_passing(DATA))
    return found.touched


def everywhere(old: str, new: str) -> Callable[[], dict[str, str]]:
    """The site with something changed on each page."""
    assert all(old in html for html in SITE.values())
    return lambda: {url: html.replace(old, new) for url, html in SITE.items()}


def here(old: str, new: str) -> Callable[[], dict[str, str]]:
    """The site with something changed on the shed's page alone."""
    assert old in SITE[URL], old
    return lambda: SITE | {URL: SITE[URL].replace(old, new)}


H1 = "<h1>Hobsmoor Men's Shed</h1>"
END = "</main>"
COSMETIC = {
    "another entry in the menu": everywhere(
        '<li><a href="/hire/">Hire</a></li>', "<li><a>Hire</a></li><li><a>News</a></li>"
    ),
    "the menu in another order": everywhere(
        '<li><a href="/hire/">Hire</a></li>\n<li><a href="/contact/">Contact</a></li>',
        '<li><a href="/contact/">Contact</a></li><li><a href="/hire/">Hire</a></li>',
    ),
    "another name of the section": everywhere("Our groups</a>", "Clubs and groups</a>"),
    "another name of the site in the title": everywhere(
        "| Fennbridge Hall</title>", "- Fennbridge Community Hall</title>"
    ),
    "the date of the day": everywhere("<main>", "<main><p>Today is Monday 2 March 2026</p>"),
    "the date of the day at the foot": here(END, "<p>Today's date: 2 March 2026</p></main>"),
    "last updated": here(END, "<p>Last updated: 2 March 2026</p></main>"),
    "page last reviewed on": here(END, "<p>This page was last reviewed on 2 March 2026</p></main>"),
    "updated some days ago": here(H1, H1 + "<p>Last updated 3 days ago</p>"),
    "the year of the copyright": everywhere("© 2025", "© 2026"),
    "a banner": everywhere("<header>", '<div class="banner">Our website is new! Tell us what you think.</div><header>'),
    "a banner in the content of each page": everywhere(
        "<main>", "<main><p>Our spring fair needs your cakes, ask in the office.</p>"
    ),
    "another cookie notice": everywhere(
        "We use cookies to make this site work.", "This site uses cookies. Accept all?"
    ),
    "no cookie notice": everywhere(
        '<div class="cookies">We use cookies to make this site work. <a href="/cookies">More</a></div>', ""
    ),
    "a counter of views": here(END, "<p>1,234 views</p></main>"),
    "a counter of visitors": here(END, "<p>You are visitor number 48213</p></main>"),
    "likes and comments": here(END, "<p>12 likes</p><p>3 comments</p></main>"),
    "places left": here("<h2>Cost</h2>", "<p>Only 3 places left</p><h2>Cost</h2>"),
    "people looking": here(H1, H1 + "<p>5 people are viewing now</p>"),
    "open now": here(H1, H1 + "<p>Open now</p>"),
    "a token": here(END, "<p>Ref: a8f3c9d21b77</p></main>"),
    "a hidden token": here("<main>", '<main><input type="hidden" name="csrf" value="9f2c4b">'),
    "a request id": everywhere("</footer>", "<p>Request ID: 5f2b8c1e-9a4d-4c3e-8f7a-1b2c3d4e5f60</p></footer>"),
    "a script and its data": here(END, "<script>var t = 1772409600, views = 99;</script></main>"),
    "a comment in the source": here(H1, "<!-- built 2026-03-02 10:11 -->" + H1),
    "classes and wrappers": here(
        H1, '<div class="row"><div class="col-12"><h1 class="title">Hobsmoor Men\'s Shed</h1></div></div>'
    ),
    "a heading of another level": here("<h2>Cost</h2>", "<h3>Cost</h3>"),
    "the whole in articles and sections": here("<main>", '<main><article class="page"><section>'),
    "lines broken elsewhere": here("build bird boxes together in", "build bird boxes\n   together  in"),
    "typographic apostrophe": here("Men's Shed</h1>", "Men’s Shed</h1>"),
    "an entity for a letter": here("£3", "&pound;3"),
    "a full stop and a comma": here("from 10am to 12.30pm.", "from 10am to 12.30pm"),
    "a dash for to": here("10am to 12.30pm", "10am – 12.30pm"),
    "hours spelled otherwise": here("10am to 12.30pm", "10.00 am to 12:30 pm"),
    "a day spelled short": here("every Tuesday from", "every Tues from"),
    "a telephone spaced otherwise": here("01924 496001", "01924 49 60 01"),
    "a telephone as a link": here("01924 496001", '<a href="tel:01924496001">01924 496001</a>'),
    "a postcode in a span": here("WF2 8AA", '<span class="postcode">WF2 8AA</span>'),
    "capital letters": here("<h2>Cost</h2>", "<h2>COST</h2>"),
    "bold words": here("every Tuesday", "<strong>every Tuesday</strong>"),
    "a picture with a caption": here(
        "<h2>Cost</h2>", '<figure><img src="a.jpg" alt="Bench"><figcaption>The bench</figcaption></figure><h2>Cost</h2>'
    ),
    "links to share": here(
        END, '<ul><li><a href="#">Share on Facebook</a></li><li><a href="#">Share by e-mail</a></li></ul></main>'
    ),
    "a link back to the top": here(END, '<p><a href="#top">Back to top</a></p></main>'),
    "related groups": here(
        END, '<h2>You may also like</h2><ul><li><a href="/groups/3/">Garden Group</a></li></ul></main>'
    ),
    "a newsletter": everywhere(
        "</footer>", "<form><label>Sign up to our newsletter <input></label><button>Sign up</button></form></footer>"
    ),
    "previous and next": here(END, '<p><a href="/groups/4/">Previous</a> <a href="/groups/1/">Next</a></p></main>'),
}


@pytest.mark.parametrize("kind", COSMETIC)
def test_a_cosmetic_change_opens_nothing(kind: str) -> None:
    assert touched(COSMETIC[kind]()) == frozenset()


# What may follow from any edit: codes, verdicts, and items to which the model gives a sentence beside its own.
FOLLOWS = ("code.", "eligibility.")
WHEN = {"tidier.when_how_much", "fact.weekdays", "fact.times", "fact.recurrence", "fact.frequency", "fact.durations"}
WHERE = {"tidier.where", "fact.postcodes", "fact.addresses", "tidier.modifications", "tidier.how"}
COST = {"fact.cost", "fact.prices", "tidier.how", "tidier.what_materials", "tidier.when_how_much", "fact.sessions"}
JOIN = {"fact.phones", "fact.emails", "fact.referral", "tidier.how", "tidier.what_procedures", "fact.delivery_mode"}
TEXT = {
    "tidier.what_procedures",
    "tidier.what_materials",
    "tidier.why",
    "tidier.who_provided",
    "tidier.how",
    "tidier.where",
    "tidier.tailoring",
    "fact.accessibility",
    "fact.delivery_mode",
    "tidier.modifications",
}
AGE = {"fact.age_min", "fact.age_max", "tidier.tailoring", "tidier.why"}
REAL = {
    "another day": ("every Tuesday", "every Thursday", "fact.weekdays", WHEN),
    "another hour": ("10am to", "11am to", "fact.times", WHEN),
    "another end": ("12.30pm", "1pm", "fact.times", WHEN),
    "fortnightly": ("every Tuesday from", "every second Tuesday from", "tidier.when_how_much", WHEN),
    "a second day": ("every Tuesday from", "every Tuesday and Friday from", "fact.weekdays", WHEN),
    "no day any more": ("<p>We meet every Tuesday from 10am to 12.30pm.</p>", "", "fact.weekdays", WHEN),
    "another price": ("costs £3.", "costs £5.", "fact.prices", COST),
    "a price with the same beginning": ("costs £3.", "costs £30.", "fact.prices", COST),
    "free now": ("Each session costs £3.", "Each session is free.", "fact.cost", COST),
    "another telephone": ("01924 496001", "01924 496009", "fact.phones", JOIN),
    "a second telephone": ("01924 496001", "01924 496001 or 01924 496777", "fact.phones", JOIN),
    "no telephone any more": ("Ring Pat on 01924 496001 or write", "Write", "fact.phones", JOIN),
    "another e-mail address": ("shed@hall", "makers@hall", "fact.emails", JOIN),
    "another postcode": ("WF2 8AA", "WF2 9AB", "fact.postcodes", WHERE),
    "another street": ("14 Mill Lane", "3 Quay Street", "fact.addresses", WHERE),
    "another place altogether": (
        "The workshop is behind the hall, 14 Mill Lane, Fennbridge, WF2 8AA.",
        "The workshop is in the old station, Dock Road, Aldham, WF4 1QX.",
        "tidier.where",
        WHERE,
    ),
    "another age": ("aged 50 and over", "aged 18 and over", "fact.age_min", AGE | JOIN),
    "another name": (f"{H1}", "<h1>Fennbridge Makers</h1>", "tidier.brief_name", {"tidier.brief_name"}),
    "something else is done": (
        "repair bicycles, turn bowls and build bird boxes",
        "print leaflets, sew banners and paint signs",
        "tidier.what_procedures",
        TEXT,
    ),
    "another purpose": (
        "helps men who live alone to make friends and to feel less lonely",
        "helps men with long illness to manage pain and to sleep better",
        "tidier.why",
        TEXT,
    ),
    "a referral is needed": (
        "to come along.",
        "to come along. You need a referral from your GP.",
        "fact.referral",
        JOIN | TEXT,
    ),
    "four for less": ("Each session costs £3.", "Each session costs £3, or £10 for four.", "fact.prices", COST | JOIN),
    "by telephone now": (
        "in a heated workshop with all tools",
        "over the telephone and online",
        "fact.delivery_mode",
        TEXT | JOIN | {"fact.delivery_mode"},
    ),
    "a wheelchair can come in": (
        "behind the hall,",
        "behind the hall, with wheelchair access,",
        "fact.accessibility",
        WHERE | {"fact.accessibility", "tidier.tailoring"},
    ),
}


@pytest.mark.parametrize("kind", REAL)
def test_a_real_edit_opens_the_touched_fields_and_no_others(kind: str) -> None:
    old, new, field, may = REAL[kind]
    opened = touched(here(old, new)())
    assert field in opened
    assert {name for name in opened if not name.startswith(FOLLOWS)} <= {field, *may}
