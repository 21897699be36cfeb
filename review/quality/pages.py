"""The reviewers' dashboard: pictures with their numbers, agreement as a table to take away, and what was settled."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from register.codes.vocabulary import FIELD_NAMES
from register.store.decisions.blind import BlindKind
from register.store.decisions.disputes import Adjudication
from review.addresses import whole_number
from review.quality.adjudicate import SETTLES, SIDES
from review.quality.dashboard import (
    caught,
    draw_agreement,
    draw_caught,
    draw_fares,
    draw_overdue,
    draw_weeks,
    fares,
    pace,
    paces,
    since,
    weeks,
)
from review.quality.lessons import all_noticed
from review.quality.measures import Measure, as_csv, measure, methods_sentence
from review.queue.freshness_pages import LETTERS_SHOWN
from review.visit import Visit, has_role, redirect
from review.wording import field_guide

PERIODS = {30: "the last 30 days", 90: "the last 90 days", 366: "the last year"}


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A settled dispute as one of its two reviewers is told of it: of each field, whether their answer stands."""

    key: str
    candidate_id: str
    name: str
    fields: tuple[tuple[str, str, Adjudication], ...]  # label, outcome in words, and the adjudication


def show_quality(visit: Visit) -> Response:
    store, settings = visit.store, visit.bench.settings
    days = _days(visit)
    timed, verdicts = store.openings.timed(since(store, days)), store.openings.verdicts(since(store, days))
    own = visit.reviewer if visit.may_decide else ""
    found, measures = all_noticed(store), _measures(visit)
    team = fares(verdicts, settings)
    fields = caught(found, by_reviewer=False, settings=settings)
    return visit.render(
        "quality.html",
        days=days,
        periods=PERIODS,
        sees_names=_sees_names(visit),
        team_pace=pace(timed, "The team"),
        own_pace=pace((one for one in timed if one.reviewer == own), "You") if own else None,
        paces=paces(timed) if _sees_names(visit) else (),
        weeks=(told := weeks(timed, store.clock())),
        weeks_picture=draw_weeks(told),
        fares=team,
        own_fares={one.name: one for one in fares((v for v in verdicts if v.reviewer == own), settings)},
        fares_picture=draw_fares(team),
        measures=measures,
        agreement_picture=draw_agreement(measures),
        sentence=_sentence(visit, measures),
        caught=fields,
        caught_picture=draw_caught(fields, title="Of what was wrong on purpose in each field, the share noticed"),
        own_caught=next(
            iter(caught((f for f in found if f.reviewer == own), by_reviewer=True, settings=settings)), None
        ),
        caught_by=caught(found, by_reviewer=True, settings=settings) if _sees_names(visit) else (),
        due=store.blind.count_due(),
        left_out=store.allowances.left_out(),
        overdue=(shares := store.freshness.shares(settings.freshness)),
        letters=len(store.freshness.outbox(LETTERS_SHOWN)),
        overdue_picture=draw_overdue(shares),
        disputes=len(store.disputes.open()),
        news=_news(visit),
    )


def send_agreement(visit: Visit) -> Response:
    """The agreement as a CSV file."""
    name = 'attachment; filename="agreement.csv"'
    text = as_csv(_measures(visit))
    return Response(text, media_type="text/csv; charset=utf-8", headers={"content-disposition": name})


def note_told(visit: Visit) -> Response:
    """The reviewer has read what was settled."""
    with visit.store.transaction():
        for one in visit.store.disputes.news(visit.reviewer):
            visit.store.disputes.tell(visit.reviewer, one.key)
    return redirect("/quality")


def news_of(visit: Visit) -> int:
    """How many settled disputes the reviewer was not told of yet."""
    return len(visit.home.disputes.news(visit.reviewer)) if visit.session else 0


def _sees_names(visit: Visit) -> bool:
    return visit.session is not None and has_role(visit.session.user.role, SETTLES)


def _days(visit: Visit) -> int:
    asked = whole_number(visit.request.query_params.get("days", ""))
    return asked if asked in PERIODS else 90


def _measures(visit: Visit) -> tuple[Measure, ...]:
    return measure(visit.store.blind.said(), visit.bench.settings)


def _sentence(visit: Visit, measures: tuple[Measure, ...]) -> str:
    counts = visit.store.queue.counts()
    reviews = visit.store.blind.all(BlindKind.SECOND)
    disputes = [one for review in reviews if (one := visit.store.disputes.find(review.key))]
    settled = sum(one.settled_at is not None for one in disputes)
    decided = counts["accepted"] + counts["rejected"] + counts["reopened"]
    return methods_sentence(measures, decided=decided, settled=settled, disputed=len(disputes))


def _news(visit: Visit) -> tuple[News, ...]:
    checklist, found = visit.bench.settings.checklist, []
    for dispute in visit.store.disputes.news(visit.reviewer):
        answers = visit.store.blind.answers(dispute.key)
        side = next(one.side for one in answers if one.reviewer == visit.reviewer)
        fields = tuple(
            (
                field_guide(one.field, checklist).label if one.field in FIELD_NAMES else "Whole record",
                _outcome(one, side),
                one,
            )
            for one in visit.store.disputes.adjudications(dispute.key)
        )
        name = visit.store.queue.get(dispute.candidate_id).draft.name
        found.append(News(key=dispute.key, candidate_id=dispute.candidate_id, name=name, fields=fields))
    return tuple(found)


def _outcome(one: Adjudication, side: str) -> str:
    if one.chose == side:
        return "your answer stands"
    return "the other answer stands" if one.chose in SIDES else "it was decided again since"
