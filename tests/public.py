"""A register with published services and the public pages over it, for tests of what anybody may read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from starlette.testclient import TestClient

from flows.public_face import open_face, put_public
from flows.settings import Settings
from register.codebook import read_codebook
from register.models import RECORD, Decision, DecisionVerdict
from review.app import create_app
from review.public_face import PublicFace
from review.settings import ReviewSettings
from tests.seeding import TOLD, Desk, Told, draft

DATA = Path(__file__).parent.parent / "data"


@cache
def face() -> PublicFace:
    return open_face(Settings(data=DATA))


@dataclass
class PublicDesk(Desk):
    """A desk with the public pages that the data files of the project make."""

    @property
    def settings(self) -> ReviewSettings:
        settings = Desk.settings.fget(self)  # type: ignore[attr-defined]
        return replace(settings, public=face(), codebook=read_codebook(DATA))

    def reader(self) -> TestClient:
        """Somebody who is not signed in."""
        return TestClient(create_app(self.settings), follow_redirects=False)

    def accept(self, key: str, *, text: str, told: Told = TOLD, name: str = "", url: str = "") -> str:
        """Queues a service that says `text`, accepts it and writes its record; gives the record's id."""
        self.queue(draft(key, text=text, told=told, name=name or "Potting Shed Pals", url=url), text=text)
        self.decide(key, DecisionVerdict.APPROVE)
        return Desk.publish(self, key)

    def decide(self, key: str, verdict: DecisionVerdict, *, field: str = RECORD) -> None:
        with self.store() as store, store.transaction():
            known = store.queue.get(key)
            decision = Decision(
                candidate=key,
                revision=known.revision,
                field=field,
                verdict=verdict,
                value=None,
                evidence=(),
                reviewer="ada",
                decided_at=self.clock(),
            )
            (store.decisions.decide_record if field == RECORD else store.decisions.decide_field)(decision)

    def put_out(self) -> None:
        """What publishing does to what the public reads."""
        with self.store() as store, store.transaction():
            store.records.withdraw_rejected()
            put_public(store, data=DATA, codebook=read_codebook(DATA))


def told_from(text: str, **fields: tuple[object, Sequence[str]]) -> Told:
    """What is told of `text`: field name (with _ for its first point) to value and quotes."""
    return {
        name.replace("_", ".", 1): (value, [(quote, "") for quote in quotes])  # type: ignore[misc]
        for name, (value, quotes) in fields.items()
    }
