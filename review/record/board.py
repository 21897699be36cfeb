"""One candidate as its page shows it: every field with its value, quotes, state, dates and what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from register.codes.codebook import Codebook
from register.codes.vocabulary import Status
from register.models import Decision, DecisionVerdict, DraftField, Evidence, ProposedCode, RecordField, Value
from register.reviewing.standing import LoggedDecision
from register.reviewing.standing import standing as stands
from register.store import Store
from register.store.queue.candidates import FieldState, KnownCandidate
from register.store.queue.listing import QueueState
from review.record.differences import Wordings, pair_up
from review.record.earlier import EarlierValue, earlier_values
from review.record.quotes import Mark, mark_quotes
from review.record.rules import RuleView, name_of, rule_views
from review.settings import ReviewSettings
from review.wording import FieldGuide, field_guides, say, say_absence

DECIDED = {"edit": "edited", "reject": "rejected"}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteView:
    """A quote as it is shown: `mark` is its highlighted place on the page, None where the page no longer has it.

    `fresh` says that it was not among the quotes of the value that was approved before; `page` is the address of the
    page that it stands on where that is another one (what the provider answered).
    """

    words: str
    supports: str
    rule: str
    mark: Mark | None
    fresh: bool
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeView:
    """A proposed code with its label, score (0-1) and reason."""

    label: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """A field on the board.

    `state` is proposed, verified, edited, rejected, or says which kind of absence it is; `open` says whether it waits
    for a decision, `looked_for` that somebody looked for a value. `values` are its values in words, `raw` as the
    register keeps them, `known` the evidence that an edit begins with, `reason` why the machine judged so.
    `verified_at` is None until a person decided. `proposed` holds the machine's values where an edit stands in their
    place. `undoable` says that there is a decision to take back, and that the record may do without it; `standing` is
    the verdict that stands, or `open`.
    """

    guide: FieldGuide
    state: str
    open: bool
    looked_for: bool
    raw: tuple[str, ...]
    values: tuple[str, ...]
    quotes: tuple[QuoteView, ...]
    known: tuple[Evidence, ...]
    score: float | None
    codes: tuple[CodeView, ...]
    reason: str
    proposed: tuple[str, ...]
    earlier: EarlierValue | None
    fetched_at: datetime
    changed_at: datetime
    verified_at: datetime | None
    verified_by: str
    undoable: bool
    standing: str

    @property
    def name(self) -> str:
        return self.guide.name

    @property
    def changes(self) -> tuple[Wordings, ...]:
        """The quotes that left and those that came since the approval, side by side."""
        return pair_up(self.gone, [quote.words for quote in self.quotes if quote.fresh]) if self.earlier else ()

    @property
    def gone(self) -> tuple[str, ...]:
        """Quotes of the value that was approved before, and that the proposal no longer rests on."""
        now = {quote.words for quote in self.quotes}
        return tuple(words for words in self.earlier.quotes if words not in now) if self.earlier else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A candidate with its fields in reviewing order and all decisions so far, newest first."""

    known: KnownCandidate
    fields: tuple[FieldView, ...]
    history: tuple[Decision, ...]
    record_id: str | None
    page_status: int
    reason: str
    rules: tuple[RuleView, ...] = ()

    @property
    def open_fields(self) -> tuple[FieldView, ...]:
        return tuple(field for field in self.fields if field.open)

    @property
    def lost(self) -> tuple[FieldView, ...]:
        """The fields that were approved with a value, and that have none once all is accepted as it is proposed."""
        return tuple(one for one in self.open_fields if one.earlier and one.earlier.stated and not one.values)

    @property
    def marks(self) -> tuple[Mark, ...]:
        own = (quote.mark for field in self.fields for quote in field.quotes if quote.mark)
        return (*own, *(mark for rule in self.rules for _, mark in rule.quotes if mark))

    def field(self, name: str) -> FieldView | None:
        return next((field for field in self.fields if field.name == name), None)


