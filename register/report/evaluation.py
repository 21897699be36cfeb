"""Evaluation: which services tell whom they reach and what comes of it, by which measures; on websites and asked."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final

from register.report.answers import ASKED, MEASURES
from register.report.axes import NOT_TOLD
from register.report.counting import (
    NET_COLUMNS,
    NETS_SHOWN,
    count_cell,
    count_nets,
    count_records,
    list_by_nets,
    net_cells,
    share_cell,
)
from register.report.records import Area, MappedRecord
from register.report.survey import Survey
from register.report.tables import Cell, Listing, Part, Row, Section, Table, Words
from register.reviewing.provider_form import Question

ENOUGH: Final = 5  # answers, below which their middle is not told: it could be one provider's
UNASKED: Final = "No provider of these services has answered the monitoring form yet."
SAID: Final = (
    "What its 407 interventions achieve, whom they reach and what they cost, the study could not collect consistently. "
    "Here stands what websites say of reach, outcomes and evaluation, each with its words in the register, and beside "
    "it what providers answered when they were asked. To tell nothing is not to have nothing."
)


def build_evaluation(survey: Survey, area: Area) -> Part:
    told = (_told(survey, area), _measures(survey, area), _beside(survey, area))
    if not any(survey.answers.answered(record.id) for record in area.records):
        return Part(blocks=(Words(text=SAID), *told, Words(text=UNASKED)))
    return Part(blocks=(Words(text=SAID), *told, _answers(survey, area)))


def _of_kind(survey: Survey, kind: str) -> list[str]:
    """Codes of what is told (`measure`), or of all but measures ("")."""
    codes = survey.codebook.scheme("evaluation")
    return [code.code for code in codes if (code.axis == "measure") == (kind == "measure")]


def _told(survey: Survey, area: Area) -> Table:
    axis, measures = survey.axes["evaluation"], set(_of_kind(survey, "measure"))
    found = axis.split_area(area)
    named = [record for record in area.records if measures & set(axis.of(record))]
    kinds = [(code, axis.label(code), found[code]) for code in _of_kind(survey, "")]
    kinds += [(MEASURES, "Names a measure", named), (NOT_TOLD, "Tells none of these", found[NOT_TOLD])]
    rows, tidy = [], []
    whole = count_records(area.records)
    for code, label, records in kinds:
        listing = list_by_nets(code, label, records)
        counts = count_nets(listing)
        shares = [share_cell(part, of, listing) for part, of in zip(counts, whole, strict=True)]
        rows.append(Row(label=label, cells=(*net_cells(listing), *shares)))
        tidy.append((code, label, *counts, *whole))
    return Table(
        key="evaluation",
        title="What websites tell of reach, outcomes and evaluation",
        columns=("What is told", *NETS_SHOWN, *(f"Share, {net.lower()}" for net in NETS_SHOWN)),
        rows=tuple(rows),
        tidy_columns=("code", "label", *NET_COLUMNS, *(f"of_{net}" for net in NET_COLUMNS)),
        tidy_rows=tuple(tidy),
    )


def _measures(survey: Survey, area: Area) -> Table:
    axis, answers = survey.axes["evaluation"], survey.answers
    found = axis.split_area(area)
    answered = [record for record in area.records if answers.answered(record.id)]
    rows, tidy = [], []
    for code in _of_kind(survey, "measure"):
        label = axis.label(code)
        listing = list_by_nets(code, label, found[code])
        asked = [record for record in answered if answers.says(record.id, code)]
        both = [record for record in asked if code in axis.of(record)]
        title = f"{label}: said by the provider"
        cells = (
            *net_cells(listing),
            _plain_cell(f"{code}-asked", title, asked),
            _plain_cell(f"{code}-both", f"{label}: on both", both),
        )
        rows.append(Row(label=label, cells=cells))
        tidy.append((code, label, *count_nets(listing), len(asked), len(both)))
    return Table(
        key="measures",
        title="Measures",
        columns=("Measure", *NETS_SHOWN, "On the form", "On both"),
        rows=tuple(rows),
        tidy_columns=("code", "label", *NET_COLUMNS, "form", "both"),
        tidy_rows=tuple(tidy),
        notes=("The form does not tell the long Warwick-Edinburgh scale from the short one, and counts for both.",),
    )


def _plain_cell(anchor: str, title: str, records: Sequence[MappedRecord]) -> Cell:
    return count_cell(len(records), Listing(anchor=anchor, title=title, groups=(("", tuple(records)),)))


def _beside(survey: Survey, area: Area) -> Table:
    """Of the services whose provider answered: what the website says against what the form says."""
    axis = survey.axes["evaluation"]
    measures = set(_of_kind(survey, "measure"))
    answered = [record for record in area.records if survey.answers.answered(record.id)]
    rows, tidy = [], []
    for code, label in (*((code, axis.label(code)) for code in ASKED), (MEASURES, "Uses a measure")):
        cells: dict[tuple[bool, bool], list[MappedRecord]] = {(w, f): [] for w in (True, False) for f in (True, False)}
        for record in answered:
            asked = survey.answers.says(record.id, code)
            if asked is not None:
                own = set(axis.of(record))
                cells[bool(own & measures) if code == MEASURES else code in own, asked].append(record)
        titles = ("on both", "on the website alone", "on the form alone", "on neither")
        shown = (
            _plain_cell(f"{code}-{n}", f"{label}: {title}", records)
            for n, (title, records) in enumerate(zip(titles, cells.values(), strict=True))
        )
        rows.append(Row(label=label, cells=tuple(shown)))
        tidy.append((code, label, *(len(records) for records in cells.values())))
    return Table(
        key="websites-and-form",
        title="What websites say, and what providers answer",
        columns=("What is told", "Said on both", "On the website alone", "On the form alone", "On neither"),
        rows=tuple(rows),
        tidy_columns=("code", "label", "both", "website_alone", "form_alone", "neither"),
        tidy_rows=tuple(tidy),
        notes=(
            f"Of {len(area.records):,} services the providers of {len(answered):,} sent the form; each row has those "
            "that answered its question.",
        ),
    )


def _answers(survey: Survey, area: Area) -> Table:
    by_record = survey.answers.by_record
    rows, tidy = [], []
    for question in survey.answers.form.questions:
        answered = [record for record in area.records if by_record.get(record.id, {}).get(question.key)]
        told = [by_record[record.id][question.key] for record in answered]
        said = _sum_up(question, told)
        number = _plain_cell(question.key, f"Answered: {question.label}", answered)
        rows.append(Row(label=question.label, cells=(number, Cell(text=said))))
        tidy.append((question.key, question.label, len(told), said))
    return Table(
        key="form",
        title="Answers to the monitoring form",
        columns=("Question", "Answers", "What they say"),
        rows=tuple(rows),
        tidy_columns=("question", "label", "answers", "said"),
        tidy_rows=tuple(tidy),
        notes=(
            f"Numbers are told as their middle, and only of {ENOUGH} answers or more; free text stays in the register.",
        ),
    )


def _sum_up(question: Question, told: Sequence[str]) -> str:
    """Choices with how often each was made; of numbers the middle one. Nothing that is one provider's alone."""
    if len(told) < ENOUGH:
        return ""
    if question.kind in ("choice", "many"):
        made = [choice for answer in told for choice in answer.split("; ")]
        return "; ".join(f"{label}: {made.count(key)}" for key, label in question.choices if key in made)
    if question.kind in ("number", "money"):
        middle = f"{median(float(answer) for answer in told):,.10g}"
        return f"middle {'£' if question.kind == 'money' else ''}{middle}"
    return ""


EVALUATION: Final = Section(key="evaluation", title="Reach, outcomes, evaluation", build=build_evaluation)
