"""Services beside people: rates and shares reckoned by hand, what does not join, and words that promise nothing."""

from __future__ import annotations

import math
import re
from pathlib import Path
from shutil import copytree

import pytest

from flows.reporting.report import take_survey, write_map
from flows.settings import Settings
from register.codes.codebook import read_codebook
from register.errors import ConfigError
from register.rates import poisson_interval, share_interval
from register.report.in_short import in_short
from register.report.indicators import read_need_data
from register.report.need import build_need
from register.report.provision import AMONG_LOCALITIES, AMONG_PEOPLE, Provision, provisions, ranked_gaps
from register.report.survey import Survey
from register.report.tables import Words
from register.store import Store
from tests.mapped import DATA, NOW, Laid, lay_records

HARTLEPOOL, MIDDLESBROUGH, SOMERSET = "E06000001", "E06000002", "E06000066"
NEED = read_need_data(DATA, read_codebook(DATA))


def survey_of(path: Path, records: list[Laid]) -> Survey:
    settings = lay_records(path, records)
    with Store(settings.register, clock=lambda: NOW) as store:
        return take_survey(store, DATA)


def service(n: int, *populations: str, factor: str = "", at: tuple[str, str] = ("fenmarsh", HARTLEPOOL)) -> Laid:
    told = {"code.population": populations} if populations else {}
    if factor:
        told["code.factor"] = (factor,)
    return Laid(id=f"{at[0]}-{n:03}", locality=at[0], gss_code=at[1], told=told)


def of(found: tuple[Provision, ...], code: str) -> Provision:
    return next(one for one in found if one.link.code == code)


def test_intervals_are_those_of_the_tables() -> None:
    """Garwood's for 0 and 10 events, and Clopper and Pearson's for 0 and 3 of 10, as tables print them."""
    assert poisson_interval(0) == pytest.approx((0, 3.689), abs=0.001)
    assert poisson_interval(10) == pytest.approx((4.795, 18.390), abs=0.001)
    assert share_interval(0, 10) == pytest.approx((0, 0.3085), abs=0.0001)
    assert share_interval(3, 10) == pytest.approx((0.0667, 0.6525), abs=0.0001)
    assert share_interval(0, 0) == (0, 1)


def test_an_exact_interval_leaves_at_most_a_fortieth_on_either_side() -> None:
    low, high = poisson_interval(7)
    above = 1 - sum(math.exp(-low) * low**k / math.factorial(k) for k in range(7))
    below = sum(math.exp(-high) * high**k / math.factorial(k) for k in range(8))
    assert [above, below] == pytest.approx([0.025, 0.025])


def test_a_rate_is_for_the_people_of_the_group(tmp_path: Path) -> None:
    survey = survey_of(tmp_path / "r.db", [service(n, "older_adults") for n in range(4)])
    older = of(provisions(survey, survey.areas[0]), "older_adults").rate
    assert older is not None
    assert older.people == NEED.values["population_65_plus"][HARTLEPOOL]
    assert older.rate == pytest.approx(40_000 / older.people)
    assert (older.low, older.high) == pytest.approx(tuple(n * 10_000 / older.people for n in poisson_interval(4)))


def test_a_share_of_services_stands_beside_the_share_of_people(tmp_path: Path) -> None:
    here = [service(n, "men") for n in range(60)] + [service(60, "older_adults")]
    there = [service(n, "older_adults", at=("northam", MIDDLESBROUGH)) for n in range(9)]
    survey = survey_of(tmp_path / "r.db", here + there)
    within, between = sorted(of(provisions(survey, survey.areas[0]), "older_adults").balances, key=lambda b: b.whole)[
        ::-1
    ]
    older, adults = (NEED.values[key] for key in ("population_65_plus", "population_16_plus"))
    assert (within.basis, within.part, within.whole) == (AMONG_PEOPLE, 1, 61)
    assert within.people == pytest.approx(older[HARTLEPOOL] / adults[HARTLEPOOL])
    assert within.is_gap
    assert (between.basis, between.part, between.whole) == (AMONG_LOCALITIES, 1, 10)
    assert between.people == pytest.approx(older[HARTLEPOOL] / (older[HARTLEPOOL] + older[MIDDLESBROUGH]))


def test_gaps_are_ranked_by_how_far_apart_the_shares_surely_are(tmp_path: Path) -> None:
    records = [service(n, "men") for n in range(80)] + [service(80 + n, "older_adults") for n in range(6)]
    survey = survey_of(tmp_path / "r.db", records)
    gaps = ranked_gaps(provisions(survey, survey.areas[0]))
    codes = [one.link.code for one, _ in gaps]
    assert codes.index("women") < codes.index("older_adults"), (
        "half the people and no service, before a quarter and six"
    )
    assert "men" not in codes
    words = next(b for b in build_need(survey, survey.areas[0]).blocks if isinstance(b, Words) and b.points)
    assert words.points[0].startswith("Women: 0 of the 86 services here for some group, 0.0% (0.0% to 4.2%), while")


