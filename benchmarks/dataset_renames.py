"""Whether records keep their ids where services are renamed, abbreviated, given another telephone and postcode, or put
at another address of the site, and where the organisation takes another name on every page.

Saved sites are discovered, all is accepted and published. In each of four rounds a quarter of the records meets one of
these fates, and recheck and discover read the site again; a site that renames all that it does at once is held back as
one of a new layout, which is another figure. A record kept its id where its candidate stands on the page that the fate
gave it, and bears the name. What cannot be told is left out: a name that stands in pieces, or within another's.
"""

from __future__ import annotations

import html
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.dataset_replays import Before, accept, path_of, prepare, published, run
from benchmarks.figures import Figure
from benchmarks.served import served
from flows.discovery.discover import discover
from flows.discovery.repeats import name_words
from flows.publishing.publish import publish
from flows.settings import Settings
from flows.staleness.recheck import recheck

BASE_PORT, KEPT, ROUNDS = 9240, 0.98, 4
SITES = ("wakefield-stgeorges", "sefton-canningroad", "rochdale-vintageworx", "bristol-groups")
FATES = ("renamed", "abbreviated", "moved house", "new address")
# So many that no two services of a site take the same: pages of one name are repeats of one service.
OTHER_NAMES = tuple(
    f"{first} {second}"
    for second in ("Circle", "Hours", "Corner", "Collective", "Gatherers", "Table", "Makers", "Steps")
    for first in ("Kindle", "Haven", "Larkfield", "Rootwell", "Sunreach", "Emberly", "Thistle", "Quillon", "Marram")
)
PHONE, POSTCODE = re.compile(r"\b0\d{2,4} ?\d{3} ?\d{3,4}\b"), re.compile(r"\b([A-Z]{1,2}\d{1,2}) (\d)([A-Z]{2})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of a record: the `path` of its page and its `name`, as they are then."""

    candidate: str
    kind: str
    path: str
    name: str


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    kept: Counter[str] = Counter()
    met: Counter[str] = Counter()
    for site in SITES:
        for fate, stands in _replay(shared, scratch / site, site):
            met[fate.kind] += 1
            kept[fate.kind] += stands
    told = ", ".join(f"{kind} {kept[kind]} of {met[kind]}" for kind in met)
    value = kept.total() / max(1, met.total())
    yield Figure(
        name="ids kept under renames", value=value, reach=KEPT, note=f"{kept.total()} of {met.total()}: {told}"
    )


def _replay(shared: Path, folder: Path, site: str) -> list[tuple[Fate, bool]]:
    """Each record's fate, and whether it kept its id."""
    later = folder / "later"
    (later / "sites").mkdir(parents=True)
    for part in ("manifest.csv", "serve.py"):
        shutil.copy(shared / "sites" / part, later / "sites" / part)
    (later / "sites" / "lastmod.csv").write_text("site,path,lastmod\n", encoding="utf-8")  # changed when it was changed
    pages = shutil.copytree(shared / "sites" / site, later / "sites" / site)
    with served(shared, site, log=folder / "first.tsv", base_port=BASE_PORT) as first:
        settings = prepare(folder, first.start)
        run(discover, settings)
        accept(settings)
        publish(settings=settings, folder=folder / "dataset")
    with settings.open_store() as store:
        before = published(store)
        providers = _providers(settings)
    fates: list[Fate] = []
    for turn in range(ROUNDS):
        for number in range(turn, len(before), ROUNDS):
            fates += _befall(pages, number, before)
        if turn == ROUNDS - 1:
            _rename_organisation(pages, providers)
        with served(later, site, log=folder / "later.tsv", base_port=BASE_PORT):
            run(recheck, settings)
            run(discover, settings, everything=True)
    return [(fate, _stands(settings, fate)) for fate in fates]


def _stands(settings: Settings, fate: Fate) -> bool:
    with settings.open_store() as store:
        known = store.queue.get(fate.candidate)
    same = path_of(known.draft.page_url) == fate.path and _like(known.draft.name, fate.name)
    stands = same and known.missing_since is None
    if not stands:
        where = "missing" if known.missing_since else f"at {path_of(known.draft.page_url)} as {known.draft.name}"
        print(f"  {fate.kind}: expected {fate.path} as {fate.name}; found {where}", flush=True)
    return stands


def _like(one: str, other: str) -> bool:
    mine, theirs = name_words(one), name_words(other)
    return bool(mine & theirs) or not theirs


def _befall(pages: Path, number: int, records: Sequence[Before]) -> Iterator[Fate]:
    """Changes the pages as the record's turn has it, where they show it."""
    one, kind = records[number], FATES[(number // ROUNDS) % len(FATES)]
    page = pages / one.path.strip("/") / "index.html"
    others = [other for other in records if other is not one]
    if not page.is_file():
        return
    if kind == "new address":
        if one.path.strip("/") and not any(other.path.startswith(one.path) for other in others):
            yield _move(pages, page, one)
    elif kind == "moved house":
        text = page.read_text(encoding="utf-8", errors="surrogateescape")
        changed = POSTCODE.sub(r"\1 \g<2>ZZ", PHONE.sub("01632 960123", text))
        page.write_text(changed, encoding="utf-8", errors="surrogateescape")
        if changed != text:
            yield Fate(candidate=one.candidate, kind=kind, path=one.path, name=one.name)
    elif not any(name_words(one.name) <= name_words(other.name) for other in others):
        name = OTHER_NAMES[number % len(OTHER_NAMES)] if kind == "renamed" else _abbreviated(one.name.split())
        if name != one.name and _put([page], one.name, name):
            _put([other for other in pages.rglob("*.html") if other != page], one.name, name)
            yield Fate(candidate=one.candidate, kind=kind, path=one.path, name=name)


def _abbreviated(words: Sequence[str]) -> str:
    """Its initials behind its first word, as groups come to call themselves; what is no word is not among them."""
    initials = [word[0] for word in words[1:] if word[0].isalpha()]
    return f"{words[0]} {''.join(initials).upper()}" if len(initials) > 1 else " ".join(words)


def _put(files: Sequence[Path], name: str, instead: str) -> bool:
    """Puts the one name in the place of the other wherever it stands between tags; whether it stood on any."""
    spelt = r"\s+".join(re.escape(html.escape(word, quote=False)) for word in name.split())
    found, changed = re.compile(rf"(?<![\w/-]){spelt}(?![\w/-])", re.IGNORECASE), False
    for file in files:
        text = file.read_text(encoding="utf-8", errors="surrogateescape")
        parts = re.split(r"(<[^>]*>)", text)
        told = "".join(part if part.startswith("<") else found.sub(html.escape(instead), part) for part in parts)
        if told != text:
            file.write_text(told, encoding="utf-8", errors="surrogateescape")
            changed = True
    return changed


def _move(pages: Path, page: Path, one: Before) -> Fate:
    """The page at another address, with every link to it."""
    old = one.path.rstrip("/")
    goes = f"{old.rpartition('/')[0]}/find-us-{old.rpartition('/')[2]}"
    to = pages / goes.strip("/") / "index.html"
    to.parent.mkdir(parents=True, exist_ok=True)
    page.rename(to)
    links = re.compile(rf'(href="(?:https?://[^/"]+)?){re.escape(old)}(?=[/"#?])')
    for file in pages.rglob("*.html"):
        text = file.read_text(encoding="utf-8", errors="surrogateescape")
        file.write_text(links.sub(rf"\g<1>{goes}", text), encoding="utf-8", errors="surrogateescape")
    return Fate(candidate=one.candidate, kind="new address", path=f"{goes}/", name=one.name)


def _providers(settings: Settings) -> list[str]:
    with settings.open_store() as store:
        told = Counter(
            str(value)
            for record in store.records.all()
            for field in record.fields
            if field.name == "fact.provider" and field.value
            for value in (field.value if isinstance(field.value, tuple) else (field.value,))
        )
    return [name for name, _ in told.most_common(1)]


def _rename_organisation(pages: Path, providers: Sequence[str]) -> None:
    for name in providers:
        _put(sorted(pages.rglob("*.html")), name, "Fenmarsh Commons Association")
