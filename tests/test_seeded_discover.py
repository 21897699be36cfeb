"""A seeded locality from its list to the queue: small budgets, routes kept, shared platforms named for a person."""

from pathlib import Path
from shutil import copytree

from flows.discovery.discover import discover
from flows.progress import QuietProgress
from flows.reporting.run_report import write_report
from flows.settings import Settings
from register.store.crawling.runs import Issue
from tests.loopback import Answer, Route, serving

DATA = Path(__file__).parent.parent / "data"
PAGE = """<html><head><title>{name}</title></head><body><h1>{name}</h1>
<p>{name} is a friendship group for anyone who feels lonely. Come for a hot drink and a chat every Monday, 2pm to 4pm,
at the community centre, {postcode}. It is free, just come along.</p>
<p>Run by volunteers. To join, call 0161 496 0000.</p><ul>{links}</ul></body></html>"""


def routes(name: str, postcode: str) -> dict[str, Route]:
    """A site of many pages, each of which leads to five more."""
    links = [
        "".join(f'<li><a href="/{n}/">Notes {n}</a></li>' for n in range(number + 1, number + 6))
        for number in range(20)
    ]
    notes: dict[str, Route] = {
        f"/{number}/": Answer(body=f"<html><body><h1>Notes {number}</h1><ul>{links[number]}</ul></body></html>")
        for number in range(1, 20)
    }
    return notes | {"/": Answer(body=PAGE.format(name=name, postcode=postcode, links=links[0]))}


def test_what_is_no_address_stands_in_the_report_as_it_was_found(tmp_path: Path) -> None:
    settings = Settings(register=tmp_path / "register.db", data=DATA)
    with settings.open_store() as store:
        run = store.runs.start("discover", "salford")
        store.runs.note_issue(run, Issue(url="http://[torn", kind="no web address", message="Tea Club"))
        store.runs.finish(run, verdict="healthy", finish_reason="finished", counts={})
    report = write_report(run, settings=settings).read_text(encoding="utf-8")
    assert "http://[torn" in report
    assert 'href="http://[torn' not in report


def test_a_list_of_addresses_fills_the_queue_within_its_budget(tmp_path: Path) -> None:
    data = Path(copytree(DATA, tmp_path / "data"))
    (data / "seeds").mkdir()
    near, away = routes("Otterby Tea Club", "M5 4WT"), routes("Far Tea Club", "BL9 0SW")
    with serving(near) as here, serving(away) as far:
        rows = f"url,name,note\n{here.base}/,Tea,\n{far.base}/,,\nhttps://www.facebook.com/otterby,Otterby Tea,\n"
        (data / "seeds" / "found.csv").write_text(rows)
        (data / "localities" / "salford.toml").write_text(
            'name = "Salford"\ngss_code = "E08000006"\nallow_loopback = true\ndelay_seconds = 0\n'
            '[[source]]\nkind = "addresses"\nfile = "seeds/found.csv"\nmax_pages_per_host = 6\n'
        )
        settings = Settings(register=tmp_path / "register.db", data=data)
        summary = discover("salford", settings=settings, progress=QuietProgress())
    assert len([path for path in here.asked if path != "/robots.txt"]) <= 6
    assert ("shared platform", "https://www.facebook.com/otterby") in {(i.kind, i.url) for i in summary.issues}
    assert "  for a person to look at (1 shared platform):" in summary.lines()
    assert not [line for line in summary.lines() if line.startswith("  no page")]
    report = write_report(summary.run_id, settings=settings).read_text(encoding="utf-8")
    assert "For a person to look at (1)" in report
    assert "gave no page" not in report
    with settings.open_store() as store:
        scopes = {row.name: row.scope.value for row in store.queue.rows(locality="salford")}
        (row,) = store.queue.rows(search="Otterby Tea Club")
        led = store.routes.of_candidate(row.id)
    assert scopes["Otterby Tea Club"] == "local"
    assert scopes["Far Tea Club"] == "elsewhere"
    assert [(route.kind, route.source) for route in led] == [("addresses", "seeds/found.csv")]