def test_services_for_everybody_weigh_on_no_group(tmp_path: Path) -> None:
    """Half of the services for some group are for women: that two hundred are for everybody is no gap of theirs."""
    records = [service(n, "general") for n in range(200)]
    records += [service(200 + n, "women" if n % 2 else "men") for n in range(20)]
    survey = survey_of(tmp_path / "r.db", records)
    found = {one.link.code: one.balances for one in provisions(survey, survey.areas[0])}
    (women,) = found["women"]
    assert (women.part, women.whole, women.is_gap) == (10, 20, False)


def test_no_gap_is_told_where_chance_may_have_done_it(tmp_path: Path) -> None:
    survey = survey_of(tmp_path / "r.db", [service(n, "men") for n in range(3)])
    assert [one.link.code for one, b in ranked_gaps(provisions(survey, survey.areas[0])) if b.people < 0.5] == []


def test_counts_of_merged_districts_are_added_up_and_shares_are_not() -> None:
    assert SOMERSET in NEED.values["population_16_plus"]
    assert SOMERSET not in NEED.values["health_index_unemployment"]
    why = {one.name: one.why for one in NEED.unjoined["health_index_unemployment"]}
    assert why["Somerset"] == "published for the 4 districts that became it; of theirs, no share can be made for it"
    assert {one.name for one in NEED.unjoined["population_16_plus"]} == set(), "every district has its adults"


def test_a_district_that_does_not_join_is_listed_by_name(tmp_path: Path) -> None:
    survey = survey_of(tmp_path / "r.db", [service(1, "older_adults", at=("moor", SOMERSET))])
    tables = {table.key: table for table in build_need(survey, survey.everywhere).tables}
    rows = {(row[0], row[2]): row[3] for row in tables["not-joined"].tidy_rows}
    assert "no level can be made" in str(rows[SOMERSET, "health_index_physical_activity"])


def test_a_locality_whose_code_is_no_district_has_no_rates(tmp_path: Path) -> None:
    survey = survey_of(tmp_path / "r.db", [service(1, "older_adults", at=("shire", "E10000003"))])
    assert all(one.rate is None and not one.balances for one in provisions(survey, survey.areas[0]))


def test_an_order_follows_its_direction() -> None:
    active = NEED.values["health_index_physical_activity"]
    least = min(active, key=lambda code: active[code])
    place = NEED.place("health_index_physical_activity", least)
    assert place is not None
    assert place[0] == 1, "where the fewest are active the need is most"


def test_everybody_is_no_group_with_a_place() -> None:
    assert NEED.place("population_16_plus", HARTLEPOOL) is None


def test_every_factor_and_population_of_the_codebook_is_mapped_or_said_not_to_be() -> None:
    codebook = read_codebook(DATA)
    wanted = {(scheme, code.code) for scheme in ("population", "factor") for code in codebook.scheme(scheme)}
    assert {(link.scheme, link.code) for link in NEED.links} == wanted
    assert all(one.licence and one.source and one.year and one.address for one in NEED.indicators.values())


@pytest.mark.parametrize(
    ("file", "was", "now", "message"),
    [
        ("map/needs.csv", "population,carers,", "population,carer,", "found 'carer'"),
        ("map/needs.csv", "imd_barriers_score", "imd_barrier", "found 'imd_barrier'"),
        ("map/indicators.csv", ",level,", ",lvel,", "found 'lvel'"),
        ("need.csv", "census_males", "census_boys", "found 'census_boys'"),
    ],
)
def test_a_fault_of_the_data_is_named(tmp_path: Path, file: str, was: str, now: str, message: str) -> None:
    data = Path(copytree(DATA, tmp_path / "data"))
    text = (data / file).read_text(encoding="utf-8")
    assert was in text
    (data / file).write_text(text.replace(was, now, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_need_data(data, read_codebook(data))


def test_the_report_never_says_that_there_is_enough(tmp_path: Path) -> None:
    records = [service(n, "men", factor="social_isolation") for n in range(30)]
    records += [service(n, "older_adults", at=("northam", MIDDLESBROUGH)) for n in range(30)]
    settings: Settings = lay_records(tmp_path / "r.db", records)
    report = write_map(settings=settings, folder=tmp_path / "map")
    pages = [path for path in report.folder.rglob("*") if path.suffix in (".html", ".csv", ".svg")]
    assert len(pages) > 10
    for path in pages:
        assert not re.search(r"\b(enough|sufficien\w*|adequate\w*)\b", path.read_text(encoding="utf-8"), re.I), path


def test_a_reader_in_a_hurry_is_told_the_gaps_first(tmp_path: Path) -> None:
    records = [service(n, "men") for n in range(80)] + [service(80, "carers")]
    survey = survey_of(tmp_path / "r.db", records)
    told = in_short(survey, survey.areas[0])
    assert told.points[0].startswith("Women: 0 of the 81 services here for some group")
    assert any(point.startswith("Unpaid carers: 1 service, none that addresses “Caring") for point in told.points)
    assert "cannot be told" not in told.points[-1]


def test_a_row_without_an_indicator_says_why(tmp_path: Path) -> None:
    survey = survey_of(tmp_path / "r.db", [service(0, "carers")])
    table = next(t for t in build_need(survey, survey.areas[0]).tables if t.key == "need-population")
    labels = {row.label: row.note for row in table.rows}
    assert labels["Unpaid carers"].startswith("No indicator. Census 2021 counts unpaid carers by district")
    assert labels["Women"] == ""
