"""The command line as a user types it: help, locality files, errors that can be mended."""

import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import COMMANDS, cli

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data"
HELP_SECONDS = 0.3


def tidiermap(*args: str | Path, **more) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "tidiermap", *args],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        **more,
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    return copy


def test_help_answers_at_once_and_names_every_command() -> None:
    took = []
    for _ in range(5):
        began = time.perf_counter()
        answer = tidiermap("--help")
        took.append(time.perf_counter() - began)
    assert min(took) <= HELP_SECONDS
    for command in COMMANDS:
        assert f"  {command} " in answer.stdout


def test_the_readme_names_every_command() -> None:
    told = (ROOT / "README.md").read_text()
    assert [one for one in COMMANDS if not re.search(rf"tidiermap {one}\b", told)] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    answer = CliRunner().invoke(cli, [command, "--help"], prog_name="tidiermap")
    assert answer.exit_code == 0
    assert f"Usage: tidiermap {command}" in answer.stdout


def test_help_imports_no_heavy_library() -> None:
    code = "import sys, flows.cli; print(sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("scrapy", "spacy", "prefect", "sklearn", "sqlite_utils", "pydantic", "starlette"):
        assert f"'{heavy}'" not in loaded


def test_a_new_locality_file_is_commented_and_loads_once_it_has_addresses(data: Path) -> None:
    answer = tidiermap("locality", "new", "wakefield", "--data", data)
    assert answer.returncode == 0, answer.stderr
    path = data / "localities" / "wakefield.toml"
    text = path.read_text()
    assert 'gss_code = "E08000036"' in text
    assert text.count("#") > 10
    refused = tidiermap("discover", "wakefield", "--data", data)
    assert refused.returncode == 2
    assert 'at least one [[source]] with start = ["https://..."]' in refused.stderr
    asked = tidiermap("search", "wakefield", "--dry-run", "--data", data)
    assert "wakefield" in asked.stdout.lower(), "what a search engine would find needs no address"
    for line in ("[[source]]", 'kind = "site"', 'start = ["https://www.example.org/"]'):
        text = text.replace(f"# {line}\n", f"{line}\n", 1)
    path.write_text(text)
    refused = tidiermap("discover", "wakefield", "--data", data)
    assert "contact" in refused.stderr
    assert "Traceback" not in refused.stderr
    again = tidiermap("locality", "new", "Wakefield", "--data", data)
    assert again.returncode == 2
    assert "expected none" in again.stderr


def test_an_unknown_district_or_locality_is_told_in_one_line(data: Path) -> None:
    for args in (("locality", "new", "atlantis"), ("discover", "atlantis"), ("recheck", "atlantis")):
        answer = tidiermap(*args, "--data", data, "--register", data / "r.db")
        assert answer.returncode == 2
        assert answer.stderr.startswith("tidiermap: ")
        assert len(answer.stderr.splitlines()) == 1


def test_the_register_is_named_by_option_or_environment(tmp_path: Path) -> None:
    by_option = tidiermap("user", "add", "ada", "--register", tmp_path / "a.db")
    assert "signs in with the password" in by_option.stdout, by_option.stderr
    listed = tidiermap("user", "list", env={"TIDIERMAP_REGISTER": str(tmp_path / "a.db"), "PATH": ""})
    assert listed.stdout.split("\t") == ["ada", "reviewer", "active", "all localities", "0 sessions\n"]
    tidiermap("--register", tmp_path / "a.db", "user", "disable", "ada")
    assert "disabled" in tidiermap("user", "list", "--register", tmp_path / "a.db").stdout
    assert tidiermap("user", "disable", "bob", "--register", tmp_path / "a.db").returncode == 2


def test_a_spreadsheet_is_looked_at_imported_once_and_its_faults_come_back(tmp_path: Path, data: Path) -> None:
    rows = "name,notes,mood\nChapel Tea,Ring Jack on 07700 900123.,calm\n,They knit.,\n"
    (tmp_path / "notes.csv").write_text(rows)
    given = (tmp_path / "notes.csv", "--locality", "sample", "--register", tmp_path / "r.db", "--data", data)
    looked = tidiermap("import", *given, "--dry-run")
    assert looked.stdout == "1 would be added, 0 known already, 1 refused\n", looked.stderr
    assert "row 3: refused: " in looked.stderr
    assert "07700 900123" in looked.stderr, "what may be private is told before it is published"
    assert "mood" in looked.stderr, "so is the column that nobody knows"
    done = tidiermap("import", *given, "--rejected", tmp_path / "mend.csv")
    assert done.stdout == "1 added, 0 known already, 1 refused\n", done.stderr
    assert "They knit." in (tmp_path / "mend.csv").read_text()
    assert tidiermap("import", *given).stdout == "0 added, 1 known already, 1 refused\n"
    for fault, told in ((("--route", "gossip"), "key_informant"), (("--locality", "atlantis"), "atlantis")):
        refused = tidiermap("import", *given, *fault)
        assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1), refused.stderr
        assert told in refused.stderr


def test_recheck_with_nothing_published_says_so(tmp_path: Path) -> None:
    answer = tidiermap("recheck", "--register", tmp_path / "a.db")
    assert answer.returncode == 0
    assert "Nothing is published yet" in answer.stdout


def test_a_port_that_is_taken_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = tidiermap("review", "--port", str(port), "--register", tmp_path / "a.db")
    assert answer.returncode == 2
    assert (
        answer.stderr == f"tidiermap: 127.0.0.1:{port}: found address already in use, expected a free port (--port)\n"
    )


def test_a_manifest_without_pages_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pages.csv").write_text("file\nx.html\n")
    answer = tidiermap("extract", tmp_path, "--manifest", tmp_path / "pages.csv", "--out", tmp_path / "out.jsonl")
    assert answer.returncode == 2
    assert "expected a column page" in answer.stderr
    (tmp_path / "pages.csv").write_text("page\n../../etc/passwd\n")
    answer = tidiermap("extract", tmp_path, "--manifest", tmp_path / "pages.csv", "--out", tmp_path / "out.jsonl")
    assert "a path below" in answer.stderr
    assert not (tmp_path / "out.jsonl").exists()


def test_schedules_are_listed_in_full(data: Path) -> None:
    path = data / "localities" / "sample.toml"
    without = [line for line in path.read_text().splitlines() if not line.startswith("schedule")]
    path.write_text('schedule = "0 3 * * 1"\n' + "\n".join(without))
    answer = tidiermap("serve", "--list", "--data", data)
    assert "discover-sample" in answer.stdout, answer.stderr
    assert "0 3 * * 1" in answer.stdout
    assert "0 3 * * 2" in answer.stdout, "the recheck comes a day later"
