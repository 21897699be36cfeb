"""Seeds: addresses in many spellings, faults by file and row, charity extracts in both forms, shared platforms."""

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from flows.discovery.seeds import BARREN_AFTER, PAGES_A_HOST, plant
from register.errors import ConfigError
from register.hosts import host_of
from register.localities.charities import read_rows
from register.localities.locality import read_locality
from register.localities.seeds import plain_address

DATA = Path(__file__).parent.parent / "data"
Place = Callable[[str, str], Path]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(copytree(DATA, tmp_path / "data"))


def locality(data: Path, sources: str, *, head: str = 'contact = "maps@example.org"') -> None:
    text = f'name = "Salford"\ngss_code = "E08000006"\n{head}\n{sources}'
    (data / "localities" / "salford.toml").write_text(text)


def seeded(data: Path, kind: str, file: str, text: str, *, more: str = ""):
    (data / "seeds").mkdir(exist_ok=True)
    (data / "seeds" / file).write_text(text)
    locality(data, f'[[source]]\nkind = "{kind}"\nfile = "seeds/{file}"\n{more}')
    return plant(read_locality(data, "salford"), data)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("www.a.org", "https://www.a.org/"),
        ("HTTP://A.org/ ", "http://a.org/"),
        ("https://a.org/x?y=1#part", "https://a.org/x?y=1"),
        ("a.org/groups", "https://a.org/groups"),
        ("//a.org", "https://a.org/"),
        ("http://127.0.0.1:8600/", "http://127.0.0.1:8600/"),
        ("a.org:8080/x", "https://a.org:8080/x"),
    ],
)
def test_addresses_are_spelled_alike(written: str, plain: str) -> None:
    assert plain_address(written) == plain


@pytest.mark.parametrize(
    "written",
    [
        "info@a.org",
        "none",
        "n/a",
        "see Facebook",
        "ftp://a.org/",
        "javascript:alert(1)",
        "https://",
        "http://u:p@a.org/",
        "",
    ],
)
def test_what_is_no_web_address_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="a web address"):
        plain_address(written)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Example.org:443/a", "example.org"),
        ("http://example.org", "example.org"),
        ("http://example.org:8080/", "example.org:8080"),
        ("http://example.org:443/", "example.org:443"),
        ("https://user@example.org/", "example.org"),
        ("https://example.org:99999/", "example.org"),
        ("mailto:info@example.org", ""),
    ],
)
def test_a_host_is_one_in_all_its_spellings(url: str, host: str) -> None:
    assert host_of(url) == host


def test_an_address_with_the_ports_default_is_the_one_without(data: Path) -> None:
    rows = "url,name,note\nhttps://www.a.org:443/tea,,\na.org/tea,,\nhttp://b.org:80/,,\n"
    planted = seeded(data, "addresses", "found.csv", rows)
    assert planted.locality.sources[0].start == ("https://www.a.org:443/tea", "http://b.org:80/")
    assert planted.routes("https://a.org/tea", -1) == (("addresses", "seeds/found.csv"),)


def test_a_list_of_addresses_becomes_sites_within_a_small_budget(data: Path) -> None:
    planted = seeded(
        data,
        "addresses",
        "found.csv",
        "url,name,note\nwww.a.org,A,\nhttps://a.org/,A again,\nb.org/groups,,from a poster\n"
        "https://www.facebook.com/otterby,Otterby Tea,\n",
    )
    (source,) = planted.locality.sources
    assert source.start == ("https://www.a.org/", "https://b.org/groups")
    assert (source.kind, source.max_pages_per_host, source.barren_after) == ("site", PAGES_A_HOST, BARREN_AFTER)
    assert [(issue.kind, issue.url) for issue in planted.issues] == [
        ("shared platform", "https://www.facebook.com/otterby")
    ]
    assert "Otterby Tea" in planted.issues[0].message
    assert planted.routes("https://b.org/groups/tea", 0) == (("addresses", "seeds/found.csv"),)
    assert planted.routes("https://c.org/", -1) == ()


def test_a_site_named_by_hand_stays_the_hands_and_keeps_both_routes(data: Path) -> None:
    (data / "seeds").mkdir()
    (data / "seeds" / "found.csv").write_text("url,name,note\nhttps://www.a.org/tea,,\nhttps://b.org/,,\n")
    locality(
        data,
        '[[source]]\nkind = "site"\nstart = ["https://a.org/"]\n'
        '[[source]]\nkind = "addresses"\nfile = "seeds/found.csv"\nmax_pages_per_host = 7\n',
    )
    planted = plant(read_locality(data, "salford"), data)
    assert [source.start for source in planted.locality.sources] == [("https://a.org/",), ("https://b.org/",)]
    assert planted.locality.sources[1].max_pages_per_host == 7
    assert planted.routes("https://a.org/tea", 0) == (("site", "https://a.org/"), ("addresses", "seeds/found.csv"))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("info@a.org,,", r"found.csv:3: url: found 'info@a.org', expected a web address"),
        ("http://192.168.1.4/,,", r"found.csv:3: url: found 'http://192.168.1.4/', expected a public host"),
        ("https://c.org/,,,one too many", r"found.csv:3: \(too many cells\)"),
    ],
)
def test_a_fault_in_a_list_is_named_by_file_and_row(data: Path, row: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        seeded(data, "addresses", "found.csv", f"url,name,note\nhttps://a.org/,,\n{row}\n")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ('kind = "addresses"\n', r"source.0.file: found '', expected a file below"),
        ('kind = "addresses"\nfile = "../../etc/hosts"\n', r"source.0.file: found '../../etc/hosts'"),
        ('kind = "search"\nfile = "crawl.toml"\nstart = ["https://a.org/"]\n', r"source.0.start"),
        ('kind = "site"\n', r"source.0.start: found 'nothing', expected at least one address"),
    ],
)
def test_a_seed_source_names_a_file_below_the_data_folder(data: Path, source: str, says: str) -> None:
    locality(data, f"[[source]]\n{source}")
    with pytest.raises(ConfigError, match=says):
        read_locality(data, "salford")


