"""Two states of one site, replayed: what is opened again, found gone, new or elsewhere, beside its change file.

The earlier state is discovered, all that is proposed is accepted by script and published; the later state stands at the
same address then, recheck and discover are run. A field that a publisher edited has to be opened, one that nobody did
must not. Edits that no page shows, and those of services that were never found, are counted apart. The peer opens all
of a record whose page's text changed, as a monitor of pages does.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from benchmarks.figures import Figure
from benchmarks.replay_truth import Edit, Truth, read_rochdale, read_suffolk, read_wakefield
from benchmarks.served import served
from flows.discovery.discover import discover
from flows.discovery.repeats import name_words
from flows.progress import QuietProgress
from flows.publishing.publish import publish
from flows.settings import Settings
from flows.staleness.recheck import recheck
from register.store import Store
from register.store.crawling.runs import Finding, FindingKind
from tests.decisions import accept_all

ROOT = Path(__file__).resolve().parent.parent
BASE_PORT = 9220
REPLAYS = {
    "rochdale": ("rochdale-2022", "rochdale-2024"),
    "wakefield": ("wakefield-stgeorges-2021-05", "wakefield-stgeorges"),
    "suffolk": ("suffolk-events-2025-03", "suffolk-events-2025-06"),
}
REOPENED, UNTOUCHED, PAGES = 0.98, 0.01, 0.95
# What follows from other fields, and when an event is held: opened on a page that was edited, or for its next date, it
# counts neither way.
DERIVED = ("code.", "eligibility.")
DATED = frozenset({"fact.dates", "fact.weekdays", "fact.times", "fact.recurrence", "tidier.when_how_much"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """A record as it was published: its candidate, the path and title of its page, and the names of its fields."""

    candidate: str
    path: str
    name: str
    fields: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What became of it: the fields that are open, whether it is missing, and the path where it stands now."""

    opened: frozenset[str]
    missing: bool
    path: str
    text_changed: bool


@dataclass
class Tally:
    """Counts of one replay; `told` are the misses in words."""

    edits: int = 0
    reopened: int = 0
    unseen: int = 0
    unknown: int = 0
    fields: int = 0
    wrongly: int = 0
    by_text: int = 0
    told: list[str] = field(default_factory=list)


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    total = Tally()
    for name in REPLAYS:
        truth = read_truth(shared / "sites", name)
        before, store_path = replay_site(shared, scratch / name, name)
        with Store(store_path, clock=Settings().clock) as store:
            tally = compare_fields(store, before, truth)
            yield from _page_figures(name, store, before, truth)
        for line in tally.told:
            print(f"  {line}", flush=True)
        yield from field_figures(name, tally)
        for key in ("edits", "reopened", "unseen", "unknown", "fields", "wrongly", "by_text"):
            setattr(total, key, getattr(total, key) + getattr(tally, key))
    yield from field_figures("all replays", total)


def read_truth(sites: Path, name: str) -> Truth:
    before, after = (sites / folder for folder in REPLAYS[name])
    if name == "rochdale":
        return read_rochdale(sites)
    return (read_wakefield if name == "wakefield" else read_suffolk)(sites, before, after)


def field_figures(name: str, tally: Tally) -> Iterator[Figure]:
    note = f"{tally.reopened} of {tally.edits}; {tally.unseen} more that no page shows, {tally.unknown} of no record"
    yield Figure(name=f"edits re-opened, {name}", value=_share(tally.reopened, tally.edits), reach=REOPENED, note=note)
    note = (
        f"{tally.wrongly} of {tally.fields}; by a change of the page's text {_share(tally.by_text, tally.fields):.3f}"
    )
    value = _share(tally.wrongly, tally.fields)
    yield Figure(name=f"untouched re-opened, {name}", value=value, reach=UNTOUCHED, bound="most", note=note)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def replay_site(shared: Path, folder: Path, name: str) -> tuple[tuple[Before, ...], Path]:
    """Runs the replay; gives what was published of the first state, and the register after the second."""
    first, later = REPLAYS[name]
    with served(shared, first, log=folder.with_suffix(".tsv"), base_port=BASE_PORT) as site:
        settings = prepare(folder, site.start)
        run(discover, settings)
        accept(settings)
        publish(settings=settings, folder=folder / "dataset")
    with settings.open_store() as store:
        before = published(store)
    with served(shared, first, log=folder.with_suffix(".tsv"), base_port=BASE_PORT, swap=later):
        run(recheck, settings)
        run(discover, settings, everything=True)
    return before, settings.register


def run(command: Callable[..., object], settings: Settings, **more: bool) -> None:
    summary = command("town", settings=settings, progress=QuietProgress(), **more)
    counts = getattr(summary, "counts", {})
    kinds = (("bytes", "changed_bytes"), ("words", "changed_pages"), ("words behind values", "changed_evidence"))
    told = ", ".join(f"{counts.get(key, 0)} in {what}" for what, key in kinds)
    print(f"  {command.__name__}: {getattr(summary, 'verdict', '')}; pages changed: {told}", flush=True)


def prepare(folder: Path, start: str) -> Settings:
    shutil.copytree(ROOT / "data", folder / "data")
    text = 'name = "Town"\ngss_code = "E99999999"\ndelay_seconds = 0\nallow_loopback = true\n'
    text += f'[[source]]\nkind = "site"\nstart = ["{start}"]\nmax_pages = 2000\nmax_depth = 20\n'
    (folder / "data" / "localities" / "town.toml").write_text(text, encoding="utf-8")
    return Settings(register=folder / "var" / "register.db", data=folder / "data")


