"""The types that pass between stages: frozen, keyword-only, with tuples and aware UTC times.

Fetch -> SavedPage -> Page (of Passages) -> ServiceDraft -> ProposedCode, Eligibility -> Candidate -> Decision ->
ServiceRecord.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from register.codes.vocabulary import PageKind, PassageKind, Scope, Status
from register.ended import Ended
from register.evidence import Evidence as Evidence
from register.evidence import RuleOutcome as RuleOutcome
from register.stated import Stated

Clock = Callable[[], datetime]
Value = str | int | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One answered request: where its bytes lie in the archive, and what the server said of them.

    `status` is the HTTP status; 0 where no answer came, with `error` saying why. `archive` is a path below the
    archive folder, `offset` the byte offset of the WARC record in it; both empty for a 304 and for no answer.
    `cause` is the Cause for which this answer is not to be read as a page; empty where it is one. `source` is the
    place in the locality file of the source that led to it, -1 where none did (a known page outside all sources).
    """

    url: str
    final_url: str
    status: int
    fetched_at: datetime
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    archive: str = ""
    offset: int = 0
    error: str = ""
    cause: str = ""
    source: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """A page's bytes with what is known of where they came from."""

    url: str
    body: bytes
    content_type: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A block of a page's text: `text[start:end]`, the headings above it, and what block it was.

    `heading_path` holds the texts of the enclosing headings, outermost first. `container` numbers the nearest
    repeated element (card, article, list entry, table row) that holds it, 0 for none. `label` is the term, row or
    column header, or inline label ("When:") that the block answers. `chrome` marks menus, footers, notices.
    `linked` is the share (0-1) of its characters that stand in links, `target` the address, as it is written, of the
    link with which it begins ("" for none); `strong` says that all of it is bold.
    """

    start: int
    end: int
    kind: PassageKind
    heading_path: tuple[str, ...] = ()
    level: int = 0
    container: int = 0
    label: str = ""
    chrome: bool = False
    linked: float = 0.0
    target: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A repeated element of a page, `text[start:end]`: `inside` is the container that holds it (0: none).

    Containers that are built alike and stand in parents that are built alike share their `group`.
    """

    number: int
    group: int
    start: int
    end: int
    inside: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as read: its visible text (text nodes joined by one space, white space collapsed, NFC)."""

    url: str
    locality: str
    title: str
    text: str
    passages: tuple[Passage, ...]
    fetched_at: datetime
    language: str = ""  # of its words, ISO 639-1; "" where they are too few to tell
    dated: date | None = None  # the day on which it says that it was written or last changed
    containers: tuple[Container, ...] = ()
    stated: tuple[Stated, ...] = ()

    def quote(self, passage: Passage) -> str:
        return self.text[passage.start : passage.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteProfile:
    """What repeats across one host: hashes of passages that stand on many of its pages, with their share (0-1).

    `postcodes` are those that stand on its pages, with the share of pages that hold each, the commonest first.
    """

    host: str
    pages: int
    repeated: tuple[tuple[str, float], ...] = ()
    postcodes: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftField:
    """One field's proposal: its value, the evidence for it, and a score (0-1: how sure that it is right)."""

    name: str
    status: Status
    value: Value = None
    evidence: tuple[Evidence, ...] = ()
    score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDraft:
    """A service as the page describes it. `spans` are the parts of the page's text that are its own."""

    name: str
    page_url: str
    spans: tuple[tuple[int, int], ...]
    fields: tuple[DraftField, ...]
    score: float = 1.0

    def field(self, name: str) -> DraftField:
        """The field of that name; one with status `not_extracted` where nobody looked."""
        found = next((f for f in self.fields if f.name == name), None)
        return found or DraftField(name=name, status=Status.NOT_EXTRACTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What extraction says of one page: its kind, and the services on it."""

    page: Page
    kind: PageKind
    kind_score: float
    drafts: tuple[ServiceDraft, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedCode:
    """A code of one scheme with a score (0-1), whether it is above the cut, and the reason in words."""

    scheme: str
    code: str
    score: float
    shown: bool
    evidence: tuple[Evidence, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What the machine proposes for one service of one page, all fields of it together.

    `key` is stable while locality, page address and service name stay. `text_hash` is of the page's main text,
    `fields` holds the draft's fields, then `code.*` and `eligibility.*`, in the order of FIELD_NAMES. `reasons` says
    for each verdict, by its field's name, why it was given, `rules` what each rule of the study says.
    """

    key: str
    locality: str
    page_url: str
    name: str
    text_hash: str
    fields: tuple[DraftField, ...]
    codes: tuple[ProposedCode, ...]
    spans: tuple[tuple[int, int], ...]
    score: float = 1.0
    scope: Scope = Scope.UNCLEAR
    reasons: tuple[tuple[str, str], ...] = ()
    rules: tuple[RuleOutcome, ...] = ()


class DecisionVerdict(StrEnum):
    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"
    NOT_STATED = "not_stated"
    UNDO = "undo"


RECORD = "record"  # the field name of a decision about the candidate as a whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided about one field (or `record`) of one revision of a candidate; append-only."""

    candidate: str
    revision: int
    field: str
    verdict: DecisionVerdict
    value: Value
    evidence: tuple[Evidence, ...]
    reviewer: str
    decided_at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordField:
    """One published value with its three dates: page fetched, value changed, decision made; and the routes (web desk,
    key informant, …) by which the pages of its evidence were found."""

    name: str
    status: Status
    value: Value
    evidence: tuple[Evidence, ...]
    fetched_at: datetime
    changed_at: datetime
    verified_at: datetime
    verified_by: str
    found_via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRecord:
    """An approved service of the canonical dataset; `found_via` are the routes that led to it and to its fields.

    `organisation_id`, `programme_id` and `place_id` stay when names and addresses change; two records of one programme
    have the same `programme_id`.
    Of a withdrawn one, `merged_into` is the id of the record that it was merged into, "" where it was not; `ended` says
    on what it was retired, where that was why. `due_at`, in what is published, is from when on its check is overdue.
    """

    id: str
    locality: str
    gss_code: str
    name: str
    page_url: str
    fields: tuple[RecordField, ...]
    fetched_at: datetime
    changed_at: datetime
    verified_at: datetime
    withdrawn_at: datetime | None = None
    merged_into: str = ""
    found_via: tuple[str, ...] = ()
    organisation_id: str = ""
    programme_id: str = ""
    place_id: str = ""
    ended: Ended | None = None
    due_at: datetime | None = None
