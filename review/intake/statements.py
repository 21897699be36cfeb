"""Takes in what people said: each statement a page of our own, archived, read, and in the queue as one candidate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from register.codes.vocabulary import PageKind
from register.errors import TidiermapError
from register.models import Fetch
from register.reviewing.intake import ReadStatement, Statement
from register.store import Store
from register.store.crawling.pages import ReadResult
from review.pairs.likeness import likely_pairs

RUN_KIND = "intake"
CONTENT_TYPE = "text/plain; charset=utf-8"

ReadWords = Callable[[Statement], ReadStatement]
KeepBodies = Callable[[Sequence[Statement]], tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What became of a statement: its candidate, and whether it was there already."""

    statement: Statement
    candidate_id: str
    known: bool = False


def take_in(
    store: Store,
    statements: Sequence[Statement],
    *,
    read: ReadWords,
    keep: KeepBodies,
    import_id: int | None = None,
    with_them: Callable[[tuple[TakenIn, ...]], None] = lambda taken: None,
) -> tuple[TakenIn, ...]:
    """Puts each statement into the queue as a candidate whose quotes stand in it; all of them or none, and `with_them`
    what else is to be kept of them.

    One that is there already (the same words by the same route) adds nothing. Reading and archiving come before
    the transaction, so that nobody waits for them. Whether it is a service that we know already is for a person to say.
    """
    known = {one.url: found.candidate_id for one in statements if (found := store.statements.find(one.url))}
    fresh = list({one.url: one for one in statements if one.url not in known}.values())
    for one in fresh:
        check_said(one, now=store.clock())
    readings = [read(one) for one in fresh]
    places = keep(fresh) if fresh else ()
    with store.transaction():
        for one, reading, place in zip(fresh, readings, places, strict=True):
            if found := store.statements.find(one.url):  # somebody sent the same form twice at once
                known[one.url] = found.candidate_id
                continue
            run_id = run_of_day(store, one.locality, RUN_KIND)
            page_id, version_id = keep_page(store, one, reading, place)
            store.queue.add(reading.candidate, page_id=page_id, version_id=version_id, run_id=run_id)
            store.routes.note(one.locality, one.url, [(one.route, one.url)])
            store.pairs.keep(reading.candidate.key, likely_pairs(store, reading.candidate))
            store.statements.note(replace(one, import_id=import_id), candidate_id=reading.candidate.key)
            store.audit.note(one.typed_by, "statement", one.url, after=one.route)
        added = {one.url: reading.candidate.key for one, reading in zip(fresh, readings, strict=True)} | known
        taken = tuple(TakenIn(statement=s, candidate_id=added[s.url], known=s.url in known) for s in statements)
        with_them(taken)
    return taken


def keep_page(store: Store, statement: Statement, reading: ReadStatement, place: tuple[str, int]) -> tuple[int, int]:
    """Keeps the statement's page and its version; gives the ids of both."""
    archive, offset = place
    fetch = Fetch(
        url=statement.url,
        final_url=statement.url,
        status=200,
        fetched_at=statement.said_at,
        content_type=CONTENT_TYPE,
        archive=archive,
        offset=offset,
    )
    page = store.pages.note_fetch(statement.locality, fetch, body=statement.body.encode())
    kind = PageKind.SERVICE.value
    result = ReadResult(text=reading.text, text_hash=reading.text_hash, title=statement.about, kind=kind)
    return page.id, store.pages.note_reading(page, result)


def run_of_day(store: Store, locality: str, kind: str) -> str:
    """The run of this kind that keeps what came in today, so that the list of runs has one a day."""
    last = next(iter(store.runs.latest(1, kind=kind, locality=locality)), None)
    count = 1
    if last is not None and last.started_at.date() == store.clock().date():
        run_id, count = last.id, last.counts.get("statements", 0) + 1
    else:
        run_id = store.runs.start(kind, locality)
    store.runs.finish(run_id, verdict="healthy", finish_reason="finished", counts={"statements": count})
    return run_id


def check_said(statement: Statement, *, now: datetime) -> None:
    """Raises TidiermapError for a statement that says nothing, or that was said in time to come."""
    if not statement.about.strip():
        raise TidiermapError("found no name, expected what the service is called")
    if len(statement.body.split("\n\n", 1)) < 2 or not statement.body.split("\n\n", 1)[1].strip():
        raise TidiermapError("found nothing but a name, expected at least one thing that was said of the service")
    if statement.said_at > now:
        raise TidiermapError(f"found the day {statement.said_at:%d %B %Y}, expected today or a day before")