def accept(settings: Settings) -> None:
    with settings.open_store() as store, store.transaction():
        accept_all(store)


def published(store: Store) -> tuple[Before, ...]:
    return tuple(
        Before(
            candidate=record.id.removeprefix("tm-"),
            path=path_of(record.page_url),
            name=record.name,
            fields=frozenset(one.name for one in record.fields),
        )
        for record in store.records.all()
    )


def path_of(url: str) -> str:
    return unquote(urlsplit(url).path)


def compare_fields(store: Store, before: tuple[Before, ...], truth: Truth) -> Tally:
    tally = Tally()
    after = {one.candidate: _after(store, one) for one in before}
    queued = {path_of(row.page_url) for row in store.queue.rows(limit=10_000, state="undecided")}
    of_record: dict[str, list[Edit]] = {}
    for edit in truth.edits:
        owners = _owners(store, before, edit)
        _count_edit(tally, edit, owners, after, anew=edit.path in queued)
        for one in owners if edit.seen else ():
            of_record.setdefault(one.candidate, []).append(edit)
    for one in before:
        now, edits = after[one.candidate], of_record.get(one.candidate, [])
        if not edits and one.path not in truth.same and not any(one.path == old for old, _ in truth.moved):
            continue
        free = _free(one, now, edits)
        wrongly = sorted(free & now.opened) if not now.missing else []
        tally.fields += len(free)
        tally.wrongly += len(wrongly)
        tally.by_text += len(free) if now.text_changed else 0
        tally.told += [f"opened though untouched: {one.path} {name}" for name in wrongly]
    return tally


def _free(one: Before, now: After, edits: list[Edit]) -> frozenset[str]:
    """The fields that nobody edited."""
    named = frozenset(name for edit in edits for name in edit.ours)
    if edits:
        named |= {name for name in one.fields if name.startswith(DERIVED)}
    return one.fields - named - (DATED if now.path != one.path else frozenset())


def _count_edit(tally: Tally, edit: Edit, records: list[Before], after: dict[str, After], *, anew: bool) -> None:
    """Counts the edit as re-opened where a field that states it is open, or the whole service is queued `anew`."""
    if not edit.seen or not edit.ours:
        tally.unseen += 1
    elif not records:
        tally.unknown += 1
    else:
        opened = anew or any(after[one.candidate].opened & edit.ours for one in records)
        tally.edits += 1
        tally.reopened += opened
        if not opened:
            tally.told.append(f"not opened: {edit.path or edit.title} {edit.what}")


def _owners(store: Store, before: tuple[Before, ...], edit: Edit) -> list[Before]:
    """The records that the edit is of: those of its title, else those on its page, else the one that bears the title of
    the page, which stands on another page that tells more."""
    if edit.title:
        return [one for one in before if name_words(one.name) == name_words(edit.title)]
    there = [one for one in before if one.path == edit.path]
    if there:
        return there
    titles = {name_words(page.title) for page in store.pages.of_locality("town") if path_of(page.url) == edit.path}
    return [one for one in before if name_words(one.name) in titles]


def _after(store: Store, one: Before) -> After:
    known = store.queue.get(one.candidate)
    opened = frozenset(state.name for state in store.queue.fields(one.candidate) if state.state == "open")
    first = store.browse.revision(one.candidate, 1)
    page = store.pages.get(known.draft.locality, known.draft.page_url)
    return After(
        opened=opened,
        missing=known.missing_since is not None,
        path=path_of(known.draft.page_url),
        text_changed=store.pages.version(first.version_id).text != store.moves.latest_text(page),
    )


def _page_figures(name: str, store: Store, before: tuple[Before, ...], truth: Truth) -> Iterator[Figure]:
    found = [one for run in store.runs.latest(2) for one in store.runs.findings(run.id)]
    new, gone = _paths(found, FindingKind.NEW_PAGE), _paths(found, FindingKind.GONE_PAGE)
    moved = {(path_of(f.url), path_of(f.went_to)) for f in found if f.kind == FindingKind.MOVED_PAGE}
    # An address that was given to another activity is a service gone and a service new at one address.
    lost = {one.path for one in before if store.queue.get(one.candidate).missing_since is not None}
    queued = _paths(found, FindingKind.NEW_SERVICE)
    elsewhere = {path for pair in moved for path in pair}
    added = ((new - elsewhere) & truth.pages) | (queued & truth.reused)
    deleted = ((gone - {old for old, _ in moved}) & truth.pages) | (lost & truth.reused)
    yield _f1(f"pages added, {name}", added, truth.added | truth.reused)
    yield _f1(f"pages deleted, {name}", deleted, truth.deleted | truth.reused)
    inside = {pair for pair in moved if set(pair) & truth.pages}
    if truth.moved or inside:
        yield _f1(f"pages moved, {name}", inside, truth.moved)


def _paths(found: list[Finding], kind: FindingKind) -> set[str]:
    return {path_of(one.url) for one in found if one.kind == kind}


def _f1(name: str, found: Set[object], true: Set[object]) -> Figure:
    right = len(found & true)
    for what, missed in (("not found", true - found), ("wrongly found", found - true)):
        for one in sorted(map(str, missed)):
            print(f"  {name}: {what}: {one}", flush=True)
    value = 2 * right / (len(found) + len(true)) if found or true else 1.0
    return Figure(name=name, value=value, reach=PAGES, note=f"{right} right of {len(true)}, {len(found)} found")