def test_a_seeded_locality_needs_a_contact_as_any_public_one_does(data: Path) -> None:
    locality(data, '[[source]]\nkind = "addresses"\nfile = "crawl.toml"\n', head="")
    with pytest.raises(ConfigError, match="contact"):
        read_locality(data, "salford")


def test_saved_search_results_are_seeds(data: Path) -> None:
    rows = "query,rank,title,url,found_at\nfriends salford,1,Tea,https://a.org/tea,2026-03-01T09:00:00Z\n"
    assert seeded(data, "search", "s.csv", rows).locality.sources[0].start == ("https://a.org/tea",)
    with pytest.raises(ConfigError, match=r"s.csv:2: rank: found '0'"):
        seeded(data, "search", "s.csv", rows.replace(",1,Tea", ",0,Tea"))


CHARITIES = [
    # number, name, web, postcode, status
    (1, "OTTERBY FRIENDS", "WWW.FRIENDS.ORG", "M5 4WT", "Registered"),
    (2, "BURY BOWLS", "bowls.org", "BL9 0SW", "Registered"),
    (3, "LONG GONE", "gone.org", "M5 4WT", "Removed"),
    (4, "NO WEBSITE", None, "M5 4WT", "Registered"),
    (5, "WORKS IN SALFORD", "http://works.org", "SW1A 1AA", "Registered"),
    (6, "TYPO", "someone@example.org", "M5 4WT", "Registered"),
    (7, "AT HOME", "http://192.168.1.4/", "M5 4WT", "Registered"),
]
COLUMNS = ("organisation_number", "charity_name", "charity_contact_web", "charity_contact_postcode")
AREAS = [(5, "Local Authority", "Salford City"), (2, "Local Authority", "Bury"), (2, "Country", "Scotland")]


def as_json() -> tuple[str, str]:
    charities = [
        {
            **dict(zip(COLUMNS, row[:4], strict=True)),
            "charity_registration_status": row[4],
            "charity_activities": "…" * 99,
        }
        for row in CHARITIES
    ]
    areas = [
        {"organisation_number": n, "geographic_area_type": kind, "geographic_area_description": name}
        for n, kind, name in AREAS
    ]
    return "\ufeff" + json.dumps(charities), json.dumps(areas, indent=1)


def as_tabs() -> tuple[str, str]:
    head = "\t".join((*COLUMNS, "charity_registration_status"))
    rows = "\n".join("\t".join(str(cell or "") for cell in row) for row in CHARITIES)
    areas = "\n".join("\t".join(str(cell) for cell in row) for row in AREAS)
    return f"{head}\n{rows}\n", f"organisation_number\tgeographic_area_type\tgeographic_area_description\n{areas}\n"


@pytest.mark.parametrize("extract", [as_json, as_tabs])
def test_a_charity_extract_gives_the_charities_of_the_locality(
    data: Path, extract: Callable[[], tuple[str, str]]
) -> None:
    charities, areas = extract()
    (data / "seeds").mkdir()
    (data / "seeds" / "areas").write_text(areas)
    planted = seeded(data, "charities", "charity", charities, more='areas = "seeds/areas"\n')
    assert planted.locality.sources[0].start == ("https://www.friends.org/", "http://works.org/")
    typo, private, without = planted.issues
    assert {issue.kind for issue in planted.issues} == {"no web address"}
    assert "TYPO: " in typo.message
    assert (
        "charity: charity 6: charity_contact_web: found 'someone@example.org', expected a web address" in typo.message
    )
    assert "charity 7: url: found 'http://192.168.1.4/', expected a public host" in private.message
    assert without.message.startswith("1 charities of the locality give no web address")


def test_a_torn_row_of_an_extract_is_named_and_the_others_are_kept(data: Path) -> None:
    head, *rows = as_tabs()[0].splitlines()
    rows[1] = rows[1].replace("BURY ", "BURY\n")
    rows[3] += "\tone cell too many"
    planted = seeded(data, "charities", "charity", "\n".join([head, *rows, ""]))
    assert planted.locality.sources[0].start == ("https://www.friends.org/",)
    torn = next(issue for issue in planted.issues if "number of cells" in issue.message)
    assert torn.message == "3 rows found with another number of cells than the header, passed over: 2, 3, 5"


def test_a_long_extract_is_read_across_its_chunks_and_a_torn_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "charity.json"
    rows = [{"organisation_number": n, "pad": "x" * 1000} for n in range(2500)]
    path.write_text(json.dumps(rows))
    assert [row["organisation_number"] for row in read_rows(path, ("organisation_number",))] == list(range(2500))
    path.write_text(json.dumps(rows)[:-500])
    with pytest.raises(ConfigError, match="row 2500"):
        list(read_rows(path, ("organisation_number",)))
    path.write_text('[{"name": "x"}]')
    with pytest.raises(ConfigError, match="row 1: organisation_number"):
        list(read_rows(path, ("organisation_number",)))
