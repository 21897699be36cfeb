"""Report: the published records as tables and pictures in one folder that asks nothing of any host."""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flows.publishing.public_face import refresh_public
from flows.reporting.printing import print_page
from flows.reporting.report_files import write_files
from flows.settings import Settings
from register.codes.checklist import read_checklist
from register.codes.codebook import Codebook, read_codebook
from register.errors import ConfigError, NotFoundError, TidiermapError
from register.localities.locality import read_districts, read_locality
from register.localities.outlines import read_outlines
from register.public.rules import read_plain_words
from register.report.answers import Answers, read_measures
from register.report.axes import check_cross, read_axes
from register.report.indicators import read_need_data
from register.report.pages import MARK, page_of
from register.report.records import EVERYWHERE, Area, MappedRecord
from register.report.repeat import repeat, with_repeat
from register.report.routes import Searches, read_route_lists
from register.report.rules import read_map_rules, read_mismatches
from register.report.survey import Survey
from register.report.totals import total
from register.reviewing.provider_form import read_provider_form
from register.store import Store

MOST_PRINTED: Final = 12  # localities of a report, up to which the page of each is printed too


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was written: the folder, how many records and localities it counts, and how long it took."""

    folder: Path
    records: int
    localities: int
    files: int
    seconds: float
    printed: tuple[str, ...] = ()  # the PDF files
    unprinted: str = ""  # why there are none


def write_map(
    localities: Sequence[str] = (),
    *,
    settings: Settings,
    folder: Path,
    crosses: Sequence[Sequence[str]] = (),
    public: str = "",
    origin: str = "",
    since: str = "",
    until: str = "last",
    browser: str | None = None,
) -> Report:
    """Writes the report of these localities (of all that have published records where none is named) to `folder`, in
    the place of an earlier report; a reader finds the one or the other, never files of both.

    `crosses` are axes to be crossed beyond those of data/map/map.toml, `public` is the address of the public pages,
    `origin` says how the records were approved where that was not by reviewers, `since` and `until` are publications to
    be compared, `browser` is a Chromium that prints the pages. Raises ConfigError for an unknown axis or a folder that
    holds something else, NotFoundError for a locality without records or an unknown publication.
    """
    began, folder = time.monotonic(), folder.resolve()
    _check_folder(folder)
    refresh_public(settings)
    with settings.open_store() as store:
        survey = take_survey(store, settings.data, localities, crosses=crosses, public=public, origin=origin)
        survey = _compared(store, survey, settings.data, since, until, localities) if since else survey
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        made = Path(scratch) / "report"
        files = write_files(survey, made)
        printed, unprinted = _print(made, survey, browser) if browser else ((), "")
        _take_place(made, folder, Path(scratch) / "earlier")
    return Report(
        folder=folder,
        records=len(survey.everywhere.records),
        localities=len(survey.areas),
        files=files,
        seconds=time.monotonic() - began,
        printed=printed,
        unprinted=unprinted,
    )


def _take_place(made: Path, folder: Path, aside: Path) -> None:
    if folder.exists():
        folder.rename(aside)
    made.rename(folder)


def _compared(store: Store, survey: Survey, data: Path, since: str, until: str, localities: Sequence[str]) -> Survey:
    """The survey with two publications compared."""
    before, after = (store.publications.find(name) for name in (since, until))
    names = (f"The map of {before.published_at:%-d %B %Y}", f"that of {after.published_at:%-d %B %Y}")
    then, now = store.publications.records(before), store.publications.records(after)
    found = repeat(then, now, survey.axes, names=names, localities=frozenset(localities))
    return with_repeat(survey, found, lambda key: _name(data, key, key))


def _print(made: Path, survey: Survey, browser: str) -> tuple[tuple[str, ...], str]:
    """Prints the page of all localities, and that of each where they are few, to `report.pdf` beside it; gives the
    paths, and why it stopped where it did."""
    areas = (survey.everywhere, *(survey.areas if 1 < len(survey.areas) <= MOST_PRINTED else ()))
    printed: list[str] = []
    for area in areas:
        page = made / page_of(area)
        target = page.with_name("report.pdf")
        try:
            print_page(page, target, browser=browser)
        except TidiermapError as error:
            return tuple(printed), str(error)
        printed.append(str(target.relative_to(made)))
    return tuple(printed), ""


def _check_folder(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir() or (any(folder.iterdir()) and not (folder / MARK).exists()):
        expected = "a folder that is not there yet, is empty, or holds an earlier report"
        raise ConfigError("report", "--out", str(folder), expected)


def take_survey(
    store: Store,
    data: Path,
    localities: Sequence[str] = (),
    *,
    crosses: Sequence[Sequence[str]] = (),
    public: str = "",
    origin: str = "",
) -> Survey:
    """All that the report is made from, read from the register and the data files."""
    codebook = read_codebook(data)
    rules = read_map_rules(data, codebook)
    axes = read_axes(codebook, read_plain_words(data, codebook), rules.intersections)
    asked = [check_cross(keys, axes, where="data/map/map.toml") for keys in rules.crosses]
    asked += [check_cross(keys, axes, where="report") for keys in crosses]
    everywhere, areas = _areas(store, data, tuple(localities))
    need = read_need_data(data, codebook)
    return Survey(
        made_at=store.clock(),
        codebook=codebook,
        rules=rules,
        mismatches=read_mismatches(data, codebook),
        axes=axes,
        items={item.name: item.label for item in read_checklist(data).items},
        everywhere=everywhere,
        areas=areas,
        need=need,
        totals=total(areas, axes, need),
        searches=_searches(store, data),
        flows=store.searches.flows(),
        outlines=read_outlines(data),
        answers=_answers(store, data, codebook),
        crosses=tuple(dict.fromkeys(asked)),
        public=public.rstrip("/"),
        origin=origin,
    )


def _answers(store: Store, data: Path, codebook: Codebook) -> Answers:
    """What providers told on the form, of the records of now."""
    form = read_provider_form(data)
    told: dict[str, dict[str, str]] = defaultdict(dict)
    for answer in store.monitoring.latest():
        told[answer.record_id][answer.question] = answer.value
    return Answers(form=form, measures=read_measures(data, codebook, form), by_record=told)


def _searches(store: Store, data: Path) -> Searches:
    return Searches(
        lists=read_route_lists(data),
        routes=store.searches.routes(),
        readings=store.searches.readings(),
        open_pairs=store.searches.open_pairs(),
    )


def _areas(store: Store, data: Path, asked: tuple[str, ...]) -> tuple[Area, tuple[Area, ...]]:
    held = store.mapped.localities()
    if lost := next((key for key in asked if key not in held), ""):
        raise NotFoundError(f"locality {lost}: it has no published records; there are: {', '.join(held) or 'none'}")
    found: dict[str, list[MappedRecord]] = defaultdict(list)
    for record in store.mapped.records(asked):
        found[record.locality].append(record)
    districts = {district.gss_code: district.name for district in read_districts(data)}
    areas = (
        _area(key, _name(data, key, districts.get(held[key], key)), held[key], records)
        for key, records in found.items()
    )
    ordered = tuple(sorted(areas, key=lambda area: area.name.casefold()))
    whole = [record for area in ordered for record in (*area.records, *area.away)]
    return _area(EVERYWHERE, "All localities", "", whole), ordered


def _name(data: Path, key: str, otherwise: str) -> str:
    """The locality's name; that of its district where its file is gone."""
    try:
        return read_locality(data, key).name
    except ConfigError:
        return otherwise


def _area(key: str, name: str, gss_code: str, records: Sequence[MappedRecord]) -> Area:
    ordered = sorted(records, key=lambda record: (record.name.casefold(), record.id))
    return Area(
        key=key,
        name=name,
        gss_code=gss_code,
        records=tuple(record for record in ordered if not record.is_away),
        away=tuple(record for record in ordered if record.is_away),
    )
