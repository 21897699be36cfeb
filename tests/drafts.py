"""Candidates of our own writing for tests of the store, the queue and publishing."""

from pathlib import Path

from register.codes.vocabulary import FIELD_NAMES, Status
from register.grounding import ground
from register.models import Candidate, DecisionVerdict, DraftField, Fetch
from register.serial import digest
from register.store import Store
from register.store.crawling.pages import ReadResult
from tests import decisions
from tests.clocks import Ticking
from tests.registers import lay_register

LOCALITY = "sample"
URL = "http://127.0.0.1:8765/knit/"
TEXT = "Knit and Natter meets every Tuesday at 2pm in the library. It is free. Make friends over wool."
LATER = "Knit and Natter meets every Friday at 11am in the library. It is free. Make friends over wool."


def knitting(text: str = TEXT, *, key: str = "c0ffee", url: str = URL) -> Candidate:
    """A candidate with a name, a schedule, a cost and a type, each quoted from `text`; all else not reported."""
    schedule = text[text.index("every") : text.index(" in the")]
    told: dict[str, tuple[str | tuple[str, ...], str]] = {
        "tidier.brief_name": ("Knit and Natter", "Knit and Natter"),
        "tidier.when_how_much": (schedule, schedule),
        "fact.cost": ("free", "It is free."),
        "code.type": (("social_befriending",), "Make friends over wool."),
    }
    fields = []
    for name in FIELD_NAMES:
        if name not in told:
            fields.append(DraftField(name=name, status=Status.NOT_REPORTED, score=0.8))
            continue
        value, quote = told[name]
        start = text.index(quote)
        evidence = (ground(text, start, start + len(quote), rule="test"),)
        fields.append(DraftField(name=name, status=Status.REPORTED, value=value, evidence=evidence, score=0.9))
    return Candidate(
        key=key,
        locality=LOCALITY,
        page_url=url,
        name="Knit and Natter",
        text_hash=digest(text),
        fields=tuple(fields),
        codes=(),
        spans=((0, len(text)),),
    )


def keep_page(store: Store, text: str, *, url: str = URL) -> tuple[int, int]:
    """Notes a fetch and a reading of `text`; gives the ids of the page and of its version."""
    fetch = Fetch(
        url=url, final_url=url, status=200, fetched_at=store.clock(), content_type="text/html", archive="a.warc.gz"
    )
    page = store.pages.note_fetch(LOCALITY, fetch, body=text.encode())
    reading = ReadResult(text=text, text_hash=digest(text), title="Knit and Natter", kind="service")
    return page.id, store.pages.note_reading(page, reading)


def queued(store: Store, *, key: str = "c0ffee", url: str = URL) -> Candidate:
    """A queued candidate."""
    draft = knitting(key=key, url=url)
    page_id, version_id = keep_page(store, TEXT, url=url)
    store.queue.add(draft, page_id=page_id, version_id=version_id, run_id=store.runs.start("discover", LOCALITY))
    return draft


def decide(
    store: Store, field: str, verdict: DecisionVerdict, *, key: str = "c0ffee", revision: int = 1, **more
) -> int:
    """Decides on what `queued` put there, as it was first read unless told otherwise."""
    return decisions.decide(
        store,
        key,
        field,
        verdict,
        more.get("value"),
        evidence=more.get("evidence", ()),
        revision=revision,
    )


def open_store(folder: Path) -> Store:
    return Store(lay_register(folder / "register.db"), clock=Ticking())
