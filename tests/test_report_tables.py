"""The report's tables: each agrees with plain SQL, shows its zeros, and leads to the services that it counts."""

import random
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from click.testing import CliRunner
from parsel import Selector

from flows.cli import cli
from flows.reporting.report import write_map
from register.codes.codebook import read_codebook
from register.errors import ConfigError, NotFoundError
from tests.mapped import DATA, Laid, lay_records
from tests.plain_counts import compare, read_rows

CODEBOOK = read_codebook(DATA)
SCHEMES = ("type", "factor", "population", "cisl_type", "level", "principle", "sector", "setting", "evaluation")
TABLES = {
    *(f"by-{key}" for key in ("type", "factor", "population", "sector", "setting", "delivery", "cost", "referral")),
    *(f"by-{key}" for key in ("cisl_type", "level", "principle", "locality")),
    *(f"study-{key}" for key in ("type", "factor", "population")),
    *(f"{key}-by-locality" for key in ("type", "factor", "population", "cisl_type", "level", "principle", "mismatch")),
    *(f"cross-{pair}" for pair in ("type-factor", "type-population", "factor-population", "cisl_type-level")),
    "cross-population-cost-referral",
    "eligibility",
    "tidier",
    "mismatch",
    "evaluation",
    "measures",
    "websites-and-form",
}


def invented(count: int, seed: int = 8) -> list[Laid]:
    chance = random.Random(seed)  # noqa: S311 (invented services)
    codes = {s: [c.code for c in CODEBOOK.scheme(s)] for s in SCHEMES}
    found = []
    for n in range(count):
        told: dict[str, object] = {}
        for scheme in SCHEMES:
            few = codes[scheme][: 6 if scheme == "population" else None]  # so that intersections come about
            if chance.random() < 0.8:
                told[f"code.{scheme}"] = tuple(chance.sample(few, min(chance.choice((1, 1, 2, 3)), len(few))))
        told["eligibility.wide"] = chance.choice(("include", "exclude", "unclear"))
        told["eligibility.strict"] = chance.choice(("include", "exclude"))
        told["eligibility.scope"] = chance.choice(("local", "local", "unclear", "national_reference"))
        told["fact.cost"] = chance.choice(("free", "paid"))
        told["fact.referral"] = tuple(chance.sample(("self", "gp"), chance.choice((1, 2))))
        told |= {f"tidier.{item}": "so" for item in ("why", "where", "how") if chance.random() < 0.5}
        place = n % 2
        found.append(
            Laid(
                id=f"tm-{n:03d}",
                locality=("fenmarsh", "ashby")[place],
                gss_code=("E06000001", "E06000002")[place],
                name=f"{chance.choice(('Shed', 'Walks', '<b>Tea</b> & cake'))} {n}",
                told=told,  # type: ignore[arg-type]
                unasked=("tidier.tailoring",) if n % 5 == 0 else (),
                answers=answered(chance) if n % 3 == 0 else {},
                withdrawn_at="2026-09-02T09:00:00.000000Z" if n % 13 == 0 else None,
            )
        )
    return found


def answered(chance: random.Random) -> dict[str, str]:
    """Some answers to the monitoring form; the first three questions are left empty by some."""
    told = {
        "people_12_months": str(chance.choice((0, 12, 400))),
        "outcome_measures": chance.choice(("none", "wemwbs", "ons4; star", "own")),
        "evaluated": chance.choice(("no", "others")),
    }
    return {key: value for key, value in told.items() if chance.random() < 0.8} | {"usual_attendance": "7"}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    settings = lay_records(folder / "register.db", invented(60))
    write_map(settings=settings, folder=folder / "map", crosses=[("population", "cost", "referral")])
    return folder


def test_every_table_agrees_with_a_plain_count(report: Path) -> None:
    compared = {table: (number, wrong) for table, number, wrong in compare(report / "map", report / "register.db")}
    assert set(compared) == TABLES
    assert all(number > 0 for number, _ in compared.values())
    assert {table: wrong for table, (_, wrong) in compared.items() if wrong} == {}


def test_what_one_provider_answered_is_not_told_as_the_middle_of_a_place(tmp_path: Path) -> None:
    """Five answers have a middle; four could be told apart by those who gave them."""
    for count, said in ((5, "middle 30"), (4, "")):
        records = [Laid(id=f"tm-{n}", answers={"usual_attendance": str(n * 10 + 10)}) for n in range(count)]
        settings = lay_records(tmp_path / f"{count}.db", records)
        write_map(settings=settings, folder=tmp_path / f"map-{count}")
        rows = {row["question"]: row for row in read_rows(tmp_path / f"map-{count}", "form") if row["area"] == "all"}
        assert (rows["usual_attendance"]["answers"], rows["usual_attendance"]["said"]) == (str(count), said)


def test_zero_cells_stand_in_the_table_and_in_its_file(report: Path) -> None:
    rows = list(read_rows(report / "map", "cross-type-factor"))
    types, factors = len(CODEBOOK.scheme("type")) + 1, len(CODEBOOK.scheme("factor")) + 1
    assert len(rows) == 3 * types * factors  # both places, and all
    page = Selector((report / "map" / "index.html").read_text())
    table = page.xpath("//table[caption/@id='cross-type-factor']")
    assert len(table.xpath(".//td")) == types * factors
    assert set(table.xpath(".//td[@class='zero']/text()").getall()) == {"0"}


