"""How fields and their values are said to a reviewer: order, labels, questions, and the control that edits them."""

from __future__ import annotations

from dataclasses import dataclass

from register.codes.checklist import Checklist
from register.codes.codebook import Codebook
from register.codes.verdicts import RULE_GROUP
from register.codes.vocabulary import (
    FACT_BY_NAME,
    FIELD_NAMES,
    PROVISION_SCHEMES,
    SCOPE_FIELD,
    TIDIER_ITEMS,
    Inclusion,
    Scope,
    Status,
)
from register.models import RECORD, Value
from register.reviewing.rules import ReviewRules
from review.schedules import say_duration, say_recurrence
from review.weekdays import WEEKDAYS

GROUPS = {"tidier": "TIDieR items", "fact": "Facts", "code": "Codes", "eligibility": "Eligibility"}
SCHEME_LABELS = {
    "type": "Type of intervention",
    "factor": "Risk or protective factor",
    "population": "Population",
    "cisl_type": "Type by the CISL report",
    "level": "Level by the CISL report",
    "principle": "Principles by the CISL report",
    "sector": "Sector of the provider",
    "setting": "Setting",
    "evaluation": "Evaluation",
}
# A service has one of each, whatever its page says; of principles and evaluation it may have none.
ALWAYS_SOME = tuple(scheme for scheme in PROVISION_SCHEMES if scheme not in ("principle", "evaluation"))
NET_LABELS = {"wide": "Wide net", "strict": "Strict net", "scope": "Scope"}
NET_QUESTIONS = {
    "wide": "Would anybody map it as a community mental-health intervention?",
    "strict": "Does it meet the definition to the letter?",
    "scope": "Is it for people of this locality? Services elsewhere and national ones are not counted for it.",
}
# Words that the plain rule (underscores to spaces, first letter large) would spell wrongly.
SPELLED = {
    "gp": "GP",
    "one_off": "One-off",
    "national_reference": "National, for reference",
    "in_person_group": "In person, group",
    "in_person_one_to_one": "In person, one to one",
} | WEEKDAYS
# Facts whose values are written for machines.
IN_WORDS = {"fact.recurrence": say_recurrence, "fact.durations": say_duration}
# What it is called that a field has no value, though somebody looked.
NOTHING_STATED = {"tidier": "not stated", "fact": "not stated", "code": "none", "eligibility": "unclear"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldGuide:
    """What a reviewer is told of a field before its value: its group, label, question, and control.

    `control` is text (one text), lines (one value a line), boxes (many of a list), choice (one of a list) or years;
    `example` is a value of the form that the field asks for, "" where any will do.
    """

    name: str
    group: str
    label: str
    question: str
    control: str
    example: str = ""

    @property
    def number(self) -> int:
        """The number of a TIDieR item, by which its quotes are marked beside their colour; 0 of any other field."""
        item = self.name.partition(".")[2]
        return TIDIER_ITEMS.index(item) + 1 if self.group == "tidier" else 0

    @property
    def absence(self) -> str:
        return _nothing_stated(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a closed list, with its definition and boundary where the codebook gives them."""

    value: str
    label: str
    definition: str = ""


def field_guides(checklist: Checklist) -> tuple[FieldGuide, ...]:
    """Every field in the order in which it is reviewed."""
    return tuple(field_guide(name, checklist) for name in FIELD_NAMES)


def field_labels(checklist: Checklist, rules: ReviewRules) -> dict[str, str]:
    """What is read for each field, for a rule of the study, and for the record as a whole, by the name under which
    decisions on it are kept."""
    labels = {guide.name: guide.label for guide in field_guides(checklist)}
    said_of = {RULE_GROUP + name: f"Rule: {label}" for name, label in rules.rule_labels.items()}
    return labels | said_of | {RECORD: "Whole record"}


def field_guide(name: str, checklist: Checklist) -> FieldGuide:
    group, _, own = name.partition(".")
    question = example = ""
    if group == "tidier":
        item = checklist.item(own)
        label, question, control = item.label, item.question, "text"
    elif group == "fact":
        label, control, example = FACT_BY_NAME[own].label, _control_of_fact(own), FACT_BY_NAME[own].example
    elif group == "code":
        label, control = SCHEME_LABELS[own], "boxes"
    else:
        label, question, control = NET_LABELS[own], NET_QUESTIONS[own], "choice"
    return FieldGuide(name=name, group=group, label=label, question=question, control=control, example=example)


def choices(name: str, codebook: Codebook) -> tuple[Choice, ...]:
    """The values that the field may hold; empty where any text or number may stand."""
    group, _, own = name.partition(".")
    if group == "code":
        return tuple(
            Choice(value=c.code, label=c.label, definition=" ".join(filter(None, (c.definition, c.boundary))))
            for c in codebook.scheme(own)
        )
    if name == SCOPE_FIELD:
        return tuple(Choice(value=s.value, label=spell(s.value)) for s in Scope if s is not Scope.UNCLEAR)
    if group == "eligibility":
        return tuple(Choice(value=v.value, label=spell(v.value)) for v in Inclusion)
    if group == "fact":
        return tuple(Choice(value=v, label=spell(v)) for v in FACT_BY_NAME[own].allowed)
    return ()


def say(name: str, value: Value, codebook: Codebook) -> tuple[str, ...]:
    """The field's value in words, one text for each of many values; nothing where it has none."""
    if value is None:
        return ()
    labels = {choice.value: choice.label for choice in choices(name, codebook)}
    many = value if isinstance(value, tuple) else (value,)
    if (in_words := IN_WORDS.get(name)) is not None:
        return tuple(in_words(str(one)) for one in many)
    return tuple(labels.get(str(one), str(one)) for one in many)


def say_absence(name: str, status: Status) -> str:
    """Why the field has no value: the three kinds of absence, and nothing for a reported field."""
    return {
        Status.REPORTED: "",
        Status.NOT_REPORTED: _nothing_stated(name),
        Status.NOT_EXTRACTED: "not looked for",
        Status.NOT_APPLICABLE: "not applicable",
        Status.WITHHELD: "not published: it is private",
    }[status]


def _nothing_stated(name: str) -> str:
    """A service has some sector and setting, whatever its page says of them; what it tells of itself may be nothing."""
    group, _, own = name.partition(".")
    return "not known" if own in ALWAYS_SOME else NOTHING_STATED[group]


def spell(word: str) -> str:
    plain = word.replace("_", " ")
    return SPELLED.get(word, plain[:1].upper() + plain[1:])


def _control_of_fact(own: str) -> str:
    fact = FACT_BY_NAME[own]
    if own in ("age_min", "age_max"):
        return "years"
    if fact.allowed:
        return "boxes" if fact.many else "choice"
    return "lines" if fact.many else "text"
