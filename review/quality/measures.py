"""Agreement field by field and code by code, from what both sides of the blind second reviews said."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from register.codes.codebook import Codebook
from register.codes.vocabulary import FIELD_NAMES
from register.counts import plural
from register.models import RECORD, DecisionVerdict, Value
from register.publishing.export import safe_cell
from review.quality.agreement import FEW, Agreement, Unit, agree
from review.queue.lifecycle import plain
from review.settings import ReviewSettings
from review.wording import field_guide

SIDES = ("first", "second")
NOTHING = "-"  # the category of "it has none"
COLUMNS = (
    "name",
    "label",
    "what",
    "records_of_two",
    "records_of_one",
    "agreed",
    "kappa",
    "alpha",
    "low",
    "high",
    "note",
)

Answers = dict[str, dict[str, dict[str, tuple[str, Value]]]]  # key -> field -> side -> verdict and value


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The agreement on one thing: `what` says whether that is the record, the category or value of a field, whether a
    field is stated at all, or a single code (yes or no)."""

    name: str
    label: str
    what: str
    agreement: Agreement

    @property
    def note(self) -> str:
        """What has to be said beside the numbers; empty where nothing."""
        if self.agreement.few:
            return f"{plural(self.agreement.units, 'record')}: too few to say"
        return "nobody said anything else" if self.agreement.alpha is None else ""


def measure(said: Iterable[tuple[str, str, str, str, Value]], settings: ReviewSettings) -> tuple[Measure, ...]:
    """The agreement on the record as a whole, on each field, and on each code that anybody chose."""
    answers: Answers = defaultdict(lambda: defaultdict(dict))
    for key, side, field, verdict, value in said:
        answers[key][field][side] = verdict, value
    measures = [Measure(name=RECORD, label="Whole record", what="record", agreement=agree(_units(answers, RECORD)))]
    for name in FIELD_NAMES:
        label = field_guide(name, settings.checklist).label
        agreement = agree(_units(answers, name))
        if agreement.units or agreement.alone:
            measures.append(Measure(name=name, label=label, what=_what(name), agreement=agreement))
        if name.startswith("code."):
            measures += _codes(answers, name, label, settings.codebook)
    return tuple(measures)


def _what(name: str) -> str:
    return "stated or not" if name.startswith("tidier.") else "value"


def _units(answers: Answers, name: str, code: str = "") -> list[Unit]:
    """What each side said of the field of each record; None where a side rejected it, or never came to it."""
    return [
        tuple(_category(name, code, *fields[name][side]) if side in fields.get(name, {}) else None for side in SIDES)
        for fields in answers.values()
    ]


def _category(name: str, code: str, verdict: str, value: Value) -> str | None:
    if name == RECORD:
        return verdict
    if verdict == DecisionVerdict.REJECT.value:  # wrong as it is proposed; what is right they did not say
        return None
    if code:
        return "yes" if isinstance(value, tuple) and code in value else "no"
    if value is None:
        return NOTHING
    if name.startswith("tidier."):
        return "stated"
    return " | ".join(sorted(plain(one) for one in value)) if isinstance(value, tuple) else plain(str(value))


def _codes(answers: Answers, name: str, label: str, codebook: Codebook) -> list[Measure]:
    chosen = {
        code
        for fields in answers.values()
        for _, value in fields.get(name, {}).values()
        if isinstance(value, tuple)
        for code in value
    }
    scheme = name.partition(".")[2]
    return [
        Measure(
            name=f"{name}:{code.code}",
            label=f"{label}: {code.label}",
            what="code",
            agreement=agree(_units(answers, name, code.code)),
        )
        for code in codebook.scheme(scheme)
        if code.code in chosen
    ]


def as_csv(measures: Iterable[Measure]) -> str:
    """A line a measure, shares and coefficients to three places, for a methods section's table."""
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(COLUMNS)
    for one in measures:
        told = one.agreement
        numbers = (told.percent, told.kappa, told.alpha, told.low, told.high)
        words = (one.name, one.label, one.what)
        rows.writerow([*map(safe_cell, words), told.units, told.alone, *map(_number, numbers), one.note])
    return table.getvalue()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def methods_sentence(measures: Iterable[Measure], *, decided: int, settled: int, disputed: int) -> str:
    """What a methods section says of it, ready to be pasted; `decided` are all records that anybody decided on."""
    by_name = {one.name: one for one in measures}
    whole = by_name[RECORD].agreement
    if not whole.units:
        return f"Of {plural(decided, 'decided record')}, none has been decided by a second reviewer yet."
    share = whole.units / decided if decided else 0
    said = [
        f"Of {plural(decided, 'decided record')}, {whole.units:,} ({share:.0%}) were decided again by a second "
        "reviewer, who saw the same proposals and the same archived page, but not the first decisions, nor that there "
        "were any."
    ]
    for name, words in ((RECORD, "whether the record belongs in the dataset"), ("code.type", "its type")):
        if name in by_name:
            said.append(f"On {words} they agreed in {_in_words(by_name[name].agreement)}.")
    if disputed:
        said.append(f"Of {plural(disputed, 'record')} in dispute, {settled:,} were settled by a third person.")
    if whole.few:
        said.append(f"With fewer than {FEW} records, none of these coefficients is to be relied on.")
    return " ".join(said)


def _in_words(told: Agreement) -> str:
    if told.percent is None:
        return "no case, for no record was seen by both"
    said = f"{told.percent:.0%} of {plural(told.units, 'record')}"
    if told.alpha is None or told.low is None or told.high is None:
        return f"{said} (neither kappa nor alpha is defined, for only one answer was ever given)"
    kappa = "" if told.kappa is None else f"Cohen's kappa {told.kappa:.2f}, "
    bounds = f"95% bootstrap interval {told.low:.2f} to {told.high:.2f}"
    return f"{said} ({kappa}Krippendorff's alpha {told.alpha:.2f}, {bounds})"
