"""Every number of the report that counts services leads to them: told by walking through its pages."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from parsel import Selector

from flows.reporting.report import take_survey
from flows.reporting.report_files import write_files
from register.models import ServiceRecord
from register.report.repeat import repeat, with_repeat
from register.report.routes import Flow, Reading
from register.report.survey import Survey
from register.store import Store
from tests.mapped import DATA, NOW, lay_records
from tests.test_report_tables import invented

CLOSED = datetime(2026, 9, 20, tzinfo=UTC)
# Numbers that count no services of the register: people and districts, estimates, effort, and pages and drafts, of
# which the report has nothing but their number.
OTHERS = {
    "need-population": {"People", "District's place by need"},
    "need-factor": {"People", "District's place by need"},
    "gaps": {"Share of people", "If spread as the people are"},
    "completeness-by-type": {"There may be", "Share known", "At least"},
    "completeness-by-locality": {"There may be", "Share known", "At least"},
    "next-search": {"So far", "Pages or statements", "New services expected"},
}
WORDS = {"form": {"What they say"}, "next-search": {"Of"}, "indicators": None, "not-joined": None}  # None: all columns


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty services in two places; of what was published before, one was closed in one place, and all in a third."""
    scratch = tmp_path_factory.mktemp("links")
    settings = lay_records(scratch / "register.db", invented(60))
    with Store(settings.register, clock=lambda: NOW) as store:
        survey = take_survey(store, DATA)
        now = tuple(record for record in store.records.all() if record.withdrawn_at is None)
    survey = with_repeat(survey, repeat(*then_and_now(now), survey.axes, names=("Then", "now")), str.capitalize)
    write_files(searched(survey), scratch / "map")
    return scratch / "map"


def then_and_now(now: tuple[ServiceRecord, ...]) -> tuple[tuple[ServiceRecord, ...], tuple[ServiceRecord, ...]]:
    closed = (replace(now[0], id="tm-x", name="Gone <b>"), replace(now[1], id="tm-y", locality="wether"))
    tombstones = tuple(replace(record, withdrawn_at=CLOSED) for record in closed)
    changed = replace(now[5], fields=tuple(f for f in now[5].fields if f.name != "code.type"))
    return (*now[2:5], changed, *now[6:], *closed), (*now, *tombstones)


def searched(survey: Survey) -> Survey:
    """As if every service had been found by reading a page of its own."""
    readings, flows, routes = {}, {}, {}
    for area in survey.areas:
        known = (*area.records, *area.away)
        read = [Reading(at=record.fetched_at, routes=("web_desk",), finds=1, records=(record.id,)) for record in known]
        readings[area.key] = tuple(read)
        routes |= {record.id: ("web_desk", "directory")[: n % 3] for n, record in enumerate(known)}
        flows[area.key] = Flow(pages=99, with_service=len(known), accepted=len(known), published=len(known))
    return replace(survey, searches=replace(survey.searches, readings=readings, routes=routes), flows=flows)


def cells(page: Path) -> Iterator[tuple[str, str, str, Selector]]:
    """Each cell with its table, its column, and the label of its row."""
    for table in Selector(page.read_text(encoding="utf-8")).xpath("//table"):
        columns = table.xpath(".//thead//span/text()").getall()
        for row in table.xpath(".//tbody/tr"):
            for column, cell in zip(columns[1:], row.xpath("td"), strict=True):
                yield table.xpath("caption/@id").get(""), column, row.xpath("th/text()").get(""), cell


def is_other(table: str, column: str, label: str) -> bool:
    if table in WORDS and (WORDS[table] is None or column in (WORDS[table] or ())):
        return True
    return column in OTHERS.get(table, ()) or (table == "flow" and label != "Records: published")


def test_every_number_of_services_leads_to_them(folder: Path) -> None:
    pages = [folder / "index.html", *sorted(folder.glob("places/*/index.html"))]
    assert len(pages) == 4
    seen, silent = set(), []
    for page in pages:
        for table, column, label, cell in cells(page):
            text = "".join(cell.xpath("./text() | ./a/text()").getall())
            is_number = any(sign in "123456789" for sign in text) and not is_other(table, column, label)
            if is_number and not text.startswith("0 of "):
                seen.add(table)
                if not cell.xpath("a/@href"):
                    silent.append((page.parent.name, table, label, column, text))
    assert silent == []
    assert seen > {"repeat-by-locality", "repeat-services", "repeat-type", "repeat-tidier", "flow", "next-search"}
    assert seen > {"tidier", "evaluation", "lists", "completeness-by-locality", "completeness-by-type", "form"}


def test_every_link_leads_to_what_is_there(folder: Path) -> None:
    anchors: dict[Path, set[str]] = {}
    for path in folder.rglob("*.html"):
        for to in Selector(path.read_text(encoding="utf-8")).xpath("//main//a/@href").getall():
            if "://" not in to:
                file, anchor = urldefrag(to)
                target = (path.parent / unquote(file)).resolve() if file else path.resolve()
                if target not in anchors:
                    held = target.read_text(encoding="utf-8") if target.suffix == ".html" else "<p>"
                    anchors[target] = set(Selector(held).xpath("//@id").getall())
                assert not anchor or unquote(anchor) in anchors[target], f"{path}: {to}"


def test_a_list_has_as_many_services_as_its_number_says(folder: Path) -> None:
    page = folder / "places" / "fenmarsh" / "index.html"
    compared = 0
    for table, column, label, cell in cells(page):
        to = cell.xpath("a/@href").get()
        if table.startswith("repeat-") and to:
            file, anchor = urldefrag(to)
            listed = Selector((page.parent / file).read_text(encoding="utf-8"))
            held = listed.xpath(f"//section[@id='{unquote(anchor)}']//li")
            assert len(held) == int(cell.xpath("a/text()").get("")), (table, label, column)
            compared += 1
    assert compared > 50


def test_a_service_that_is_gone_is_told_of_still(folder: Path) -> None:
    services = Selector((folder / "places" / "wether" / "gone.html").read_text(encoding="utf-8"))
    assert services.xpath("//article/@id").getall() == ["tm-y"]
    closed = Selector((folder / "places" / "ashby" / "repeat-services.html").read_text(encoding="utf-8"))
    closed = (
        closed
        if closed.xpath("//section[@id='all-closed']")
        else Selector((folder / "places" / "fenmarsh" / "repeat-services.html").read_text(encoding="utf-8"))
    )
    assert closed.xpath("string(//section[@id='all-closed']//li)").get() == "Gone <b> (not on the map any more)"
