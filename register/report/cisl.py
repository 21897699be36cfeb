"""The CISL report's view: types, levels, and the principles that services give evidence of, by locality."""

from __future__ import annotations

from typing import Final

from register.report.by_locality import locality_table
from register.report.counting import axis_table
from register.report.crosses import cross_table
from register.report.records import EVERYWHERE, Area
from register.report.survey import Survey
from register.report.tables import Part, Section, Table, Words

AXES: Final = ("cisl_type", "level", "principle")
SAID: Final = (
    "A working paper by the Cambridge Institute for Sustainability Leadership (2021) tells three types of community "
    "mental-health intervention apart, three levels at which one can work (the project, the system of health and care, "
    "society), and principles of good growth. The codes are proposed from a service's own words and decided like all "
    "others; a principle that a page does not mention may still be kept."
)


def build_cisl(survey: Survey, area: Area) -> Part:
    tables: list[Table] = []
    for key in AXES:
        axis = survey.axes[key]
        tables.append(axis_table(f"by-{key}", axis.title, axis, area, codes=axis.rows))
        if area.key == EVERYWHERE and len(survey.areas) > 1:
            tables.append(locality_table(survey, axis, behind=f"by-{key}"))
    tables.append(cross_table(survey, area, ("cisl_type", "level")))
    return Part(blocks=(Words(text=SAID), *tables))


CISL: Final = Section(key="cisl", title="Types, levels and principles by the CISL report", build=build_cisl)
