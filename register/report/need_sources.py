"""What services are set against: each indicator with its source, and the districts that it does not have."""

from __future__ import annotations

from register.report.records import EVERYWHERE, Area
from register.report.survey import Survey
from register.report.tables import Cell, Row, Table


def unjoined(survey: Survey, area: Area) -> Table:
    """The districts of the report without a value, by indicator; on the page of one locality, those that it lacks."""
    rows, tidy = [], []
    wanted = {one.gss_code: one.name for one in (survey.areas if area.key == EVERYWHERE else (area,))}
    used = {link.indicator for link in survey.need.links if link.indicator}
    for key in sorted(used):
        lost = {one.gss_code: one.why for one in survey.need.unjoined[key]}
        for code, name in wanted.items():
            why = lost.get(code) or (
                "" if code in survey.need.values[key] else f"{code or 'no code'} is no district in force"
            )
            if why:
                rows.append(Row(label=name, cells=(Cell(text=survey.need.indicators[key].label), Cell(text=why))))
                tidy.append((code, name, key, why))
    return Table(
        key="not-joined",
        title="Districts without a value",
        columns=("District", "Indicator", "Why"),
        rows=tuple(rows),
        tidy_columns=("district", "district_name", "indicator", "why"),
        tidy_rows=tuple(tidy),
        notes=(
            "They are left out of every rate and share of that indicator."
            if rows
            else "Every district has all of them.",
        ),
    )


def sources(survey: Survey) -> Table:
    """What each code is set against, and why, with year, unit, source and licence; and what has no indicator."""
    rows, tidy = [], []
    for link in survey.need.links:
        one = survey.need.indicators.get(link.indicator)
        label = survey.axes[link.scheme].label(link.code)
        told = one.told if one else "none"
        rises = {"more": "the more, the more need", "less": "the less, the more need"}[one.need] if one else "–"
        rows.append(
            Row(label=label, note=link.scheme, cells=(Cell(text=told), Cell(text=rises), Cell(text=link.reason)))
        )
        about = (one.key, one.year, one.unit, one.need, one.source, one.licence, one.address) if one else ("",) * 7
        tidy.append((link.scheme, link.code, *about, link.reason))
    names = ("indicator", "year", "unit", "need_rises_with", "source", "licence", "address", "reason")
    return Table(
        key="indicators",
        title="What services are set against, and why",
        columns=("Factor or population", "Indicator", "Direction", "Why, and with what reservation"),
        rows=tuple(rows),
        tidy_columns=("scheme", "code", *names),
        tidy_rows=tuple(tidy),
        notes=("The rows are data/map/needs.csv and indicators.csv; another mapping is an edit.",),
    )
