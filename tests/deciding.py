"""A register of services of many hosts with archived pages, and reviewers who decide on their codes, for tests."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from classify.coding import code_service
from classify.model import load_model
from crawlers.archive import ArchiveWriter
from extract.reading import read_page
from flows.discovery.drafting import fields_of_coding
from flows.settings import Settings
from register.codes.codebook import Codebook, read_codebook
from register.codes.study import read_study
from register.codes.vocabulary import FIELD_NAMES, Status
from register.grounding import ground
from register.models import Candidate, DecisionVerdict, DraftField, Fetch, ServiceDraft
from register.serial import digest
from register.store.crawling.pages import ReadResult
from tests.clocks import Ticking
from tests.decisions import decide
from tests.registers import lay_register

DATA = Path(__file__).parent.parent / "data"
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
TREES = "alder ash beech birch cedar elm fir hazel hornbeam larch lime maple oak pine rowan willow"
HOSTS = tuple(f"{name}.example" for name in TREES.split())
# Each kind of service in words that no cue of the codebook holds for what this team says of it.
KINDS = {
    "kiln": "We throw pots on the wheel and fire them in the kiln. The glaze dries on the shelf until the next firing.",
    "loft": "Pigeons come home to the loft. We feed the birds and ring the young ones on the allotment wall.",
    "bench": "Mend a toaster at the bench. Screwdrivers and solder are there, bring the lamp that flickers.",
    "choir": "Sing with the choir. Alto, tenor and bass stand in a ring, and nobody needs to read notes.",
    "oven": "Knead the dough, prove it and bake it in the oven. Everyone goes home with a warm loaf.",
}
# What this team says of each, whatever the shipped model thinks: codes by scheme.
READINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "kiln": {"type": ("skills_education",), "factor": ("life_transitions",), "population": ("general",)},
    "loft": {"type": ("animals_green_space",), "factor": ("social_isolation",), "population": ("older_adults",)},
    "bench": {"type": ("practical_help",), "factor": ("financial_stress",), "population": ("general",)},
    "choir": {"type": ("social_befriending",), "factor": ("social_isolation",), "population": ("women",)},
    "oven": {"type": ("skills_education",), "factor": ("food_insecurity",), "population": ("general",)},
}


@cache
def codebook() -> Codebook:
    return read_codebook(DATA)


def settings_in(folder: Path) -> Settings:
    return Settings(register=lay_register(folder / "register.db"), data=DATA, clock=Ticking())


def fill(
    settings: Settings, *, hosts: tuple[str, ...] = HOSTS, archived: bool = True, sure: float = 1.0
) -> tuple[str, ...]:
    """Queues a service of each kind on a page of its own at each host, each as `sure` to be one (0-1); gives the
    candidates' ids, `kind-host`."""
    study, model = read_study(DATA), load_model()
    writer = ArchiveWriter(
        settings.register.parent / "archive", "fenmarsh", NOW, software="tests", out=settings.register.parent
    )
    keys = []
    with settings.open_store() as store, store.transaction():
        run_id = store.runs.start("discover", "fenmarsh")
        for host in hosts:
            for kind, words in KINDS.items():
                url, name = (
                    f"https://{host}/{kind}/",
                    f"The {kind.capitalize()} at {host.partition('.')[0].capitalize()}",
                )
                body = f"<html><body><h1>{name}</h1><p>{words}</p></body></html>".encode()
                page = read_page(body, url=url, content_type="text/html", locality="fenmarsh", fetched_at=NOW)
                spans = tuple((p.start, p.end) for p in page.passages)
                named = (ground(page.text, 0, len(name), rule="test"),)
                field = DraftField(
                    name="tidier.brief_name", status=Status.REPORTED, value=name, evidence=named, score=sure
                )
                draft = ServiceDraft(name=name, page_url=url, spans=spans, fields=(field,), score=sure)
                coding = code_service(draft, page=page, codebook=codebook(), model=model, study=study)
                own = fields_of_coding(draft, coding) | {"tidier.brief_name": field}
                candidate = Candidate(
                    key=f"{kind}-{host.partition('.')[0]}",
                    locality="fenmarsh",
                    page_url=url,
                    name=name,
                    text_hash=digest(page.text),
                    fields=tuple(own.get(n, DraftField(name=n, status=Status.NOT_EXTRACTED)) for n in FIELD_NAMES),
                    codes=coding.codes,
                    spans=spans,
                )
                archive, offset = ("gone.warc.gz", 0)
                if archived:
                    archive, offset = writer.write(
                        url=url,
                        status="200 OK",
                        headers=[("Content-Type", "text/html")],
                        body=body,
                        fetched_at=NOW,
                        ip="",
                    )
                fetch = Fetch(
                    url=url,
                    final_url=url,
                    status=200,
                    fetched_at=NOW,
                    content_type="text/html",
                    archive=archive,
                    offset=offset,
                )
                stored = store.pages.note_fetch("fenmarsh", fetch, body=body)
                read = ReadResult(text=page.text, text_hash=digest(page.text), title=name, kind="service")
                version = store.pages.note_reading(stored, read)
                store.queue.add(candidate, page_id=stored.id, version_id=version, run_id=run_id)
                keys.append(candidate.key)
    writer.close()
    return tuple(keys)


def review(settings: Settings, keys: tuple[str, ...], reading: Callable[[str, str], tuple[str, ...]]) -> None:
    """Decides on the three schemes of each of these as a reviewer does: approves what is right, edits what is not.

    `reading` gives the right codes for a candidate's id and a scheme.
    """
    with settings.open_store() as store:
        for key in keys:
            for scheme in ("type", "factor", "population"):
                right = reading(key, scheme)
                proposal = next(f.proposal for f in store.queue.fields(key) if f.name == f"code.{scheme}")
                shown = proposal.value if isinstance(proposal.value, tuple) else ()
                if set(shown) == set(right):
                    decide(store, key, f"code.{scheme}", DecisionVerdict.APPROVE)
                else:
                    decide(store, key, f"code.{scheme}", DecisionVerdict.EDIT, right)


def as_this_team(key: str, scheme: str) -> tuple[str, ...]:
    return READINGS[key.partition("-")[0]][scheme]
