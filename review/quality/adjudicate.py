"""Settling what two reviewers decided differently: the two answers side by side, and the one that is to stand."""

from __future__ import annotations

from dataclasses import dataclass, replace

from register.codes.vocabulary import Status
from register.errors import TidiermapError, UngroundedError
from register.grounding import ground
from register.models import RECORD, Decision, DecisionVerdict, Evidence
from register.store import Store
from register.store.decisions.blind import BlindAnswer, BlindReview, falls_in
from register.store.decisions.disputes import Adjudication, Dispute
from register.store.people.users import ROLES
from register.store.queue.candidates import KnownCandidate
from register.store.queue.listing import QueueState
from review.record.quotes import relocate

SETTLES = "adjudicator"  # the least role that may
SIDES = ("first", "second")
STATES = {DecisionVerdict.APPROVE: QueueState.ACCEPTED, DecisionVerdict.REJECT: QueueState.REJECTED}
BETWEEN_TWO = "settled between two reviewers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A dispute with all that is needed to settle it; `left` are the fields that nobody settled yet."""

    dispute: Dispute
    review: BlindReview
    known: KnownCandidate
    answers: tuple[BlindAnswer, ...]
    settled: tuple[Adjudication, ...]
    left: tuple[str, ...]

    @property
    def order(self) -> tuple[str, str]:
        """Which side stands at the left: by chance, but always alike, so that nobody can tell who is who."""
        return SIDES if falls_in(0.5, f"left {self.review.key}") else (SIDES[1], SIDES[0])

    @property
    def reviewers(self) -> frozenset[str]:
        return frozenset(one.reviewer for one in self.answers)

    def answer(self, side: str, field: str) -> BlindAnswer:
        return next(one for one in self.answers if one.side == side and one.field == field)


def open_case(home: Store, key: str) -> Case:
    """The dispute `key`; raises NotFoundError where there is none."""
    dispute, review = home.disputes.get(key), home.blind.get(key)
    known, settled = home.queue.get(dispute.candidate_id), home.disputes.adjudications(key)
    done = {one.field for one in settled}
    return Case(
        dispute=dispute,
        review=review,
        known=known,
        answers=home.blind.answers(key),
        settled=settled,
        left=tuple(field for field in dispute.fields if field not in done),
    )


def is_overtaken(home: Store, case: Case, field: str) -> bool:
    """Whether the page changed the field, or somebody decided on it once more, since the two did."""
    if field == RECORD:
        return (
            case.known.state not in STATES.values()
            or home.blind.last_on_record(case.known.id) > case.review.decision_id
        )
    standing = next((one for one in home.queue.fields(case.known.id) if one.name == field), None)
    if standing is None or standing.decision_id is None or standing.revision > case.review.revision:
        return True
    return home.decisions.get(standing.decision_id).decided_at > case.dispute.opened_at


def may_settle(home: Store, case: Case, who: str) -> bool:
    """Nobody judges their own decision, unless there is no third person who could."""
    if who not in case.reviewers:
        return True
    least = ROLES.index(SETTLES)
    others = (user for user in home.users.all() if user.name not in case.reviewers and user.disabled_at is None)
    return not any(ROLES.index(user.role) >= least for user in others)


def settle(home: Store, key: str, field: str, side: str, *, adjudicator: str, reason: str) -> Case:
    """Makes the answer of that side stand, as a decision of the adjudicator, with the reason; `overtaken` for a field
    that changed meanwhile. The dispute ends with its last field. Raises TidiermapError where it cannot be done."""
    with home.transaction():
        case = open_case(home, key)
        if field not in case.left:
            raise TidiermapError("this was settled meanwhile; see below")
        if not may_settle(home, case, adjudicator):
            raise TidiermapError("you are one of the two who decided; somebody else has to settle this")
        if is_overtaken(home, case, field):
            side = "overtaken"
        elif side in SIDES:
            _decide(home, case, field, case.answer(side, field), adjudicator=adjudicator, reason=reason)
        else:
            raise TidiermapError(f"found {side!r}, expected one of {', '.join(SIDES)}")
        one = Adjudication(
            key=key,
            field=field,
            chose=side,
            adjudicator=adjudicator,
            reason=reason,
            decided_at=home.clock(),
        )
        home.disputes.adjudicate(one)
        home.audit.note(adjudicator, "adjudication", case.known.id, before=field, after=side)
        if len(case.left) == 1:
            home.disputes.settle(key)
        return open_case(home, key)


def _decide(home: Store, case: Case, field: str, answer: BlindAnswer, *, adjudicator: str, reason: str) -> None:
    decision = Decision(
        candidate=case.known.id,
        revision=case.known.revision,
        field=field,
        verdict=DecisionVerdict(answer.verdict),
        value=None,
        evidence=(),
        reviewer=adjudicator,
        decided_at=home.clock(),
        comment=reason or BETWEEN_TWO,
    )
    if field == RECORD:
        _decide_record(home, case, decision)
    else:
        home.decisions.decide_field(_as_answered(home, case, decision, answer))


def _decide_record(home: Store, case: Case, decision: Decision) -> None:
    """Nothing is decided where the record stands so already; else what stands is taken back, and with an acceptance go
    the fields as the one who accepted left them."""
    if case.known.state is STATES[decision.verdict]:
        return
    home.decisions.decide_record(replace(decision, verdict=DecisionVerdict.UNDO))
    if decision.verdict is DecisionVerdict.APPROVE:
        states = {one.name: one.state for one in home.queue.fields(case.known.id)}
        for answer in case.answers:
            if answer.side == "second" and states.get(answer.field) == "open":
                home.decisions.decide_field(
                    _as_answered(home, case, replace(decision, field=answer.field), answer),
                )
    home.decisions.decide_record(decision)


def _as_answered(home: Store, case: Case, decision: Decision, answer: BlindAnswer) -> Decision:
    """The decision that leaves the field as the answer has it, from the proposal that is on the table."""
    proposal = next(one.proposal for one in home.queue.fields(case.known.id) if one.name == answer.field)
    if answer.verdict == DecisionVerdict.REJECT.value:
        return replace(decision, verdict=DecisionVerdict.REJECT)
    if (answer.status, answer.value) == (proposal.status, proposal.value):
        return replace(decision, verdict=DecisionVerdict.APPROVE)
    if answer.status is not Status.REPORTED:
        return replace(decision, verdict=DecisionVerdict.NOT_STATED)
    evidence = tuple(_placed(one, case.known) for one in answer.evidence)
    return replace(decision, verdict=DecisionVerdict.EDIT, value=answer.value, evidence=evidence)


def _placed(evidence: Evidence, known: KnownCandidate) -> Evidence:
    if evidence.page:  # it stands on another page, which is as it was
        return evidence
    span = relocate(evidence, known.page_text, spans=known.draft.spans)
    if span is None:
        said = f"“{evidence.quote[:120]}” is no longer on the page; open the record and decide on what it says now"
        raise UngroundedError(said)
    return ground(known.page_text, *span, rule=evidence.rule, supports=evidence.supports)
