"""The pages of what seems to be at an end: the list, and one decision for all the services that a notice is about."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from starlette.responses import Response

from register.errors import TidiermapError
from register.hosts import is_web_address
from register.staleness.staleness import Verdict
from register.store.crawling.pages import PageVersion
from register.store.staleness.endings import Ending, EndingRecord
from register.store.staleness.staleness import RECORD, PastLook, PastVerdict
from review.addresses import whole_number
from review.record.quotes import Mark
from review.record.snapshot_pages import show_version
from review.visit import Visit, redirect

KINDS = {
    "closing": "Its page says that it closes",
    "dead": "Its pages are dead",
    "expired": "Its own dates are past",
}
WORDS = {
    Verdict.LIVE: "live",
    Verdict.CHANGED: "changed",
    Verdict.MOVED: "moved",
    Verdict.SOFT_404: "page not found, and says 200",
    Verdict.PARKED: "domain parked",
    Verdict.BLOCKED: "refused to us",
    Verdict.DEAD: "dead",
    Verdict.EXPIRED: "over by its own dates",
    Verdict.CLOSING: "closing, its page says",
    Verdict.UNKNOWN: "not known",
}
LOOKS_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the record page tells of a record: what is said of it and of single fields, what was said before, the looks
    that did not find its page, and what there is to decide."""

    now: PastVerdict | None
    fields: dict[str, PastVerdict]
    before: tuple[PastVerdict, ...]
    looks: tuple[PastLook, ...]
    endings: tuple[Ending, ...]
    words: dict[Verdict, str]


def state_of(visit: Visit, record_id: str, candidate_id: str) -> State:
    """All verdicts of a record with their causes and history."""
    store = visit.store
    current = store.staleness.current(record_id)
    history = store.staleness.history(record_id)
    page = store.staleness.page_of(candidate_id)
    return State(
        now=current.get(RECORD),
        fields={name: one for name, one in current.items() if name and one.verdict is not Verdict.LIVE},
        before=history[1:] if history else (),
        looks=store.staleness.looks(page, LOOKS_SHOWN) if page is not None else (),
        endings=store.endings.of_record(record_id),
        words=WORDS,
    )


def show_endings(visit: Visit) -> Response:
    """What waits for a decision, notices of closing first, and what was decided."""
    store, hidden = visit.store, visit.hidden_records
    waiting = tuple((one, _shown(store.endings.records(one.id), hidden)) for one in store.endings.waiting())
    verdicts = Counter(verdict for record, verdict in store.staleness.of_records().items() if record not in hidden)
    return visit.render(
        "endings.html",
        waiting=tuple((one, records) for one, records in waiting if records),
        decided=store.endings.decided(),
        verdicts=tuple((WORDS[one], verdicts[one], one.value) for one in Verdict if verdicts[one]),
        kinds=KINDS,
        said=visit.request.query_params.get("said", ""),
    )


def show_ending(visit: Visit) -> Response:
    return _show(visit)


def decide_on_ending(visit: Visit) -> Response:
    """Retires the ticked services, says that all go on, or takes either back; all of it or nothing."""
    number, what, store = _number(visit), visit.field("what"), visit.store
    ending, hidden = store.endings.get(number), visit.hidden_records
    chosen = tuple(one for one in visit.fields("record") if one not in hidden)
    try:
        with store.transaction():
            if what == "retire":
                _check_free(visit, number, chosen)
                done = store.retirements.retire(number, chosen, reviewer=visit.reviewer, comment=visit.comment())
                said = f"{done} retired"
            elif what == "dismiss":
                store.retirements.dismiss(number, reviewer=visit.reviewer, comment=visit.comment())
                said = "they go on"
            elif what == "undo":
                said = f"{store.retirements.undo(number, reviewer=visit.reviewer)} as before"
            else:
                raise TidiermapError(f"found {what!r}, expected retire, dismiss or undo")
            about = f"ending {number} ({ending.kind}, {ending.notice.host})"
            store.audit.note(visit.reviewer, f"ending {what}", about, before=ending.state, after=said)
    except TidiermapError as error:
        return _show(visit, trouble=str(error))
    return redirect(f"/endings/{number}" if what == "undo" else "/endings", {"said": said})


def show_ending_page(visit: Visit) -> Response:
    """The page with the notice as it was read, the notice marked."""
    ending = visit.store.endings.get(_number(visit))
    notice = ending.notice
    if not notice.archive:
        message = "No page was kept: nobody answered, or what answered was not archived."
        return visit.render("message.html", status=404, title="Not found", message=message)
    start = max(0, notice.start)
    version = PageVersion(
        id=0,
        url=notice.page_url,
        text=" " * start + notice.quote,  # where the archive is lost, the words alone are shown
        text_hash="",
        content_type=notice.content_type,
        archive=notice.archive,
        archive_offset=notice.archive_offset,
        fetched_at=visit.store.clock(),
    )
    mark = Mark(start=start, end=start + len(notice.quote), field="tidier.why", id="notice")
    marks = (mark,) if notice.start >= 0 else ()
    return show_version(version, marks, visit.bench.settings)


def _show(visit: Visit, *, trouble: str = "") -> Response:
    ending = visit.store.endings.get(_number(visit))
    records = _shown(visit.store.endings.records(ending.id), visit.hidden_records)
    ticked = visit.fields("record") if trouble else tuple(one.record_id for one in records if one.meant)
    return visit.render(
        "ending.html",
        status=409 if trouble else 200,
        ending=ending,
        records=records,
        ticked=frozenset(ticked),
        retired=frozenset(visit.store.retirements.retired(ending.id)),
        kinds=KINDS,
        followed=is_web_address(ending.notice.page_url),
        said=visit.request.query_params.get("said", ""),
        trouble=trouble,
    )


def _check_free(visit: Visit, number: int, chosen: tuple[str, ...]) -> None:
    """Raises HeldError where a colleague has one of them on the table now."""
    for one in visit.store.endings.records(number):
        if one.record_id in chosen:
            visit.store.leases.check(one.candidate_id, visit.reviewer)


def _shown(records: tuple[EndingRecord, ...], hidden: frozenset[str]) -> tuple[EndingRecord, ...]:
    """Without those that the reviewer is to decide on unseen."""
    return tuple(one for one in records if one.record_id not in hidden)


def _number(visit: Visit) -> int:
    return whole_number(visit.request.path_params["number"])
