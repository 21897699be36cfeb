"""What the documents say exists: commands, files, folders."""

import re
from pathlib import Path

import pytest

from flows.cli import COMMANDS

ROOT = Path(__file__).parent.parent
DOCS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("path", DOCS, ids=lambda p: p.name)
def test_every_command_named_is_a_command(path: Path) -> None:
    named = set(re.findall(r"(?:`|^ {4})tidiermap (?:--register \S+ )?([a-z]+)", path.read_text(), re.MULTILINE))
    assert named <= set(COMMANDS)


@pytest.mark.parametrize("path", DOCS, ids=lambda p: p.name)
def test_every_link_to_a_file_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_the_readme_names_every_room_and_command() -> None:
    text = (ROOT / "README.md").read_text()
    for room in ("crawlers", "extract", "classify", "review", "flows", "register", "data", "sample"):
        assert f"| `{room}/` |" in text
    for command in COMMANDS:
        assert f"tidiermap {command}" in text, command


def test_every_dependency_has_its_reason() -> None:
    decisions = (ROOT / "docs" / "decisions.md").read_text().lower()
    names = re.findall(r'^  "([a-z0-9-]+)[><=]', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    runtime = names[: names.index("uvicorn") + 2]
    for name in runtime:
        assert name.removesuffix("-cffi") in decisions, name
