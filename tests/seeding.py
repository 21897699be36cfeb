"""A register with something to review in it, and the review application over it, for tests of the application."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from starlette.testclient import TestClient

from register.codes.vocabulary import FIELD_NAMES, Outcome, Status
from register.grounding import ground
from register.models import Candidate, DraftField, Evidence, Fetch, ProposedCode, RuleOutcome, Value
from register.reviewing.intake import ReadStatement, Statement, read_intake
from register.reviewing.provider_form import read_provider_form
from register.reviewing.rules import ReviewRules
from register.serial import digest
from register.staleness.freshness import read_freshness
from register.store import Store
from register.store.crawling.pages import ReadResult
from register.store.publishing.records import compose
from review.app import create_app
from review.intake.desk import IntakeDesk
from review.settings import FindSimilar, LearnOrder, ReviewSettings
from review.visit import SESSION_COOKIE
from tests.clocks import HandClock
from tests.registers import lay_register
from tests.rulebook import CHECKLIST, CODEBOOK, RULES
from tests.snapshots import highlight

DATA = Path(__file__).parent.parent / "data"
FRESHNESS, INTAKE, PROVIDER_FORM = read_freshness(DATA), read_intake(DATA), read_provider_form(DATA)
LOCALITY, POSTCODE = "fenmarsh", "ZZ99 4AB"
TEXT = (
    "Potting Shed Pals Menu Home Contact Potting Shed Pals meets every Thursday at 10.30am in the old nursery, "
    "Mill Lane ZZ99 4AB. We want people who live alone to find company over the seedlings. Tools and gloves are lent. "
    "It costs nothing. For adults from 18. Also on Mondays in May. Copyright Fenmarsh Growers"
)
LATER = TEXT.replace("every Thursday at 10.30am", "every Friday at 2pm").replace("It costs nothing.", "£2 a time.")
Told = dict[str, tuple[Value, Sequence[tuple[str, str]]]]
# Field -> value and its quotes, each with the one value that it supports (or "").
TOLD: Told = {
    "tidier.brief_name": ("Potting Shed Pals", [("Potting Shed Pals", "")]),
    "tidier.why": (
        "We want people who live alone to find company over the seedlings.",
        [("We want people who live alone to find company over the seedlings.", "")],
    ),
    "tidier.when_how_much": ("every Thursday at 10.30am", [("every Thursday at 10.30am", "")]),
    "fact.weekdays": (("thu",), [("every Thursday", "thu")]),
    "fact.cost": ("free", [("It costs nothing.", "")]),
    "fact.age_min": (18, [("For adults from 18.", "")]),
    "code.type": (("social_befriending",), [("find company over the seedlings", "social_befriending")]),
    "eligibility.wide": ("include", [("people who live alone", "")]),
}
TOLD_LATER: Told = TOLD | {
    "tidier.when_how_much": ("every Friday at 2pm", [("every Friday at 2pm", "")]),
    "fact.weekdays": (("fri",), [("every Friday", "fri")]),
    "fact.cost": ("paid", [("£2 a time.", "")]),
}


def ruled(text: str = TEXT) -> tuple[RuleOutcome, ...]:
    """What the rules of a study say of the service: in by the wide net, out by the strict one for its aim."""
    return tuple(
        RuleOutcome(
            rule=rule, outcome=Outcome(outcome), reason=reason, evidence=_quote(text, words, ""), decides=decides
        )
        for rule, outcome, reason, words, decides in (
            ("locality", "unclear", "where it is offered is not told", "", False),
            ("adults", "met", "adults are among those it is for", "For adults from 18.", True),
            ("aim", "not met", "states no aim of mental health", "", True),
        )
    )


def draft(
    key: str = "shed",
    *,
    text: str = TEXT,
    told: Told = TOLD,
    name: str = "Potting Shed Pals",
    score: float = 0.9,
    url="",
    rules: Sequence[RuleOutcome] = (),
) -> Candidate:
    """A candidate whose told fields are quoted from `text`; all the others are not reported."""
    return Candidate(
        key=key,
        locality=LOCALITY,
        page_url=url or f"https://growers.example/{key}",
        name=name,
        text_hash=digest(text),
        fields=tuple(_field(n, text, told) for n in FIELD_NAMES),
        codes=(
            ProposedCode(
                scheme="type",
                code="social_befriending",
                score=0.83,
                shown=True,
                evidence=_quote(text, "company", ""),
                reason="says: company",
            ),
        ),
        spans=((0, len(text)),),
        score=score,
        rules=tuple(rules),
    )


def _field(name: str, text: str, told: Told) -> DraftField:
    if name not in told:
        return DraftField(name=name, status=Status.NOT_REPORTED, score=0.7)
    value, quotes = told[name]
    evidence = tuple(one for words, supports in quotes for one in _quote(text, words, supports))
    return DraftField(name=name, status=Status.REPORTED, value=value, evidence=evidence, score=0.91)


def _quote(text: str, words: str, supports: str) -> tuple[Evidence, ...]:
    if not words or words not in text:
        return ()
    return (ground(text, text.index(words), text.index(words) + len(words), rule="test", supports=supports),)


def read_words(statement: Statement) -> ReadStatement:
    """The simplest reader of statements: the name, "Fridays" as a weekday, and the one postcode of these tests."""
    text = " ".join(statement.body.split())
    told: Told = {"tidier.brief_name": (statement.about, [(statement.about, "")])}
    if "Fridays" in text:
        told |= {"fact.weekdays": (("fri",), [("Fridays", "fri")])}
    if POSTCODE in text:
        told |= {"fact.postcodes": ((POSTCODE,), [(POSTCODE, POSTCODE)])}
    key = digest(statement.url)[:16]
    candidate = draft(key, text=text, told=told, name=statement.about, url=statement.url)
    return ReadStatement(text=text, text_hash=digest(text), candidate=replace(candidate, codes=()))


@dataclass
class Desk:
    """A register in `folder`, and the application over it; `show` renders its archived pages."""

    folder: Path
    clock: HandClock = field(default_factory=HandClock)
    show: object = highlight
    similar: FindSimilar = lambda store, known: ()
    learn_order: LearnOrder = lambda store, locality: 0
    sessions: int = 0
    rules: ReviewRules = RULES
    pilots: frozenset[str] = frozenset()

    @property
    def settings(self) -> ReviewSettings:
        return ReviewSettings(
            register=self.folder / "register.db",
            codebook=CODEBOOK,
            checklist=CHECKLIST,
            rules=self.rules,
            freshness=FRESHNESS,
            pilots=self.pilots,
            read_body=lambda name, offset: ((self.folder / name).read_bytes(), "text/html"),
            render_snapshot=self.show,
            clock=self.clock,
            find_similar=self.similar,
            learn_order=self.learn_order,
            intake=IntakeDesk(
                rules=INTAKE,
                form=PROVIDER_FORM,
                localities=lambda: (LOCALITY,),
                read=read_words,
                keep=self.keep_bodies,
                personal=lambda text: (("name", "Bo Peep"),) if "Bo Peep" in text else (),
                secret=self.folder / "provider_secret",
            ),
        )

    def keep_bodies(self, statements: Sequence[Statement]) -> tuple[tuple[str, int], ...]:
        """Archives statements as this desk archives pages: a file each."""
        names = [f"{one.url.replace(':', '-')}.txt" for one in statements]
        for name, one in zip(names, statements, strict=True):
            (self.folder / name).write_bytes(one.body.encode())
        return tuple((name, 0) for name in names)

    def store(self) -> Store:
        return Store(lay_register(self.folder / "register.db"), clock=self.clock)

    def queue(self, candidate: Candidate, *, text: str = TEXT, body: bytes = b"", status: int = 200) -> None:
        """Puts a candidate, with the page that it is drawn from, into the queue."""
        with self.store() as store, store.transaction():
            page_id, version_id = self._keep(store, candidate, text, body)
            run = store.runs.start("discover", LOCALITY)
            store.queue.add(candidate, page_id=page_id, version_id=version_id, run_id=run)
            store.runs.finish(run, verdict="healthy", finish_reason="finished", counts={"pages": 1})
            if status != 200:
                gone = Fetch(
                    url=candidate.page_url, final_url=candidate.page_url, status=status, fetched_at=self.clock()
                )
                store.pages.note_fetch(LOCALITY, gone, body=None)

    def read_again(self, candidate: Candidate, *, text: str, changed: Sequence[str], reopen: bool = False) -> None:
        """The page says something else: a new revision with these fields changed."""
        self.clock.move(days=7)
        with self.store() as store, store.transaction():
            _, version_id = self._keep(store, candidate, text, b"")
            run = store.runs.start("recheck", LOCALITY)
            names = frozenset(changed)
            if reopen:
                store.queue.reopen(candidate, version_id=version_id, run_id=run, touched=names)
            else:
                store.queue.replace(candidate, version_id=version_id, run_id=run, reason="again", changed=names)

    def publish(self, key: str = "shed") -> str:
        """Writes the record of an accepted candidate as publishing does; gives its id."""
        with self.store() as store, store.transaction():
            decided = store.records.decided_fields(key)
            known = store.queue.get(key)
            record = compose(
                decided,
                id=f"tm-{key}",
                locality=LOCALITY,
                gss_code="E99999999",
                name=known.draft.name,
                page_url=known.draft.page_url,
                own_route=store.routes.of_own_page(key),
                identity=store.identity.of(key),
            )
            store.records.put(record, key, {one.name: decision for one, decision in decided})
            return record.id

    def _keep(self, store: Store, candidate: Candidate, text: str, body: bytes) -> tuple[int, int]:
        kept = body or text.encode()
        archive = f"{candidate.key}-{digest(kept)}.html"
        (self.folder / archive).write_bytes(kept)
        url = candidate.page_url
        fetch = Fetch(url=url, final_url=url, status=200, fetched_at=self.clock(), archive=archive)
        page = store.pages.note_fetch(LOCALITY, fetch, body=kept)
        reading = ReadResult(text=text, text_hash=digest(text), title=candidate.name, kind="service")
        return page.id, store.pages.note_reading(page, reading)

    def visitor(self, name: str = "ada", *, role: str = "reviewer") -> TestClient:
        """A browser that is signed in as that user."""
        with self.store() as store, store.transaction():
            if store.users.find(name) is None:
                store.users.put(name, role=role, password_hash="no password opens this account")
            self.sessions += 1
            store.users.open_session(name, token=f"token-{self.sessions}", csrf=f"csrf-{name}")
        client = TestClient(create_app(self.settings), follow_redirects=False)
        client.cookies.set(SESSION_COOKIE, f"token-{self.sessions}")
        return client

    def states(self, key: str = "shed") -> dict[str, str]:
        with self.store() as store:
            return {one.name: one.state for one in store.queue.fields(key)}

    def state(self, key: str = "shed") -> str:
        with self.store() as store:
            return store.queue.get(key).state.value
