"""The pages of what changed alike on many records of one host: the groups, and one group to be decided as one."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from register.codes.vocabulary import Status
from register.models import DecisionVerdict
from register.store.queue.changes import ChangedNow
from review.decisions.alike import AlikeGroup, decide_alike, group_alike
from review.decisions.batch_pages import read_agreed, write_agreed
from review.decisions.decide import Seen
from review.visit import Visit, redirect
from review.wording import field_guide, say, say_absence

MOST_WORDINGS = 3  # quotes shown of each side
VERDICTS = (DecisionVerdict.APPROVE, DecisionVerdict.NOT_STATED, DecisionVerdict.REJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """A change in words: what was approved and what is said now, each with the quotes that the records have for it, the
    commonest first, and how many wordings there are beside those shown."""

    label: str
    before: tuple[str, ...]
    now: tuple[str, ...]
    quotes_before: tuple[str, ...]
    quotes_now: tuple[str, ...]
    more_before: int
    more_now: int


def show_alike(visit: Visit) -> Response:
    host = visit.request.query_params.get("host", "")
    groups = _groups(visit, host)
    views = tuple((group, tuple(_view(visit, group, name) for name in group.fields)) for group in groups)
    return visit.render("alike.html", groups=views, host=host)


def show_alike_group(visit: Visit) -> Response:
    return _show(visit, visit.request.query_params.get("host", ""))


def decide_alike_group(visit: Visit) -> Response:
    """One decision for all that are ticked; what changed meanwhile is left and named on the batch's page."""
    host, key = visit.field("host"), visit.request.path_params["key"]
    group = next((one for one in _groups(visit, host) if one.key == key), None)
    if group is None:
        return _gone(visit)
    ticked = set(visit.fields("id"))
    agreed = tuple(seen for seen in read_agreed(visit.field("agreed")) if seen.candidate in ticked)
    verdict = next((one for one in VERDICTS if one.value == visit.field("verdict")), None)
    if verdict is None or not agreed:
        return _show(
            visit, host, trouble="Tick the records that this is true of." if verdict else "Choose what is right."
        )
    batch = decide_alike(visit, group, agreed, verdict, said=visit.comment())
    return redirect(f"/batches/{batch}", {"back": "?state=reopened"})


def _groups(visit: Visit, host: str) -> tuple[AlikeGroup, ...]:
    hidden = visit.hidden
    return group_alike(one for one in visit.store.changes.reopened(host=host) if one.candidate not in hidden)


def _show(visit: Visit, host: str, *, trouble: str = "") -> Response:
    key = visit.request.path_params["key"]
    group = next((one for one in _groups(visit, host) if one.key == key), None)
    if group is None:
        return _gone(visit)
    most = visit.bench.settings.rules.batches.most
    records = group.records[:most]
    seen = tuple(Seen(candidate=one.candidate, revision=one.revision, decisions=one.decisions) for one in records)
    held = visit.store.leases.held_by_others(visit.reviewer, tuple(one.candidate for one in records))
    return visit.render(
        "alike_group.html",
        status=422 if trouble else 200,
        group=group,
        changes=tuple(_view(visit, group, name) for name in group.fields),
        records=records,
        more=len(group.records) - len(records),
        agreed=write_agreed(seen),
        held=held,
        trouble=trouble,
    )


def _gone(visit: Visit) -> Response:
    message = "This change is on no two records any more: they were decided, or their page was read again."
    return visit.render("message.html", status=404, title="Not found", message=message)


def _view(visit: Visit, group: AlikeGroup, name: str) -> ChangeView:
    settings, same = visit.bench.settings, group.changes[name]
    first = same[0]
    before, now = _quotes(same, now=False), _quotes(same, now=True)
    values = say(name, first.value, settings.codebook) or (say_absence(name, first.status),)
    if len({str(one.value) for one in same}) > 1:
        values = (*values, "…")
    absent = first.now.status is not Status.REPORTED
    return ChangeView(
        label=field_guide(name, settings.checklist).label,
        before=values,
        now=(say_absence(name, first.now.status),) if absent else say(name, first.now.value, settings.codebook),
        quotes_before=before[:MOST_WORDINGS],
        quotes_now=now[:MOST_WORDINGS],
        more_before=max(0, len(before) - MOST_WORDINGS),
        more_now=max(0, len(now) - MOST_WORDINGS),
    )


def _quotes(same: tuple[ChangedNow, ...], *, now: bool) -> tuple[str, ...]:
    counted: dict[str, int] = {}
    for one in same:
        for evidence in one.now.evidence if now else one.evidence:
            counted[evidence.quote] = counted.get(evidence.quote, 0) + 1
    return tuple(sorted(counted, key=lambda quote: (-counted[quote], quote)))
