"""The sections of the report, in the order of the page: a section is one line here, and a module that builds it."""

from __future__ import annotations

from typing import Final

from register.report.tables import Section

SECTIONS: Final[tuple[Section, ...]] = ()
