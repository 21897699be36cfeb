"""The sections of the report, in the order of the page: a section is one line here, and a module that builds it."""

from __future__ import annotations

from typing import Final

from register.report.cisl import CISL
from register.report.completeness import COMPLETENESS
from register.report.crosses import CROSSES
from register.report.evaluation import EVALUATION
from register.report.glance import GLANCE
from register.report.mismatch import MISMATCH
from register.report.need import NEED
from register.report.repeat import REPEAT
from register.report.study_tables import REPLICATION_TABLES, STUDY_TABLES
from register.report.tables import Section

SECTIONS: Final[tuple[Section, ...]] = (
    GLANCE,
    STUDY_TABLES,
    CROSSES,
    MISMATCH,
    NEED,
    COMPLETENESS,
    CISL,
    EVALUATION,
    REPEAT,
    REPLICATION_TABLES,
)
