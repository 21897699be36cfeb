"""The rules of the study that decide whether a service is in: what each says, on which words; what a person says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from register.codes.verdicts import RULE_GROUP, STRICT_FIELD, asked_by, is_rule, verdict_of
from register.codes.vocabulary import NETS, Inclusion, Outcome
from register.errors import StaleRevisionError, TidiermapError
from register.models import Decision, DecisionVerdict, Evidence, RuleOutcome
from register.reviewing.standing import LoggedDecision, standing
from register.store import Store
from register.store.queue.candidates import FieldState, KnownCandidate
from review.decisions.decide import Answer, Seen, decide
from review.decisions.edits import look_up
from review.record.quotes import Mark, mark_quotes
from review.wording import NET_LABELS, spell


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """One rule as the record page shows it.

    `outcome` is what stands, `machine` what the machine says where a person (`by`) said otherwise or the same. `quotes`
    are its words, each with its place on the page (None where they left it); `nets` names the nets that ask it, none
    where the study only tells it.
    """

    name: str
    label: str
    outcome: Outcome
    machine: Outcome
    by: str
    reason: str
    quotes: tuple[tuple[str, Mark | None], ...]
    nets: tuple[str, ...]


def rule_views(
    known: KnownCandidate, log: Sequence[LoggedDecision], fields: dict[str, FieldState], labels: Mapping[str, str]
) -> tuple[RuleView, ...]:
    """Every rule in the study's order, by its label; none for drafts that were made before rules were kept."""
    said = _said(log, fields)
    told = _told(known, said)
    evidence = {RULE_GROUP + one.rule: one.evidence for one in told}
    marks = mark_quotes(evidence.items(), known.page_text, spans=known.draft.spans)
    machine = {one.rule: one.outcome for one in known.draft.rules}
    views = []
    for one in told:
        name = RULE_GROUP + one.rule
        quotes = {e.quote: marks.get((name, number)) for number, e in reversed([*enumerate(one.evidence)])}
        views.append(
            RuleView(
                name=name,
                label=labels.get(one.rule, spell(one.rule)),
                outcome=one.outcome,
                machine=machine[one.rule],
                by=said[name].decision.reviewer if name in said else "",
                reason=one.reason,
                quotes=tuple(reversed(quotes.items())),
                nets=tuple(NET_LABELS[net] for net in NETS if one.decides and asked_by(net, one.rule)),
            )
        )
    return tuple(views)


def judge_rule(
    store: Store, seen: Seen, name: str, said: str, *, quotes: str, comment: str, reviewer: str, minutes: int
) -> None:
    """Keeps what a person says of a rule (met, not met, unclear, or undo); the verdicts of the nets that ask it follow,
    as parts of that decision, so that its undo takes them back too.

    `quotes` are words of the page, one quote a line; without any it rests on the rule's own, else on the name. Raises
    as `decide` does.
    """
    with store.transaction():
        known = store.queue.get(seen.candidate)
        if known.revision != seen.revision:
            raise StaleRevisionError(seen.candidate, seen.revision, known.revision)
        rule = next((one for one in known.draft.rules if RULE_GROUP + one.rule == name), None)
        if rule is None:
            raise TidiermapError(f"found the rule {name!r}, expected one that the draft was judged by")
        if said == DecisionVerdict.UNDO:
            undo = Answer(field=name, verdict=DecisionVerdict.UNDO)
            decide(store, seen, undo, reviewer=reviewer, minutes=minutes)
            return
        if said not in set(Outcome):
            raise TidiermapError(f"{name}: found {said!r}, expected one of {', '.join(Outcome)}")
        words = look_up(name, quotes, known.page_text, known.draft.spans) or rule.evidence or name_of(known)
        answer = Answer(field=name, verdict=DecisionVerdict.EDIT, value=said, evidence=words, comment=comment)
        before = len(store.decisions.log(known.id))
        decide(store, seen, answer, reviewer=reviewer, minutes=minutes)
        log = store.decisions.log(known.id)
        if len(log) > before:  # else it was sent twice
            _settle_nets(store, known, log, words)


def _settle_nets(
    store: Store, known: KnownCandidate, log: tuple[LoggedDecision, ...], words: tuple[Evidence, ...]
) -> None:
    """Puts each net's verdict where its rules now are."""
    last, fields = log[-1], {field.name: field for field in store.queue.fields(known.id)}
    told = _told(known, _said(log, fields))
    for net in NETS:
        field = fields[f"eligibility.{net}"]
        verdict = verdict_of(net, told)
        if not asked_by(net, last.field.removeprefix(RULE_GROUP)) or verdict == _stands(field, log):
            continue
        part = replace(
            last.decision, field=field.name, verdict=_as_decision(field, verdict), value=None, evidence=(), comment=""
        )
        if part.verdict is DecisionVerdict.EDIT:
            part = replace(part, value=verdict.value, evidence=words)
        store.decisions.decide_field(part, part_of=last.id)


def _as_decision(field: FieldState, verdict: Inclusion) -> DecisionVerdict:
    if verdict == _proposed(field):
        return DecisionVerdict.APPROVE
    return DecisionVerdict.NOT_STATED if verdict is Inclusion.UNCLEAR else DecisionVerdict.EDIT


def _stands(field: FieldState, log: tuple[LoggedDecision, ...]) -> str | None:
    """The net's verdict as it is now, by a person or else as proposed."""
    left = standing(log, field.name, opened=field.revision)
    decision: Decision | None = left[-1].decision if left else None
    if decision is None or decision.verdict is DecisionVerdict.APPROVE:
        return _proposed(field)
    if decision.verdict is DecisionVerdict.NOT_STATED:
        return Inclusion.UNCLEAR
    return str(decision.value) if decision.verdict is DecisionVerdict.EDIT else None


def _proposed(field: FieldState) -> str:
    return str(field.proposal.value or Inclusion.UNCLEAR)


def _said(log: Sequence[LoggedDecision], fields: dict[str, FieldState]) -> dict[str, LoggedDecision]:
    """What people say of the rules since the strict net, which asks them all, was last opened."""
    opened = fields[STRICT_FIELD].revision if STRICT_FIELD in fields else 0
    names = {entry.field for entry in log if is_rule(entry.field)}
    return {name: left[-1] for name in names if (left := standing(log, name, opened=opened))}


def _told(known: KnownCandidate, said: dict[str, LoggedDecision]) -> tuple[RuleOutcome, ...]:
    """The rules as they stand: a person's word in the place of the machine's."""
    told = []
    for one in known.draft.rules:
        if entry := said.get(RULE_GROUP + one.rule):
            outcome = Outcome(str(entry.decision.value))
            told.append(replace(one, outcome=outcome, evidence=entry.decision.evidence))
        else:
            told.append(one)
    return tuple(told)


def name_of(known: KnownCandidate) -> tuple[Evidence, ...]:
    """What is not said has no words; the service's name stands for it, as it does in drafts."""
    name = next((f for f in known.draft.fields if f.name == "tidier.brief_name"), None)
    return name.evidence[:1] if name else ()
