"""What a provider is asked (`data/provider.toml`): corrections field by field, and the standard monitoring form."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from register.codes.vocabulary import FIELD_NAMES
from register.datafile import DataModel, one_of, read_toml

LONGEST_TEXT = 2_000  # characters
FieldName = Annotated[str, one_of(*FIELD_NAMES)]
Kind = Literal["number", "text", "choice", "many", "money", "day"]


class FieldQuestion(DataModel):
    """A published field as a provider sees it. What is answered opens `field`, and what is read of it `reads`."""

    field: FieldName
    label: str = Field(min_length=1)
    question: str = Field(min_length=1)
    reads: tuple[FieldName, ...] = ()


class Section(DataModel):
    key: str
    title: str = Field(min_length=1)


class Question(DataModel):
    """A question of the monitoring form. `least` and `most` bound numbers and money (pounds)."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    section: str
    label: str = Field(min_length=1)
    kind: Kind
    choices: tuple[tuple[str, str], ...] = ()
    least: int = 0
    most: int = 1_000_000

    @model_validator(mode="after")
    def _choices_where_chosen(self) -> Self:
        if bool(self.choices) != (self.kind in ("choice", "many")):
            raise ValueError("choices for a choice or many, and for nothing else")
        return self

    def read(self, typed: tuple[str, ...]) -> str:
        """The answer as it is kept, "" where there is none; many answers stand with "; " between them.

        Raises ValueError with what is wrong, in plain words.
        """
        said = tuple(" ".join(one.split()) if self.kind != "text" else one.strip() for one in typed if one.strip())
        if not said:
            return ""
        if self.kind in ("choice", "many"):
            return self._chosen(said)
        if self.kind == "number":
            return self._number(said[0])
        if self.kind == "money":
            return self._money(said[0])
        return self._day(said[0]) if self.kind == "day" else said[0][:LONGEST_TEXT]

    def say(self, kept: str) -> str:
        """A kept answer in words."""
        labels = dict(self.choices)
        if self.kind in ("choice", "many"):
            return ", ".join(labels.get(one, one) for one in kept.split("; "))
        return f"£{Decimal(kept):,}" if self.kind == "money" and kept else kept

    def _chosen(self, said: tuple[str, ...]) -> str:
        known = {key for key, _ in self.choices}
        if any(one not in known for one in said) or (self.kind == "choice" and len(said) > 1):
            raise ValueError("Please pick one of the answers shown.")
        return "; ".join(dict.fromkeys(said))

    def _number(self, said: str) -> str:
        if not re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d+", said):
            raise ValueError(f"“{said[:40]}” is not a whole number. Please write it in digits, such as 120.")
        return str(self._bounded(int(said.replace(",", "")), f"{self.least:,}", f"{self.most:,}"))

    def _money(self, said: str) -> str:
        bare = said.removeprefix("£").strip()
        try:
            pounds = Decimal(bare.replace(",", "")) if re.fullmatch(r"[\d,]+(?:\.\d\d)?", bare) else None
        except InvalidOperation:
            pounds = None
        if pounds is None:
            raise ValueError(f"“{said[:40]}” is not an amount. Please write it in pounds, such as 2500 or £2,500.")
        self._bounded(int(pounds), f"£{self.least:,}", f"£{self.most:,}")
        return str(pounds)

    def _bounded(self, number: int, least: str, most: str) -> int:
        if not self.least <= number <= self.most:
            raise ValueError(f"Please give a number from {least} to {most}.")
        return number

    def _day(self, said: str) -> str:
        return read_day(said).isoformat()


class ProviderForm(DataModel):
    fields: tuple[FieldQuestion, ...] = Field(default=(), alias="field")
    sections: tuple[Section, ...] = Field(default=(), alias="section")
    questions: tuple[Question, ...] = Field(default=(), alias="question")

    @model_validator(mode="after")
    def _sections_known(self) -> Self:
        known = {section.key for section in self.sections}
        if lost := next((q for q in self.questions if q.section not in known), None):
            raise ValueError(f"the key of a section for {lost.key!r}; found {lost.section!r}")
        keys = [question.key for question in self.questions]
        if again := next((key for key in keys if keys.count(key) > 1), ""):
            raise ValueError(f"each question once; {again!r} stands there again")
        return self

    def of(self, section: str) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.section == section)


def read_provider_form(data: Path) -> ProviderForm:
    """Raises ConfigError for the first fault of `data/provider.toml`, with file and key."""
    return read_toml(ProviderForm, data / "provider.toml")


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NUMERIC_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
WRITTEN_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?(?: of)? ([A-Za-z]{3,9}),? (\d{4})")


def read_day(said: str) -> date:
    """A day as people write it: 2026-03-01, 1/3/2026 (day first), 1 March 2026. Raises ValueError in plain words."""
    wrong = ValueError(f"“{said[:40]}” is not a day. Please write it as 31/12/2026 or 31 December 2026.")
    words = " ".join(said.split())
    try:
        if numeric := NUMERIC_DAY.fullmatch(words):
            return date(int(numeric[3]), int(numeric[2]), int(numeric[1]))
        if (written := WRITTEN_DAY.fullmatch(words)) and written[2][:3].lower() in MONTHS:
            return date(int(written[3]), MONTHS.index(written[2][:3].lower()) + 1, int(written[1]))
        return date.fromisoformat(words[:10])
    except ValueError as error:
        raise wrong from error
