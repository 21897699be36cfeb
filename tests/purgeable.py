"""A register with a life in which a private person stands: two services queued, decided on, talked about, published."""

from datetime import UTC, datetime

from crawlers.archive import ArchiveWriter
from extract.reading import read_page
from flows.publishing.publish import publish
from flows.settings import Settings
from register.codes.vocabulary import FIELD_NAMES, Status
from register.grounding import ground
from register.models import Candidate, DecisionVerdict, DraftField, Fetch
from register.serial import digest
from register.store.crawling.pages import ReadResult
from register.store.decisions.notes import NoteKind
from tests.decisions import decide

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
NAME, NUMBER, MAIL = "Wilhelmina Ashgrove", "07700 900123", "wilhelmina.ashgrove@mail.example"
PAGE = """<html><body><h1>Tea and Talk</h1>
<p>Run by <b>Wilhelmina</b>&nbsp;Ashgrove on Fridays at 2pm. Ring 07700&#160;900&nbsp;123 or +44 (0)7700 900 123.</p>
<p>Write to <a href="mailto:wilhelmina.ashgrove@mail.example">wilhelmina.ashgrove&#64;mail.example</a>.</p>
<p>WILHELMINA ASHGROVE has run it since 2010. Ashgrove Lane is next door. It is free.</p></body></html>"""
OTHER = "<html><body><h1>Chess</h1><p>Chess on Mondays, free.</p></body></html>"


def queue(settings: Settings, key: str, html: str, quotes: dict[str, tuple[object, str]], *, url: str = "") -> None:
    """Archives a page and queues what it says: field to value and quote."""
    root = settings.register.parent
    root.mkdir(exist_ok=True)
    writer = ArchiveWriter(root / "archive", "sample", NOW, software="tests", out=root)
    url, body = url or f"https://tea.example/{key}/", html.encode()
    archive, offset = writer.write(
        url=url, status="200 OK", headers=[("Content-Type", "text/html")], body=body, fetched_at=NOW, ip=""
    )
    writer.close()
    page = read_page(body, url=url, content_type="text/html", locality="sample", fetched_at=NOW)
    found = {}
    for name, (value, quote) in quotes.items():
        start = page.text.index(quote)
        evidence = (ground(page.text, start, start + len(quote), rule="test"),)
        found[name] = DraftField(name=name, status=Status.REPORTED, value=value, evidence=evidence)  # type: ignore[arg-type]
    candidate = Candidate(
        key=key,
        locality="sample",
        page_url=url,
        name=str(quotes["tidier.brief_name"][0]),
        text_hash=digest(page.text),
        fields=tuple(found.get(n, DraftField(name=n, status=Status.NOT_REPORTED)) for n in FIELD_NAMES),
        codes=(),
        spans=tuple((p.start, p.end) for p in page.passages),
    )
    fetch = Fetch(
        url=url, final_url=url, status=200, fetched_at=NOW, content_type="text/html", archive=archive, offset=offset
    )
    with settings.open_store() as store, store.transaction():
        stored = store.pages.note_fetch("sample", fetch, body=body)
        read = ReadResult(text=page.text, text_hash=digest(page.text), title=candidate.name, kind="service")
        version = store.pages.note_reading(stored, read)
        run = store.runs.start("discover", "sample")
        store.queue.add(candidate, page_id=stored.id, version_id=version, run_id=run)
        store.runs.finish(run, verdict="healthy", finish_reason="finished", counts={}, message="")


def live(settings: Settings) -> None:
    """Two services are queued, decided on, talked about and published."""
    run_by = "Run by Wilhelmina Ashgrove on Fridays"
    queue(
        settings,
        "tea",
        PAGE,
        {
            "tidier.brief_name": ("Tea and Talk", "Tea and Talk"),
            "tidier.who_provided": (run_by, run_by),
            "tidier.when_how_much": ("Ashgrove on Fridays at 2pm", "Ashgrove on Fridays at 2pm"),
            "fact.phones": ((NUMBER,), "07700 900 123"),
            "fact.emails": ((MAIL,), MAIL),
            "fact.cost": ("free", "It is free"),
        },
    )
    queue(settings, "chess", OTHER, {"tidier.brief_name": ("Chess", "Chess"), "fact.cost": ("free", "free")})
    folder = settings.register.parent / "dataset"
    with settings.open_store() as store:
        known = store.queue.get("tea")
        at = known.page_text.index("WILHELMINA")
        who = (ground(known.page_text, at, at + len(NAME), rule="reviewer"),)
        decide(store, "tea", "tidier.who_provided", DecisionVerdict.EDIT, NAME, evidence=who, comment=f"{NAME} said so")
        decide(store, "tea")
        decide(store, "chess")
        with store.transaction():
            store.notes.add("tea", revision=1, field="record", kind=NoteKind.COMMENT, author="ada", said=f"ask {NAME}")
            store.audit.note("ada", "telephoned", "candidate tea", after=f"{NAME}, {NUMBER}")
    publish(settings=settings, folder=folder)
