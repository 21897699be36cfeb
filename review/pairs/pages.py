"""The pages of likely duplicates: the list of pairs, and one pair side by side to be judged."""

from __future__ import annotations

from starlette.responses import Response

from register.codes.vocabulary import FIELD_NAMES
from register.errors import StaleRevisionError, TidiermapError
from register.store.matching.judgements import Judgement, PairVerdict
from register.store.matching.pairs import Pair, PairState
from review.addresses import whole_number
from review.keys import Key
from review.pairs.view import PairView, view_pair
from review.visit import Visit, redirect

PAGE_LENGTH = 50
STATES = {
    PairState.OPEN: "To judge",
    PairState.MERGED: "Merged",
    PairState.PLACE: "Same programme",
    PairState.PROGRAMME: "Same organisation",
    PairState.APART: "Kept apart",
}
# What was said of a pair, as the next page tells it.
SAID = {
    PairVerdict.MERGE: "merged",
    PairVerdict.APART: "kept apart",
    PairVerdict.PROGRAMME: "the same organisation, other programmes",
    PairVerdict.PLACE: "the same programme, at other places",
    PairVerdict.UNDO: "as before: taken back",
}
KEYS = {
    key.name: key
    for key in (
        Key(name="merge", press=("m",), shown="m", does="one service: merge the two, go to the next pair"),
        Key(name="swap", press=("w",), shown="w", does="keep the other one instead"),
        Key(name="place", press=("p",), shown="p", does="same programme, other place: two records, one programme"),
        Key(name="apart", press=("x",), shown="x", does="unrelated: keep them apart, not asked again"),
        Key(name="programme", press=("o",), shown="o", does="same organisation, other programme"),
        Key(name="skip", press=("s",), shown="s", does="skip to the next pair, nothing said"),
        Key(
            name="undo_record", press=("u", "U"), shown="u", does="take back what was said of this pair, or of the last"
        ),
        Key(name="help", press=("?",), shown="?", does="show these keys"),
    )
}


def show_pairs(visit: Visit) -> Response:
    query = visit.request.query_params
    state = PairState(query["state"]) if query.get("state") in set(PairState) else PairState.OPEN
    locality, page = query.get("locality", ""), whole_number(query.get("page", ""), least=1)
    rows = visit.store.pairs.rows(
        state=state, locality=locality, limit=PAGE_LENGTH + 1, offset=(page - 1) * PAGE_LENGTH
    )
    hidden = visit.hidden
    return visit.render(
        "pairs.html",
        keys=KEYS,
        rows=tuple(row for row in rows[:PAGE_LENGTH] if not hidden & {row.pair.first, row.pair.second}),
        more=len(rows) > PAGE_LENGTH,
        page=page,
        state=state,
        states=STATES,
        counts=visit.store.pairs.counts(locality),
        locality=locality,
        localities=visit.store.browse.localities(),
        done=_done(visit),
    )


def open_next_pair(visit: Visit) -> Response:
    """The first pair to judge, or the one that follows a given one."""
    query = visit.request.query_params
    after = visit.store.pairs.find(query.get("first", ""), query.get("second", ""))
    return _next(visit, after, query.get("locality", ""))


def show_pair(visit: Visit) -> Response:
    return _show(visit)


def judge_pair(visit: Visit) -> Response:
    """Keeps what was said of the pair and goes to the next; undo comes back to it."""
    first, second = visit.request.path_params["first"], visit.request.path_params["second"]
    pair = visit.store.pairs.find(first, second)
    try:
        verdict = PairVerdict(visit.field("verdict"))
        with visit.store.transaction():
            _check_unseen(visit, first, second, verdict)
            done = _judge(visit, first, second, verdict)
            visit.store.audit.note(
                visit.reviewer,
                f"pair {verdict.value}",
                f"pair {first} {second}",
                before=pair.state.value if pair else "",
            )
    except ValueError:
        return _show(
            visit, trouble=f"found {visit.field('verdict')!r}, expected merge, place, programme, apart or undo"
        )
    except StaleRevisionError:
        again = (
            "The page of one of the two was read again while you looked; nothing was saved. This is how they stand now."
        )
        return _show(visit, trouble=again, status=409)
    except TidiermapError as error:
        return _show(visit, trouble=str(error), status=409)
    if verdict is PairVerdict.UNDO:
        return redirect(f"/pair/{first}/{second}", {"said": verdict.value, "locality": visit.field("locality")})
    return _next(visit, pair, visit.field("locality"), done=done)


