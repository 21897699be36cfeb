"""A register with published services and the public pages over it, for tests of what anybody may read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from flows.publishing.public_face import open_face, open_viewer, replace_public
from flows.settings import Settings
from register.codes.codebook import Codebook, read_codebook
from register.models import RECORD, DecisionVerdict
from register.public.view import Viewer
from register.serial import to_text
from register.store import Store
from register.store.staleness.endings import dump_ended
from review.app import create_app
from review.public.face import PublicFace
from review.settings import ReviewSettings
from tests.decisions import decide
from tests.seeding import TOLD, Desk, Told, draft

DATA = Path(__file__).parent.parent / "data"


@cache
def face() -> PublicFace:
    return open_face(Settings(data=DATA))


@cache
def codebook() -> Codebook:
    return read_codebook(DATA)


@cache
def viewer() -> Viewer:
    return open_viewer(DATA, codebook())


@dataclass
class PublicDesk(Desk):
    """A desk with the public pages that the data files of the project make."""

    app: Starlette | None = None

    @property
    def settings(self) -> ReviewSettings:
        settings = Desk.settings.fget(self)  # type: ignore[attr-defined]
        return replace(settings, public=face(), codebook=codebook())

    def reader(self) -> TestClient:
        """Somebody who is not signed in."""
        if self.app is None:
            self.app = create_app(self.settings)
        return TestClient(self.app, follow_redirects=False)

    def accept(self, key: str, *, text: str, told: Told = TOLD, name: str = "", url: str = "") -> str:
        """Queues a service that says `text`, accepts it and writes its record; gives the record's id."""
        self.queue(draft(key, text=text, told=told, name=name or "Potting Shed Pals", url=url), text=text)
        self.decide(key, DecisionVerdict.APPROVE)
        return Desk.publish(self, key)

    def decide(self, key: str, verdict: DecisionVerdict, *, field: str = RECORD) -> None:
        with self.store() as store:
            decide(store, key, field, verdict)

    def put_out(self) -> None:
        """What publishing does to what the public reads."""
        with self.store() as store, store.transaction():
            withdraw_rejected(store)
            replace_public(store, viewer(), rules="of the tests")


def withdraw_rejected(store: Store) -> None:
    """What publishing does to records whose candidate was rejected since."""
    at = store.clock()
    for record_id, ended in store.records.rejected(at=at):
        if store.records.get(record_id).withdrawn_at is None:
            store.records.withdraw(record_id, at=to_text(at), ended=dump_ended(ended))


def told_from(text: str, **fields: tuple[object, Sequence[str]]) -> Told:
    """What is told of `text`: field name (`fact_age__min` for fact.age_min) to value and quotes."""
    named = {name.replace("__", "-").replace("_", ".").replace("-", "_"): told for name, told in fields.items()}
    assert all(quote in text for _, quotes in named.values() for quote in quotes)
    return {name: (value, [(quote, "") for quote in quotes]) for name, (value, quotes) in named.items()}  # type: ignore[misc]
