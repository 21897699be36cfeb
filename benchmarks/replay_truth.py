"""What changed between two states of a saved site, by its change file: pages, and fields as ours are called.

The change files speak of the publishers' fields; `replay_fields.csv` says which of ours state the same, and why.
Where a file says of a page only that it was edited, `replay_edits.csv` says which fields, by the number of its row, as
read by eye off the two states.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from register.codes.vocabulary import FIELD_NAMES
from review.queue.lifecycle import plain

HERE = Path(__file__).resolve().parent
Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One edit of the publisher: on the page `path` as it was, or of the service `title`; `ours` are the fields that
    state it, one of which is to be opened. None, or `seen` false: the page does not show it."""

    path: str
    title: str
    what: str
    ours: frozenset[str]
    seen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Pages by their paths: `same` said the same before and after, `reused` were given to another activity."""

    added: frozenset[str]
    deleted: frozenset[str]
    moved: frozenset[tuple[str, str]]
    same: frozenset[str]
    reused: frozenset[str] = frozenset()
    edits: tuple[Edit, ...] = field(default=())

    @property
    def pages(self) -> frozenset[str]:
        ends = {path for pair in self.moved for path in pair}
        return self.added | self.deleted | self.same | self.reused | ends | {edit.path for edit in self.edits}


def read_rochdale(sites: Path) -> Truth:
    rows = _rows(sites / "rochdale-changes.csv")
    by_change: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_change[row["change"]].append(row)
    edits = tuple(
        Edit(path=rows[int(one["row"]) - 2]["path_2022"], title="", what=one["why"], ours=_ours(one["ours"]), seen=True)
        for one in _rows(HERE / "replay_edits.csv")
    )
    edited = {edit.path for edit in edits}
    kept = [
        row["path_2022"] for change in ("unchanged", "moved", "edited", "moved_edited") for row in by_change[change]
    ]
    return Truth(
        added=frozenset(row["path_2024"] for row in by_change["added"]),
        deleted=frozenset(row["path_2022"] for row in by_change["deleted"]),
        moved=frozenset(
            (row["path_2022"], row["path_2024"]) for change in ("moved", "moved_edited") for row in by_change[change]
        ),
        same=frozenset(path for path in kept if path not in edited),
        edits=edits,
    )


def read_wakefield(sites: Path, before: Path, after: Path) -> Truth:
    """Under /wellbeing/ another title is another activity, says the note to the files; elsewhere it is an edit."""
    rows = _rows(sites / "wakefield-changes.csv")
    whole = {row["page"]: row["after"] for row in rows if row["field"] == "(page)"}
    retitled = {r["page"] for r in rows if r["field"] == "title" and plain(r["before"]) != plain(r["after"])}
    reused = {page for page in retitled if page.startswith("/wellbeing/") and page != "/wellbeing/"}
    edits = tuple(
        Edit(
            path=row["page"],
            title="",
            what=row["field"],
            ours=_mapped("wakefield", row["field"]),
            seen=_seen(row["before"], row["after"], _text(before, row["page"]), _text(after, row["page"])),
        )
        for row in rows
        if row["field"] != "(page)" and row["page"] not in reused
    )
    edited = {edit.path for edit in edits}
    paths = {f"/{page.parent.relative_to(before)}/" for page in before.rglob("index.html") if page.parent != before}
    return Truth(
        added=frozenset(page for page, now in whole.items() if now == "present"),
        deleted=frozenset(page for page, now in whole.items() if now == "absent"),
        moved=frozenset(),
        same=frozenset(paths - edited - reused - whole.keys()),
        reused=frozenset(reused),
        edits=edits,
    )


def read_suffolk(sites: Path, before: Path, after: Path) -> Truth:
    rows = _rows(sites / "suffolk-changes.csv")
    texts: dict[str, tuple[str, str]] = {}
    for row in rows:
        was, now = texts.get(row["title"], ("", ""))
        was += _text(before, row["path_2025_03"]) if row["path_2025_03"] else ""
        now += _text(after, row["path_2025_06"]) if row["path_2025_06"] else ""
        texts[row["title"]] = was, now
    edits = tuple(
        Edit(
            path="",
            title=row["title"],
            what=row["field"],
            ours=_mapped("suffolk", row["field"]),
            seen=_seen(row["values_2025_03"], row["values_2025_06"], *texts[row["title"]]),
        )
        for row in _rows(sites / "suffolk-series-changes.csv")
    )
    return Truth(
        added=frozenset(row["path_2025_06"] for row in rows if row["change"] == "added"),
        deleted=frozenset(row["path_2025_03"] for row in rows if row["change"] == "deleted"),
        moved=frozenset(),
        same=frozenset(row["path_2025_03"] for row in rows if row["change"] == "unchanged"),
        edits=edits,
    )


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _mapped(replay: str, name: str) -> frozenset[str]:
    return _ours(
        next(
            row["ours"] for row in _rows(HERE / "replay_fields.csv") if (row["replay"], row["field"]) == (replay, name)
        )
    )


def _ours(told: str) -> frozenset[str]:
    found = set[str]()
    for one in told.split():
        found |= {name for name in FIELD_NAMES if name.startswith(one[:-1])} if one.endswith("*") else {one}
    return frozenset(found)


def _text(folder: Path, path: str) -> str:
    """The words of a saved page, "" where there is none."""
    page = folder / path.strip("/") / "index.html"
    if not page.exists():
        return ""
    html = re.sub(r"(?is)<(script|style)\b.*?</\1>|<[^>]+>", " ", page.read_text(encoding="utf-8"))
    return f" {plain(re.sub(r'&[a-z#0-9]+;', ' ', html.replace('&amp;', '&')))} "


def _seen(before: str, after: str, page_before: str, page_after: str) -> bool:
    """Whether a part of the value that is new, or gone, shows in the words of the page and did not, or no more does."""
    was, now = set(_parts(before)), set(_parts(after))
    came = any(_in(part, page_after) and not _in(part, page_before) for part in now - was)
    return came or any(_in(part, page_before) and not _in(part, page_after) for part in was - now)


def _in(part: str, page: str) -> bool:
    return f" {part} " in page


def _parts(value: str) -> Iterator[str]:
    """The sentences and entries of a value, as words."""
    if value.startswith("{"):  # entries with a text each, the last of which may be cut off
        value = re.sub(r'"\w+": |[{}\[\]]', "|", value).replace("\\n", "|")
    value = re.sub(r"\[[^\]]*\]\([^)]*\)", "|", value)  # a link's words and address state nothing of a service
    for part in re.split(r"[|\n]|(?<=[.!?]) ", value):
        if words := plain(re.sub(r"&[a-z#0-9]+;|<[^>]*>", " ", part)):
            yield words
