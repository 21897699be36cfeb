"""What providers told on the standard monitoring form, as the report sets it beside what websites say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from register.codes.codebook import Codebook
from register.datafile import DataModel, read_csv
from register.errors import ConfigError
from register.reviewing.provider_form import ProviderForm

NOTHING: Final = ("", "no", "none")  # answers that say that there is none
# Questions of the form by what a website tells of the same: codes of data/codebook/evaluations.csv.
ASKED: Final = MappingProxyType({"reach": "people_12_months", "evaluated": "evaluated"})
MEASURES_ASKED: Final = "outcome_measures"
MEASURES: Final = "measures"  # the key of “uses any measure”


class MeasureRow(DataModel):
    """A code of a measure, and the answer of the form that means it; "" where the form does not name it."""

    code: str
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The last answer to each question, by record and question, as the form keeps it; and how to read it."""

    form: ProviderForm
    measures: Mapping[str, str] = field(default_factory=dict)  # the form's answer by the measure's code
    by_record: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def answered(self, record: str) -> bool:
        return record in self.by_record

    def says(self, record: str, code: str) -> bool | None:
        """Whether the provider says what the code of `evaluation` stands for; None where that was left empty."""
        told = self.by_record.get(record, {})
        if code in ASKED:
            answer = told.get(ASKED[code])
            return None if answer is None else answer not in (*NOTHING, "0")
        chosen = told.get(MEASURES_ASKED)
        if chosen is None:
            return None
        named = set(chosen.split("; ")) - set(NOTHING)
        return bool(named) if code == MEASURES else bool(self.measures.get(code)) and self.measures[code] in named


def read_measures(data: Path, codebook: Codebook, form: ProviderForm) -> Mapping[str, str]:
    """`data/map/measures.csv`; raises ConfigError for a code that is no measure, or an answer that the form has not."""
    path = data / "map" / "measures.csv"
    known = {code.code for code in codebook.scheme("evaluation") if code.axis == "measure"}
    choices = {key for question in form.questions if question.key == MEASURES_ASKED for key, _ in question.choices}
    found = {}
    for number, row in enumerate(read_csv(MeasureRow, path), 2):
        if row.code not in known:
            raise ConfigError(f"{path}:{number}", "code", row.code, "a measure of data/codebook/evaluations.csv")
        if row.answer and row.answer not in choices:
            raise ConfigError(f"{path}:{number}", "answer", row.answer, f"a choice of {MEASURES_ASKED}")
        found[row.code] = row.answer
    return found