def test_replication_counts_the_codes_of_the_study_alone_and_shows_what_it_did_not_name(report: Path) -> None:
    rows = [row for row in read_rows(report / "map", "study-factor") if row["area"] == "all" and row["code"]]
    named = [row for row in rows if not row["code"].startswith("unpublished")]
    assert all(row["origin"].startswith("duncan2021") for row in named)
    assert len(rows) == 16
    assert len(rows) - len(named) == 4
    shown = Selector((report / "map" / "index.html").read_text()).xpath("//table[caption/@id='study-factor']")
    assert shown.xpath(".//td/text()").getall().count("not published") == 12


def test_named_intersections_have_rows_wherever_populations_are_counted(report: Path) -> None:
    codes = {row["code"] for row in read_rows(report / "map", "by-population")}
    crossed = {row["population"] for row in read_rows(report / "map", "cross-type-population")}
    for named in ("minority_ethnic_women", "minority_ethnic_men", "minority_ethnic_lgbtq"):
        assert named in codes
        assert named in crossed


def test_every_number_leads_to_as_many_services(report: Path) -> None:
    followed = 0
    for page in ("index.html", "places/ashby/index.html"):
        path = report / "map" / page
        for table in Selector(path.read_text()).xpath("//table"):
            for row in table.xpath(".//tbody/tr"):
                for column, cell in enumerate(row.xpath("./td"), 1):
                    if to := cell.xpath("./a/@href").get():
                        head = table.xpath(f".//thead/tr/th[{column + 1}]/span/text()").get("")
                        if head.startswith(("Share", "For every 10,000")):
                            continue  # they lead to the services that they are reckoned from
                        part, _, whole = cell.xpath("./a/text()").get("").replace(",", "").partition(" of ")
                        shown = int(part if table.xpath("./caption/@id").get() == "gaps" else whole or part)
                        assert listed(path.parent, to, head) == shown, (page, table.attrib, to, head)
                        followed += 1
    assert followed > 400


def listed(folder: Path, to: str, head: str) -> int:
    """How many services stand in the list at that address, in the groups that a column of that name counts."""
    file, anchor = urldefrag(to)
    path = (folder / file).resolve()
    section = Selector(path.read_text()).xpath(f"//section[@id='{anchor}']")
    assert section, to
    if "places" in path.parts[-2]:  # a list of all localities: of each its own list
        ways = section.xpath(".//li/a/@href").getall()
        return sum(1 if "/services" in urldefrag(way)[0] else listed(path.parent, way, head) for way in ways)
    wanted = {"Wide net": ("both", "wide"), "Strict net": ("both", "strict")}.get(head)
    count = 0
    for group in section.xpath(".//ul"):
        title = group.xpath("preceding-sibling::h3[1]/text()").get("")
        if wanted is None or any(word in title for word in wanted):
            count += len(group.xpath("./li"))
            for way in group.xpath("./li/a/@href").getall():
                assert f'id="{urldefrag(way)[1]}"' in (path.parent / urldefrag(way)[0]).read_text()
    return count


def test_names_from_websites_are_text_on_the_page(report: Path) -> None:
    pages = [path.read_text() for path in (report / "map").rglob("*.html")]
    assert any("&lt;b&gt;Tea&lt;/b&gt; &amp; cake" in page for page in pages)
    assert not any("<b>Tea" in page for page in pages)
    assert all("default-src 'none'" in page and "<script" not in page for page in pages)


def test_a_long_list_goes_on_over_pages(tmp_path: Path) -> None:
    records = [Laid(id=f"tm-{n:04d}", told={"code.type": ("food_security",)}) for n in range(1203)]
    write_map(settings=lay_records(tmp_path / "register.db", records), folder=tmp_path / "map")
    place = tmp_path / "map" / "places" / "fenmarsh"
    counts = [len(Selector((place / f"by-type{n}.html").read_text()).xpath("//li")) for n in ("", "-2", "-3")]
    assert counts[0] == counts[1] == 500
    assert 'href="by-type-2.html"' in (place / "by-type.html").read_text()
    assert len(Selector((place / "services-3.html").read_text()).xpath("//main/article")) == 203


def test_a_locality_that_is_not_asked_for_is_not_in_it(report: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke(
        cli, ["--register", str(report / "register.db"), "report", "ashby", "--out", str(tmp_path / "map")]
    )
    assert run.exit_code == 0, run.output
    assert "in 1 locality" in run.output
    assert {row["area"] for row in read_rows(tmp_path / "map", "by-type")} == {"ashby", "all"}


def test_what_cannot_be_made_is_refused_and_nothing_is_lost(report: Path, tmp_path: Path) -> None:
    settings = lay_records(tmp_path / "register.db", [])
    kept = tmp_path / "mine"
    kept.mkdir()
    (kept / "thesis.txt").write_text("years of work")
    with pytest.raises(ConfigError, match="holds an earlier report"):
        write_map(settings=settings, folder=kept)
    with pytest.raises(ConfigError, match="found 'colour', expected an axis"):
        write_map(settings=settings, folder=tmp_path / "map", crosses=[("type", "colour")])
    with pytest.raises(NotFoundError, match="locality narnia: it has no published records"):
        write_map(["narnia"], settings=settings, folder=tmp_path / "map")
    assert (kept / "thesis.txt").read_text() == "years of work"
    assert not (tmp_path / "map").exists()
