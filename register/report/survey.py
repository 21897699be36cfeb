"""All that the report is made from: records by area, and what they are set against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from register.codes.codebook import Codebook
from register.localities.outlines import Outlines
from register.report.answers import Answers
from register.report.axes import Axis
from register.report.indicators import NeedData
from register.report.records import Area
from register.report.repeat import Repeat
from register.report.routes import Flow, Searches
from register.report.rules import MapRules, Mismatch
from register.report.totals import Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """All that the report is made from; no clock, no store, no file.

    `crosses` are the axes to be crossed, `public` is the address of the public pages ("" where it is not known),
    `origin` tells how the records came to be approved where that was not by reviewers.
    """

    made_at: datetime
    codebook: Codebook
    rules: MapRules
    mismatches: tuple[Mismatch, ...]
    axes: Mapping[str, Axis]
    items: Mapping[str, str]  # TIDieR items' labels
    answers: Answers
    everywhere: Area
    areas: tuple[Area, ...]
    need: NeedData
    totals: Mapping[tuple[str, str], Totals]  # of the need's codes, over all localities of the report
    searches: Searches
    flows: Mapping[str, Flow]  # by locality
    outlines: Outlines
    crosses: tuple[tuple[str, ...], ...] = ()
    repeat: Repeat | None = None  # two publications compared
    public: str = ""
    origin: str = ""
