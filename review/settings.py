"""What the review application is given: its register, data files, the archive's reader, the page renderer, a clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from register.codes.checklist import Checklist
from register.codes.codebook import Codebook
from register.models import Clock
from register.public.privacy import Discretion
from register.reviewing.rules import ReviewRules
from register.staleness.freshness import FreshnessRules
from register.store import Store
from register.store.queue.candidates import KnownCandidate
from review.intake.desk import IntakeDesk
from review.public.face import PublicFace
from review.wording import field_labels

ReadBody = Callable[[str, int], tuple[bytes, str]]
RenderSnapshot = Callable[..., str]
LearnOrder = Callable[[Store, str], int]
FindSimilar = Callable[[Store, KnownCandidate], tuple[tuple[str, tuple[str, ...]], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSettings:
    """`register` is the SQLite file; one Store is opened for each request.

    `read_body(archive name, byte offset)` gives a page's body and content type. `render_snapshot(body, content_type=,
    marks=)` gives safe HTML for a document's body with `<mark data-field data-mark>` around each of `marks`, tuples of
    (start, end, field name, mark id) into the page's text, which never overlap. `find_similar(store, candidate)` gives
    the ids of decided candidates that are most like it, each with the words that both use. `learn_order(store,
    locality)` orders what waits there by what was decided so far, and gives from how many records. All decisions on the
    localities of `pilots` are taken twice. `secure_cookies` is for use behind HTTPS.
    `intake` is what takes in statements and providers' answers.
    `names` are the host names that the application answers to; any where there are none. Without `public` there are no
    pages for anybody. `discretion` tells what of a record is private of a person, and left out of what is published.
    """

    register: Path
    codebook: Codebook
    checklist: Checklist
    rules: ReviewRules
    freshness: FreshnessRules
    read_body: ReadBody
    render_snapshot: RenderSnapshot
    clock: Clock
    find_similar: FindSimilar = lambda store, known: ()
    learn_order: LearnOrder = lambda store, locality: 0
    pilots: frozenset[str] = frozenset()
    intake: IntakeDesk = field(default_factory=IntakeDesk)
    secure_cookies: bool = False
    names: frozenset[str] = frozenset()
    public: PublicFace | None = None
    discretion: Discretion | None = None

    @property
    def labels(self) -> dict[str, str]:
        """What is read for each field, for a rule of the study, and for the record as a whole."""
        return field_labels(self.checklist, self.rules)

    def open_store(self) -> Store:
        return Store(self.register, clock=self.clock)
