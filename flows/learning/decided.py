"""From decisions in the register to what is learned from: the page as it was read, the words, the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from classify.cues import compile_cues
from classify.features import ServiceFeatures, measure
from classify.learning import DecidedService, answers_of
from classify.text import read_service
from crawlers.archive import read_body
from extract.reading import read_page
from register.codes.codebook import Codebook
from register.codes.vocabulary import SCHEMES
from register.errors import CrawlError
from register.hosts import host_of
from register.models import Candidate, Page, ServiceDraft
from register.store import Store
from register.store.decisions.learning import DecidedCodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What there is to learn from: a service for each draft that was decided on, with the ids of its decisions."""

    services: tuple[DecidedService, ...]
    decisions: tuple[tuple[int, ...], ...]

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(sorted({one for ids in self.decisions for one in ids}))

    def behind(self, decisions: tuple[int, ...]) -> tuple[DecidedService, ...]:
        """The services of which any decision is among these."""
        told = set(decisions)
        return tuple(s for s, ids in zip(self.services, self.decisions, strict=True) if told & set(ids))


@dataclass(slots=True)
class _Answers:
    answers: dict[str, bool] = field(default_factory=dict)
    unseen: set[str] = field(default_factory=set)
    decisions: list[int] = field(default_factory=list)


def gather(store: Store, *, codebook: Codebook, advance: Callable[[str], None] = lambda name: None) -> Material:
    """The decisions on codes that stand, by service. Codes that the codebook no longer has are left out."""
    book = compile_cues(codebook)
    schemes = {scheme: frozenset(key for key in book.codes if key.startswith(f"{scheme}:")) for scheme in SCHEMES}
    answers: dict[tuple[str, int], _Answers] = {}
    measured: dict[tuple[str, int], tuple[ServiceFeatures, str]] = {}
    for decided in store.learning.decided_codes():
        place = (decided.draft.key, decided.version_id)
        if place not in measured:
            page = page_of(store, decided.draft, decided.version_id)
            text = read_service(draft_of(decided.draft), page)
            measured[place] = measure(text, book), host_of(decided.draft.page_url)
            advance(decided.draft.name)
        _add(answers.setdefault(place, _Answers()), decided, schemes)
    return Material(
        services=tuple(
            DecidedService(features=features, answers=own.answers, site=host, unseen=frozenset(own.unseen))
            for (features, host), own in ((measured[place], answers[place]) for place in answers)
        ),
        decisions=tuple(tuple(own.decisions) for own in answers.values()),
    )


def page_of(store: Store, draft: Candidate, version_id: int) -> Page:
    """A page as a draft was drawn from it, read from the archive again. Where the archive no longer has it, or our
    rules read other words in it now, its text without passages: then lines end with sentences alone."""
    version = store.pages.version(version_id)
    bare = Page(
        url=version.url,
        locality=draft.locality,
        title="",
        text=version.text,
        passages=(),
        fetched_at=version.fetched_at,
    )
    try:
        body, content_type = read_body(store.archive, version.archive, version.archive_offset)
        page = read_page(
            body,
            url=version.url,
            content_type=content_type or version.content_type,
            locality=draft.locality,
            fetched_at=version.fetched_at,
        )
    except CrawlError:
        return bare
    return page if page.text == version.text else bare


def draft_of(candidate: Candidate) -> ServiceDraft:
    """The service draft that a candidate was made of; as sure as its name is that it is one."""
    own = tuple(field for field in candidate.fields if field.name.startswith(("tidier.", "fact.")))
    sure = next((field.score for field in own if field.name == "tidier.brief_name"), 1.0)
    return ServiceDraft(name=candidate.name, page_url=candidate.page_url, spans=candidate.spans, fields=own, score=sure)


def _add(own: _Answers, decided: DecidedCodes, schemes: Mapping[str, frozenset[str]]) -> None:
    scheme = schemes[decided.scheme]
    shown = frozenset(f"{c.scheme}:{c.code}" for c in decided.draft.codes if c.scheme == decided.scheme and c.shown)
    final = frozenset(f"{decided.scheme}:{code}" for code in decided.codes)
    answers, silent = answers_of(decided.verdict, shown=shown & scheme, final=final & scheme, scheme=scheme)
    own.answers |= answers
    own.unseen |= silent
    own.decisions.append(decided.id)
