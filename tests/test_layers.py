"""Who may import whom: the layering of docs/design.md, read from the imports themselves."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {
    "register": set(),
    "crawlers": {"register"},
    "extract": {"register"},
    "classify": {"register"},
    "review": {"register"},
    "flows": {"register", "crawlers", "extract", "classify", "review"},
}
# A library on the left is imported only in the rooms on the right.
ONLY_IN = {
    "scrapy": {"crawlers"},
    "twisted": {"crawlers"},
    "warcio": {"crawlers"},
    "prefect": {"flows"},
    "spacy": {"extract", "classify"},
    "sklearn": {"extract", "classify"},
    "bs4": {"extract"},
    "starlette": {"review", "flows"},
    "sqlite3": {"register"},
    "sqlite_utils": {"register"},
}
PURE_ROOMS = ("extract", "classify")
IMPURE = {"register.store", "sqlite3", "socket", "urllib.request", "httpx", "requests", "random"}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def modules() -> list[tuple[str, Path]]:
    return [(room, path) for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


@pytest.mark.parametrize(
    ("room", "path"), modules(), ids=lambda v: "/".join(v.parts[-2:]) if isinstance(v, Path) else v
)
def test_a_room_imports_only_what_its_layer_may(room: str, path: Path) -> None:
    tops = {name.split(".")[0] for name in imports(path)}
    assert not (tops & set(ROOMS)) - ROOMS[room] - {room}, "a room that this layer may not know"
    for library, rooms in ONLY_IN.items():
        assert library not in tops or room in rooms, f"{library} belongs in {rooms}"


@pytest.mark.parametrize(
    "path", [path for room, path in modules() if room in PURE_ROOMS], ids=lambda p: "/".join(p.parts[-2:])
)
def test_extraction_and_coding_know_no_store_clock_or_network(path: Path) -> None:
    assert not imports(path) & IMPURE
    assert "datetime.now" not in path.read_text()
    assert "time.time" not in path.read_text()


@pytest.mark.parametrize("path", [path for _, path in modules()], ids=lambda p: "/".join(p.parts[-2:]))
def test_a_module_has_one_concern_and_at_most_300_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300
    assert not {"utils", "helpers", "manager"} & set(path.stem.split("_"))


@pytest.mark.parametrize("room", ROOMS)
def test_no_module_is_named_like_a_room(room: str) -> None:
    """Run as a script, a room's file has its own folder first on the import path: such a name would hide the room."""
    assert not {path.stem for path in (ROOT / room).glob("*.py")} & set(ROOMS)
