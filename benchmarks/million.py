"""A register of a million invented candidates: pages, versions, revisions, fields, and the decisions of two months.

Each page holds four services. To keep the file at a few gigabytes a candidate has four fields, but for WHOLE of
them, which come through the store's own door with every field that a draft has: theirs are the record pages read.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

from register.codes.vocabulary import FIELD_NAMES, Scope, Status
from register.database import Database
from register.grounding import ground
from register.migrations import register_migrations
from register.models import Candidate, DraftField, Fetch
from register.serial import digest, dump, to_text
from register.store import Store
from register.store.crawling.pages import ReadResult

BEFORE_LISTS = "m025_the_queue_as_a_list"  # what follows from the other tables is made from them, as on an upgrade
START = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
LOCALITIES, SERVICES_A_PAGE, WHOLE = 296, 4, 400
PHRASE, PHRASES_A_SERVICE = 11, 4  # words, phrases
DECIDED = 0.02  # of the candidates: what eight people decide in two months
STATES = (("accepted", 0.6), ("rejected", 0.25), ("reopened", 0.15))
KINDS = (("service", 0.66), ("listing", 0.2), ("organisation", 0.05), ("news", 0.05), ("info", 0.03), ("other", 0.01))
SCOPES = ((Scope.LOCAL, 0.7), (Scope.UNCLEAR, 0.2), (Scope.ELSEWHERE, 0.07), (Scope.NATIONAL, 0.03))
TYPES = ("social_befriending", "nature", "arts", "talking", "advice", "exercise", "peer_support", "skills")
PEOPLE = ("general", "older_adults", "young_adults", "carers", "men", "women", "refugees", "veterans")
REST = "~" * 64  # of the seventy characters of a quote, in the form that it is filled into
SYLLABLES = tuple(consonant + vowel for consonant in "bdfghklmnprst" for vowel in "aeo")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """An invented service: its own words begin with its name, at `begin` of its page's."""

    key: str
    locality: str
    url: str
    name: str
    own: str
    begin: int
    score: float
    scope: Scope