def lay_out(store: Store, candidate_id: str, settings: ReviewSettings) -> Board:
    """The board of a candidate as it stands now; raises NotFoundError where there is none."""
    known = store.queue.get(candidate_id)
    standing = {state.name: state for state in store.queue.fields(candidate_id)}
    decided = {field.name: (field, decision) for field, decision in store.records.decided_fields(candidate_id)}
    marks = mark_quotes(
        ((name, field.evidence) for name, (field, _) in decided.items()), known.page_text, spans=known.draft.spans
    )
    log = store.decisions.log(candidate_id)
    history = tuple(entry.decision for entry in log)
    earlier = earlier_values(store, known, standing, history, settings.codebook)
    fields = tuple(
        _view(
            guide,
            standing[guide.name],
            decided[guide.name],
            marks,
            earlier.get(guide.name),
            known,
            settings,
            undoable=_undoable(log, standing[guide.name], known.state),
        )
        for guide in field_guides(settings.checklist)
        if guide.name in standing
    )
    return Board(
        known=known,
        fields=fields,
        history=tuple(reversed(history)),
        record_id=store.records.id_of_candidate(candidate_id),
        page_status=store.browse.page_status(candidate_id),
        reason=store.browse.revision(candidate_id, known.revision).reason,
        rules=rule_views(known, log, standing, settings.rules.rule_labels),
    )


def _view(
    guide: FieldGuide,
    standing: FieldState,
    decided: tuple[RecordField, int],
    marks: dict[tuple[str, int], Mark],
    earlier: EarlierValue | None,
    known: KnownCandidate,
    settings: ReviewSettings,
    *,
    undoable: bool,
) -> FieldView:
    field, decision = decided
    codebook = settings.codebook
    edited = standing.state == DecisionVerdict.EDIT.value
    evidence = field.evidence
    return FieldView(
        guide=guide,
        state=_state(standing, field),
        open=standing.state == "open",
        looked_for=field.status is not Status.NOT_EXTRACTED,
        raw=_raw(field.value) or _raw(standing.proposal.value),
        values=say(guide.name, field.value, codebook),
        quotes=_quotes(guide.name, evidence, marks, earlier, codebook),
        known=evidence or standing.proposal.evidence or (name_of(known) if guide.group == "eligibility" else ()),
        score=_score(standing.proposal),
        codes=_codes(guide, known, settings),
        reason=dict(known.draft.reasons).get(guide.name, ""),
        proposed=say(guide.name, standing.proposal.value, codebook) if edited else (),
        earlier=earlier,
        fetched_at=field.fetched_at,
        changed_at=field.changed_at,
        verified_at=field.verified_at if decision else None,
        verified_by=field.verified_by,
        undoable=undoable,
        standing=standing.state,
    )


def _undoable(log: tuple[LoggedDecision, ...], standing: FieldState, state: QueueState) -> bool:
    """An accepted record may not be left with an open field, and a rejected one is not decided on."""
    if standing.state == "open" or state is QueueState.REJECTED:
        return False
    return state is not QueueState.ACCEPTED or len(stands(log, standing.name, opened=standing.revision)) > 1


def _quotes(
    name: str,
    evidence: tuple[Evidence, ...],
    marks: dict[tuple[str, int], Mark],
    earlier: EarlierValue | None,
    codebook: Codebook,
) -> tuple[QuoteView, ...]:
    """Each place of the page once, with all values that it supports."""
    supported: dict[tuple[int, int, str], list[str]] = {}
    for one in evidence:
        said = say(name, one.supports, codebook) if one.supports else ()
        supported.setdefault((one.start, one.end, one.quote), []).extend(said)
    first = {(one.start, one.end, one.quote): number for number, one in reversed([*enumerate(evidence)])}
    return tuple(
        QuoteView(
            words=evidence[number].quote,
            supports=", ".join(dict.fromkeys(supported[place])),
            rule=evidence[number].rule,
            mark=marks.get((name, number)),
            fresh=earlier is not None and evidence[number].quote not in earlier.quotes,
            page=evidence[number].page,
        )
        for place, number in sorted(first.items(), key=lambda item: item[1])
    )


def _state(standing: FieldState, field: RecordField) -> str:
    if standing.state in ("edit", "reject"):
        return DECIDED[standing.state]
    said = "proposed" if standing.state == "open" else "verified"
    return say_absence(field.name, field.status) or said


def _raw(value: Value) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(one) for one in value) if isinstance(value, tuple) else (str(value),)


def _score(proposal: DraftField) -> float | None:
    return proposal.score if proposal.status in (Status.REPORTED, Status.NOT_REPORTED) else None


def _codes(guide: FieldGuide, known: KnownCandidate, settings: ReviewSettings) -> tuple[CodeView, ...]:
    if guide.group != "code":
        return ()
    scheme = guide.name.partition(".")[2]
    shown = (code for code in known.draft.codes if code.scheme == scheme and code.shown)
    return tuple(_code_view(code, settings) for code in sorted(shown, key=lambda code: -code.score))


def _code_view(code: ProposedCode, settings: ReviewSettings) -> CodeView:
    return CodeView(label=settings.codebook.label(code.scheme, code.code), score=code.score, reason=code.reason)