def _judge(visit: Visit, first: str, second: str, verdict: PairVerdict) -> int:
    merging, comment = visit.store.merging, visit.comment()
    if verdict is PairVerdict.UNDO:
        return merging.undo(first, second, reviewer=visit.reviewer)
    if verdict is not PairVerdict.MERGE:
        one = bool(visit.field("organisation"))
        return merging.part(first, second, verdict, reviewer=visit.reviewer, comment=comment, organisation=one)
    kept = visit.field("kept")
    if kept not in (first, second):
        raise TidiermapError(f"kept: found {kept!r}, expected one of the two")
    other = second if kept == first else first
    seen = {one: whole_number(visit.field(f"revision.{one}")) for one in (first, second)}
    taken = tuple(name for name in FIELD_NAMES if visit.field(f"from.{name}") == other)
    return merging.merge(kept, other, taken=taken, reviewer=visit.reviewer, seen=seen, comment=comment)


def _check_unseen(visit: Visit, first: str, second: str, verdict: PairVerdict) -> None:
    """Raises TidiermapError where somebody judged the pair, or decided on one of the two, since the page was opened;
    HeldError where somebody has one of them that would be merged."""
    others = [
        f"{one.reviewer} said of this pair: {SAID[one.verdict]}"
        for one in visit.store.judgements.history(first, second)[whole_number(visit.field("judgements")) :]
    ]
    if verdict is PairVerdict.MERGE:
        for one in (first, second):
            visit.store.leases.check(one, visit.reviewer)
            since = visit.store.decisions.history(one)[whole_number(visit.field(f"decisions.{one}")) :]
            names = sorted({decision.reviewer for decision in since})
            others += [f"{', '.join(names)} decided on one of the two"] if names else []
    if others:
        raise TidiermapError(f"{'; '.join(others)} since you opened it. Look again, then judge.")


def _show(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    first, second = visit.request.path_params["first"], visit.request.path_params["second"]
    store, query = visit.store, visit.request.query_params
    pair = store.pairs.find(first, second)
    if pair is None:
        message = "These two are no likely pair (any more): one of them says something else now."
        return visit.render("message.html", status=404, title="Not found", message=message)
    last = store.judgements.standing(first, second)
    merged = last if last is not None and last.kept else None
    keep = merged.kept if merged else visit.field("kept") or query.get("keep", "")
    view = view_pair(store, first, second, visit.bench.settings, keep=keep)
    return visit.render(
        "pair.html",
        status=status if status != 200 or not trouble else 422,
        keys=KEYS,
        pair=pair,
        view=view,
        taken=_taken(visit, view, merged),
        last=last,
        history=store.judgements.history(first, second),
        said=SAID,
        routes={board.known.id: store.routes.of_candidate(board.known.id) for board in (view.kept, view.other)},
        locality=visit.field("locality") or query.get("locality", ""),
        waiting=store.pairs.counts()["open"],
        trouble=trouble,
        undone=query.get("said") == PairVerdict.UNDO.value,
        done=_done(visit),
    )


def _taken(visit: Visit, view: PairView, merged: Judgement | None) -> frozenset[str]:
    """Fields that come from the other: as they were merged, as they were chosen on the form, else where the kept one
    says nothing."""
    if merged is not None:
        return frozenset(merged.taken)
    other = view.other.known.id
    chosen = {field.name: visit.field(f"from.{field.name}") for field in view.fields}
    return frozenset(
        field.name
        for field in view.fields
        if chosen[field.name] == other or (not chosen[field.name] and not field.from_kept)
    )


def _next(visit: Visit, after: Pair | None, locality: str, *, done: int = 0) -> Response:
    following = visit.store.pairs.next_open(after, locality=locality)
    query = {"locality": locality, "done": str(done) if done else ""}
    if following is None:
        return redirect("/pairs", query)
    return redirect(f"/pair/{following.first}/{following.second}", query)


def _done(visit: Visit) -> tuple[Judgement, int] | None:
    """What this reviewer said of the pair before, with how often that pair was judged: for the line that tells it and
    takes it back."""
    number = whole_number(visit.request.query_params.get("done", ""))
    done = visit.store.judgements.find(number) if number else None
    if done is None or done.reviewer != visit.reviewer:
        return None
    return done, len(visit.store.judgements.history(done.first, done.second))