class Words:
    """Invented words, the first of them common and the last rare, as in any text, in phrases that come again."""

    def __init__(self, chance: random.Random, count: int = 20_000, phrases: int = 40_000) -> None:
        self._chance = chance
        found: dict[str, None] = {}
        while len(found) < count:
            found["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))] = None
        weights = tuple(accumulate(1 / (n + 3) for n in range(count)))
        self.all = tuple(found)
        stream = chance.choices(self.all, cum_weights=weights, k=phrases * PHRASE)
        self._phrases = [" ".join(stream[n : n + PHRASE]) for n in range(0, len(stream), PHRASE)]
        self._names = [" ".join(stream[n : n + 3]).title() for n in range(0, len(stream), 3)]

    def service(self) -> tuple[str, str]:
        """A name, and the service's own words, which begin with it."""
        name = self._names[int(self._chance.random() * len(self._names))]
        chosen = (self._phrases[int(self._chance.random() * len(self._phrases))] for _ in range(PHRASES_A_SERVICE))
        return name, f"{name} {' '.join(chosen)}."


def build(path: Path, *, candidates: int, seed: int = 6) -> tuple[str, ...]:
    """Makes the register; gives the ids of its whole candidates, the newest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)  # noqa: S311 (a simulation)
    words, form = Words(chance), Form()
    db = Database(path)
    for setting in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-1000000", "temp_store=MEMORY"):
        db.execute(f"PRAGMA {setting}")
    register_migrations().apply(db, stop_before=BEFORE_LISTS)
    logging = [
        (row["name"], row["sql"]) for row in db.query("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    ]
    for name, _ in logging:
        db.execute(f"DROP TRIGGER {name}")
    with db.atomic():
        db.execute(
            "INSERT INTO runs (id, kind, locality, started_at, verdict) "
            "VALUES ('run', 'discover', 'all', ?, 'healthy')",
            [to_text(START)],
        )
        for first in range(0, candidates, 20_000):
            _insert(db, chance, words, form, range(first, min(first + 20_000, candidates)))
    for _, made in logging:
        db.execute(made)
    db.conn.close()
    with Store(path, clock=lambda: START + timedelta(days=90)) as store:
        whole = _add_whole(store)
        store.db.execute("ANALYZE")
    return whole


def _insert(db: Database, chance: random.Random, words: Words, form: Form, numbers: range) -> None:
    """Rows of some candidates, table by table."""
    pages, versions, candidates, revisions, fields, decisions = [], [], [], [], [], []
    parts: list[str] = []
    for n in numbers:
        page = n // SERVICES_A_PAGE + 1
        at, key, locality = to_text(START + timedelta(seconds=n * 5)), f"{n:016x}", f"district-{page % LOCALITIES:03}"
        name, own = words.service()
        begin = sum(len(part) + 1 for part in parts)
        parts.append(own)
        state = _pick(chance, STATES) if chance.random() < DECIDED else "undecided"
        score = round((chance.random() + chance.random()) / 2, 4)
        scope = _pick(chance, SCOPES)
        service = Service(
            key=key, locality=locality, url=_url(page), name=name, own=own, begin=begin, score=score, scope=scope
        )
        draft, proposals = form.filled(chance, service)
        candidates.append((key, locality, page, name, state, score, at, at, at, scope.value))
        revisions.append((key, page, draft, at))
        done = "open" if state == "undecided" else "reject" if state == "rejected" else "approve"
        decision = n + 1 if done != "open" else None
        if decision:
            decisions.append((decision, key, "reject" if state == "rejected" else "approve", at))
        for number, (field, proposal) in enumerate(proposals):
            again = state == "reopened" and number == 2
            fields.append((key, field, "open" if again else done, proposal, None if again else decision, at, at))
        if len(parts) == SERVICES_A_PAGE or n == numbers[-1]:
            kind, status = _pick(chance, KINDS), 404 if chance.random() < 0.01 else 200
            pages.append((page, locality, _url(page), kind, status, at))
            versions.append((page, page, f"{page:032x}", f"{page:032x}", "\n".join(parts), at))
            parts = []
    many = db.conn.executemany
    many("INSERT INTO pages (id, locality, url, kind, status, fetched_at) VALUES (?, ?, ?, ?, ?, ?)", pages)
    many(
        "INSERT INTO page_versions (id, page_id, body_hash, text_hash, text, content_type, archive, archive_offset, "
        "fetched_at) VALUES (?, ?, ?, ?, ?, 'text/html', '', 0, ?)",
        versions,
    )
    many(
        "INSERT INTO candidates (id, locality, page_id, name, state, revision, score, first_seen_at, last_seen_at, "
        "changed_at, scope) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
        candidates,
    )
    many(
        "INSERT INTO revisions (candidate_id, revision, version_id, run_id, reason, draft, created_at) "
        "VALUES (?, 1, ?, 'run', 'new', ?, ?)",
        revisions,
    )
    many(
        "INSERT INTO decisions (id, candidate_id, revision, field, verdict, value, evidence, reviewer, decided_at) "
        "VALUES (?, ?, 1, 'record', ?, 'null', '[]', 'ada', ?)",
        decisions,
    )
    many(
        "INSERT INTO fields (candidate_id, name, state, revision, proposal, decision_id, fetched_at, changed_at) "
        "VALUES (?, ?, ?, 1, ?, ?, ?, ?)",
        fields,
    )


def _pick(chance: random.Random, shares: tuple[tuple[T, float], ...]) -> T:
    left = chance.random()
    for one, share in shares:
        left -= share
        if left < 0:
            return one
    return shares[-1][0]


def _url(page: int) -> str:
    return f"https://site{page % 20_000}.example/what-we-do/{page}"


class Form:
    """A draft as the register keeps it, with holes for what differs: filling them is quicker than writing it anew."""

    def __init__(self) -> None:
        told: dict[str, object] = {"tidier.brief_name": "@name@"}
        told |= {"code.type": ("@type@",), "code.population": ("@population@",), "eligibility.wide": "include"}
        own = f"@name@{'.' * 54}@when@{REST}{'.' * 76}"
        form = Service(
            key="@key@",
            locality="@locality@",
            url="@url@",
            name="@name@",
            own=own,
            begin=0,
            score=0.123456,
            scope=Scope.LOCAL,
        )
        drafted = _candidate(form, told)
        self._draft = _with_holes(dump(drafted, Candidate))
        self._fields = tuple((field.name, _with_holes(dump(field, DraftField))) for field in drafted.fields)
        self._none = {
            name: dump(DraftField(name=name, status=Status.NOT_REPORTED, score=0.7), DraftField)
            for name in ("code.type", "eligibility.wide")
        }

    def filled(self, chance: random.Random, one: Service) -> tuple[str, list[tuple[str, str]]]:
        """A draft, and its fields' proposals, as the register keeps them."""
        holes = {
            "key": one.key,
            "locality": one.locality,
            "url": one.url,
            "name": one.name,
            "when": one.own[60:130],
            "type": chance.choice(TYPES),
            "population": chance.choice(PEOPLE),
            "begin": one.begin,
            "named": one.begin + len(one.name),
            "from": one.begin + 60,
            "to": one.begin + 130,
            "end": one.begin + len(one.own),
            "score": one.score,
            "scope": one.scope.value,
        }
        bare = [name for name, share in (("code.type", 0.15), ("eligibility.wide", 0.3)) if chance.random() < share]
        fields = [(field, self._none[field] if field in bare else text % holes) for field, text in self._fields]
        return self._draft % holes, fields


def _with_holes(text: str) -> str:
    """The JSON of the form's draft as a text to be filled by `%`."""
    text = text.replace("%", "%%").replace("0.123456", "%(score)s").replace('"scope":"local"', '"scope":"%(scope)s"')
    text = text.replace(f"@when@{REST}", "@when@")
    for one in ("key", "locality", "url", "name", "when", "type", "population"):
        text = text.replace(f"@{one}@", f"%({one})s")
    text = text.replace('"start":0,"end":6', '"start":%(begin)s,"end":%(named)s')
    text = text.replace('"start":60,"end":130', '"start":%(from)s,"end":%(to)s')
    return text.replace("[[0,206]]", "[[%(begin)s,%(end)s]]")


def _candidate(one: Service, told: dict[str, object], names: tuple[str, ...] = ()) -> Candidate:
    fields = []
    for field in names or told:
        value = told.get(field)
        if value is None:
            fields.append(DraftField(name=field, status=Status.NOT_REPORTED, score=0.7))
            continue
        start = one.begin if field == "tidier.brief_name" else one.begin + 60
        end = start + (len(one.name) if field == "tidier.brief_name" else 70)
        quote = ground(" " * one.begin + one.own, start, end, rule="invented")
        fields.append(DraftField(name=field, status=Status.REPORTED, value=value, evidence=(quote,), score=0.8))  # type: ignore[arg-type] # as told
    return Candidate(
        key=one.key,
        locality=one.locality,
        page_url=one.url,
        name=one.name,
        text_hash=digest(one.own),
        fields=tuple(fields),
        codes=(),
        spans=((one.begin, one.begin + len(one.own)),),
        score=one.score,
        scope=one.scope,
        reasons=(("eligibility.scope", "it names the place"),),
    )


def whole_candidates(store: Store, count: int, first: int = 0) -> list[tuple[Candidate, int, int]]:
    """Candidates with every field that a draft has, each with the ids of its page and version, not yet admitted."""
    words = Words(random.Random(first), count=2000, phrases=4000)  # noqa: S311 (a simulation)
    found = []
    for number in range(first, first + count):
        page, locality = 10_000_000 + number, f"district-{number % LOCALITIES:03}"
        name, own = words.service()
        fetch = Fetch(url=_url(page), final_url=_url(page), status=200, fetched_at=store.clock())
        stored = store.pages.note_fetch(locality, fetch, body=own.encode())
        read = ReadResult(text=own, text_hash=digest(own), title=name, kind="service")
        version = store.pages.note_reading(stored, read)
        told: dict[str, object] = {item: own[60:130] for item in FIELD_NAMES if item.startswith("tidier")}
        told |= {"tidier.brief_name": name, "fact.weekdays": ("thu",), "fact.cost": "free"}
        told |= {"code.type": ("nature",), "eligibility.wide": "include"}
        one = Service(
            key=f"whole{number:04}",
            locality=locality,
            url=_url(page),
            name=name,
            own=own,
            begin=0,
            score=0.9,
            scope=Scope.LOCAL,
        )
        found.append((_candidate(one, told, tuple(FIELD_NAMES)), stored.id, version))
    return found


def _add_whole(store: Store) -> tuple[str, ...]:
    with store.transaction():
        whole = whole_candidates(store, WHOLE)
        for draft, page, version in whole:
            store.queue.add(draft, page_id=page, version_id=version, run_id="run")
    return tuple(draft.key for draft, _, _ in whole)
