"""What stands of a candidate's decisions: those that nobody took back.

A decision is never deleted. An undo takes back one decision and, of an acceptance, all approvals that were part of it;
a field and a record then stand as they would if these had never been made.

| a person           | while the record is           | the field is then                            | the record then |
|--------------------|-------------------------------|----------------------------------------------|-----------------|
| decides on a field | undecided, reopened, accepted | as decided                                   | as it was       |
| undoes a field     | undecided, reopened           | as the one before left it, or open           | as it was       |
| undoes a field     | accepted                      | as the one before left it, or refused        | as it was       |
| does either        | rejected                      | refused                                      | as it was       |
| accepts the record | undecided, reopened           | if open: approved, as part of the acceptance | accepted        |
| rejects the record | undecided, reopened           | as it was                                    | rejected        |
| undoes the record  | accepted, rejected            | as if never part of it; later ones stand     | what it was     |
| undoes the record  | undecided, reopened           | refused                                      | as it was       |

Where a page changes and a field is opened again, what was decided on it before is history: no undo leads behind that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from register.models import RECORD, Decision, DecisionVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedDecision:
    """A decision as the register keeps it.

    `part_of` is the decision that this one belongs to (an approval to an acceptance, a verdict to that on a rule); of
    an undo, the decision that it takes back. `proposed_in` is the revision whose proposal was on the table, `stood` the
    candidate's state before it ("" for decisions of older registers).
    """

    id: int
    decision: Decision
    part_of: int | None
    proposed_in: int
    stood: str

    @property
    def field(self) -> str:
        return self.decision.field

    @property
    def undoes(self) -> bool:
        return self.decision.verdict is DecisionVerdict.UNDO


def taken_back(log: Sequence[LoggedDecision]) -> frozenset[int]:
    """Ids of the decisions that an undo took back, with all that was part of them.

    An undo of an older register that does not say what it takes back left its field open: it took back all before it.
    """
    back: set[int] = set()
    for place, entry in enumerate(log):
        if not entry.undoes:
            continue
        if entry.part_of is None:
            back |= {earlier.id for earlier in log[:place] if earlier.field == entry.field}
        else:
            back.add(entry.part_of)
    return frozenset(back | {entry.id for entry in log if entry.part_of in back and not entry.undoes})


def standing(log: Sequence[LoggedDecision], field: str, *, opened: int = 0) -> tuple[LoggedDecision, ...]:
    """The decisions on the field that nobody took back since the revision `opened` put it on the table, oldest first:
    the last is how it stands, the one before it how it stands after an undo; none where it is open."""
    back = taken_back(log)
    return tuple(
        entry
        for entry in log
        if entry.field == field and not entry.undoes and entry.id not in back and entry.proposed_in >= opened
    )


def last_on_record(log: Sequence[LoggedDecision]) -> LoggedDecision | None:
    """The acceptance or rejection that nobody took back, the last of several."""
    found = standing(log, RECORD)
    return found[-1] if found else None
