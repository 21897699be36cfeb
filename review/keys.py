"""The keyboard: which key does what, as the buttons, the help and the script all read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """`press` is the key as `KeyboardEvent.key` names it, `shown` what the buttons show."""

    name: str
    press: tuple[str, ...]
    shown: str
    does: str


KEYS = {
    key.name: key
    for key in (
        Key(name="down", press=("j", "ArrowDown"), shown="j", does="next field (also ↓)"),
        Key(name="up", press=("k", "ArrowUp"), shown="k", does="field before (also ↑)"),
        Key(name="tidier", press=("1",), shown="1", does="to the TIDieR items"),
        Key(name="facts", press=("2",), shown="2", does="to the facts"),
        Key(name="codes", press=("3",), shown="3", does="to the codes"),
        Key(name="verdicts", press=("4",), shown="4", does="to eligibility"),
        Key(name="rules", press=("5",), shown="5", does="to the rules of the study"),
        Key(name="accept", press=("a",), shown="a", does="accept the field as proposed"),
        Key(name="edit", press=("e",), shown="e", does="edit the field"),
        Key(name="reject", press=("r",), shown="r", does="reject the field: the proposal is wrong"),
        Key(name="not_stated", press=("n",), shown="n", does="not stated: the page does not say it"),
        Key(name="met", press=("y",), shown="y", does="a rule is met (n: not met, d: unclear)"),
        Key(name="unsure", press=("d",), shown="d", does="doubt: I am unsure of this field; again: I no longer am"),
        Key(name="ask", press=("q",), shown="q", does="a question about the field to a colleague"),
        Key(name="comment", press=("m",), shown="m", does="a comment on the field"),
        Key(name="undo", press=("u",), shown="u", does="undo the decision on the field"),
        Key(name="take_selection", press=("w",), shown="w", does="the words selected on the page become a quote"),
        Key(name="all_codes", press=("c",), shown="c", does="the whole codebook of the field, with definitions"),
        Key(name="accept_record", press=("A",), shown="A", does="accept the record, go to the next (also Ctrl+Enter)"),
        Key(name="reject_record", press=("R",), shown="R", does="reject the record, go to the next"),
        Key(name="undo_record", press=("U",), shown="U", does="undo the last decision on a record"),
        Key(name="still_so", press=("v",), shown="v", does="all that is overdue is still so: verified again"),
        Key(name="later", press=("l",), shown="l", does="keep for later with what was typed, go to the next"),
        Key(name="take_over", press=("t",), shown="t", does="take over a record that a colleague holds"),
        Key(name="skip", press=("s",), shown="s", does="skip to the next record, nothing decided"),
        Key(name="close", press=("Escape",), shown="Esc", does="close the edit, keep what was typed"),
        Key(name="help", press=("?",), shown="?", does="show these keys"),
    )
}
