"""Search: queries from places and the codebook; the Brave adapter against a server that speaks its protocol."""

import csv
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copytree
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.discovery.brave import KEY_VARIABLE, Brave
from flows.discovery.search import SearchError, queries, search_into
from register.datafile import read_csv
from register.errors import ConfigError
from register.localities.locality import read_locality
from register.localities.seeds import Result

DATA = Path(__file__).parent.parent / "data"
KEY = "sesame-7f3"
FOUND = {
    "web": {
        "results": [
            {"title": "Otterby  Tea", "url": "https://tea.example.org/groups"},
            {"title": "=1+1", "url": "www.shed.example.org"},
            {"title": "broken", "url": "not an address"},
        ]
    }
}


class Engine:
    """A search API on loopback: `answers` are (status, headers, body) for the next requests, then FOUND."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[tuple[str, str]] = []
        engine = self

        class Api(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)
                engine.asked.append((query["q"][0], self.headers["X-Subscription-Token"]))
                given = (200, {}, json.dumps(FOUND).encode())
                status, headers, body = engine.answers.pop(0) if engine.answers else given
                if self.headers["X-Subscription-Token"] != KEY:
                    status, headers, body = 422, {}, b'{"error": {"code": "SUBSCRIPTION_TOKEN_INVALID"}}'
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/res/v1/web/search"


@pytest.fixture
def engine() -> Iterator[Engine]:
    one = Engine()
    yield one
    one.server.shutdown()
    one.server.server_close()


def brave(engine: Engine, *, key: str = KEY, slept: list[float] | None = None) -> Brave:
    return Brave(key, endpoint=engine.address, sleep=(slept if slept is not None else []).append)


def now() -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC)


def test_results_become_rows_that_seed_a_locality(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "seeds" / "x.csv"
    assert search_into(path, ("tea Otterby", "shed Otterby"), brave(engine), clock=now) == 4
    rows = read_csv(Result, path)
    assert [(r.query, r.rank, r.url) for r in rows[:2]] == [
        ("tea Otterby", 1, "https://tea.example.org/groups"),
        ("tea Otterby", 2, "https://www.shed.example.org/"),
    ]
    assert rows[0].title == "Otterby Tea"
    assert rows[1].title == "'=1+1"
    assert KEY not in path.read_text()
    # Asked again, it asks only what it does not hold.
    assert search_into(path, ("tea Otterby", "choir Otterby"), brave(engine), clock=now) == 2
    assert [query for query, _ in engine.asked] == ["tea Otterby", "shed Otterby", "choir Otterby"]


def test_a_rate_limit_is_waited_out_as_the_api_says(engine: Engine) -> None:
    limited = {"X-RateLimit-Remaining": "0, 1900", "X-RateLimit-Reset": "2, 1419704"}
    engine.answers = [(429, limited, b"{}")]
    slept: list[float] = []
    assert len(brave(engine, slept=slept).search("tea")) == 3
    assert 2.0 in slept


def test_a_quota_that_ran_out_stops_and_keeps_what_was_found(engine: Engine, tmp_path: Path) -> None:
    spent = {"X-RateLimit-Remaining": "1, 0", "X-RateLimit-Reset": "1, 1419704"}
    engine.answers = [(200, {}, json.dumps(FOUND).encode()), (429, spent, b"{}")]
    with pytest.raises(SearchError, match="429, the quota is used up for 1419704 seconds"):
        search_into(tmp_path / "x.csv", ("tea", "shed"), brave(engine), clock=now)
    assert {row.query for row in read_csv(Result, tmp_path / "x.csv")} == {"tea"}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((200, {}, b"<html>sign in</html>"), "no list of web results"),
        ((200, {}, b'{"web": {"results": [{"title": "x"}]}}'), "no list of web results"),
        ((200, {}, b"[1, 2]"), "no list of web results"),
        ((500, {}, b""), "answered 500, expected 200"),
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), "answered 302"),
        ((429, {}, b"{}"), "429"),
    ],
)
def test_what_is_no_answer_is_told_without_the_key(engine: Engine, answer: tuple, says: str) -> None:
    engine.answers = [answer] * 3
    with pytest.raises(SearchError, match=says) as refused:
        brave(engine).search("tea")
    assert KEY not in str(refused.value)


def test_nothing_found_is_nothing(engine: Engine) -> None:
    engine.answers = [(200, {}, b'{"type": "search", "query": {"original": "tea"}}')]
    assert brave(engine).search("tea") == ()


def test_a_wrong_key_is_told_and_never_shown(engine: Engine) -> None:
    with pytest.raises(SearchError, match="answered 422, the request or key is not accepted") as refused:
        brave(engine, key="wrong-key").search("tea")
    assert "wrong-key" not in f"{refused.value!r}{refused.value.__cause__!r}{brave(engine, key='wrong-key')!r}"
    with pytest.raises(SearchError, match=KEY_VARIABLE):
        brave(engine, key="")


def test_nobody_there_is_told() -> None:
    with pytest.raises(SearchError, match="no answer"):
        Brave(KEY, endpoint="http://127.0.0.1:9/", sleep=lambda seconds: None).search("tea")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    data = Path(copytree(DATA, tmp_path / "data"))
    text = 'name = "Salford"\ngss_code = "E08000006"\nplaces = ["Otterby Fields"]\n'
    (data / "localities" / "salford.toml").write_text(text)
    return data


def test_queries_begin_with_what_promises_most_and_reach_every_town(data: Path) -> None:
    asked = queries(read_locality(data, "salford"), data)
    rows = list(csv.DictReader((data / "searches.csv").open()))
    assert asked[0] == f"{rows[0]['words']} Salford"
    assert len(asked) == len(set(asked)) > 6 * len(rows)
    assert f"{rows[0]['words']} Swinton Salford" in asked[:20]
    assert f"{rows[-1]['words']} Otterby Fields Salford" in asked
    assert all(any(row["words"] in query for query in asked[:300]) for row in rows)


def test_words_for_a_code_that_is_none_are_refused(data: Path) -> None:
    path = data / "searches.csv"
    path.write_text(path.read_text() + "knitting,wool\n")
    with pytest.raises(ConfigError, match="code: found 'wool'"):
        queries(read_locality(data, "salford"), data)


def test_every_type_and_factor_that_residents_take_part_in_is_searched_for() -> None:
    codes = {row["code"] for row in csv.DictReader((DATA / "searches.csv").open())}
    factors = {row["code"] for row in csv.DictReader((DATA / "codebook" / "factors.csv").open())}
    types = {row["code"] for row in csv.DictReader((DATA / "codebook" / "types.csv").open())}
    assert not factors - codes
    assert types - codes == {"other", "policy_place_change"}


def test_a_dry_run_prints_queries_and_cost_and_needs_no_key(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    dry = CliRunner().invoke(cli, ["--data", str(data), "search", "salford", "--dry-run", "--limit", "3"])
    assert dry.output.splitlines()[-1].startswith("3 queries of ")
    assert "3 requests to brave" in dry.output
    refused = CliRunner().invoke(cli, ["--data", str(data), "search", "salford"])
    assert KEY_VARIABLE in str(refused.exception)
    assert not (data / "seeds").exists()
