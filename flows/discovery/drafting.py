"""From fetched bytes to candidates: read a site's pages together, draft their services, code them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from classify.coding import Coding, code_service
from classify.scope import Reach, judge_scope
from extract.reading import read_page
from extract.services import main_text
from extract.site import learn_profile
from extract.statements import extract_statement
from flows.settings import Stages
from register.codes.verdicts import Eligibility
from register.codes.vocabulary import (
    CODE_SCHEMES,
    FIELD_NAMES,
    SCOPE_FIELD,
    Inclusion,
    Outcome,
    PageKind,
    Scope,
    Status,
)
from register.errors import UngroundedError
from register.grounding import ungrounded
from register.hosts import host_of
from register.models import (
    Candidate,
    DraftField,
    Evidence,
    Page,
    PageReading,
    ProposedCode,
    RuleOutcome,
    SavedPage,
    ServiceDraft,
    SiteProfile,
)
from register.serial import digest
from register.store.crawling.runs import Issue
from review.queue.lifecycle import plain

VERDICT_WEIGHT = {Inclusion.INCLUDE: 1.0, Inclusion.UNCLEAR: 0.7, Inclusion.EXCLUDE: 0.2}
NOT_LOCAL_WEIGHT = 0.3  # such candidates stay in the queue, behind those of the locality


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedPage:
    """A page with the candidates drawn from it, and the hash of its main text."""

    reading: PageReading
    text_hash: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedSite:
    profile: SiteProfile
    pages: tuple[DraftedPage, ...]
    issues: tuple[Issue, ...]


Advance = Callable[[str], None]


def by_host(pages: Iterable[SavedPage]) -> dict[str, list[SavedPage]]:
    """The pages of each host, in the order of their addresses."""
    hosts: dict[str, list[SavedPage]] = {}
    for page in sorted(pages, key=lambda p: p.url):
        hosts.setdefault(host_of(page.url), []).append(page)
    return hosts


def draft_site(
    saved: Iterable[SavedPage],
    *,
    host: str,
    locality: str,
    known: SiteProfile | None,
    stages: Stages,
    only: frozenset[str] | None = None,
    advance: Advance = lambda url: None,
) -> DraftedSite:
    """Reads the pages of one host together and drafts their services.

    A page that cannot be read, or whose draft is not grounded, becomes an issue; the others go on. `advance` is
    called with the address of each page that is done.
    """
    issues: list[Issue] = []
    read: list[Page] = []
    for page in saved:
        try:
            read.append(_read(page, locality))
        except Exception as error:  # noqa: BLE001 (a hostile page must not end the run; it is told in an issue)
            issues.append(Issue(url=page.url, kind="unreadable", message=f"{type(error).__name__}: {error}"))
    profile = learn_profile(read, host=host, known=known)
    drafted: list[DraftedPage] = []
    for page_read in read:
        if only is not None and page_read.url not in only:
            continue
        try:
            drafted.append(draft_page(page_read, profile=profile, stages=stages))
        except Exception as error:  # noqa: BLE001 (as above)
            issues.append(Issue(url=page_read.url, kind="not drafted", message=f"{type(error).__name__}: {error}"))
        advance(page_read.url)
    return DraftedSite(profile=profile, pages=tuple(drafted), issues=tuple(issues))


def _read(page: SavedPage, locality: str) -> Page:
    return read_page(
        page.body, url=page.url, content_type=page.content_type, locality=locality, fetched_at=page.fetched_at
    )


def draft_page(page: Page, *, profile: SiteProfile | None, stages: Stages) -> DraftedPage:
    """Drafts and codes the services of one page; raises UngroundedError where an offset lies."""
    reading = stages.read_services(page, profile=profile)
    text_hash = digest(main_text(page, profile=profile))
    names: dict[str, int] = {}
    candidates = []
    all_spans = [(draft, span) for draft in reading.drafts for span in draft.spans]
    for draft in reading.drafts:
        slug = plain(draft.name)
        names[slug] = names.get(slug, 0) + 1
        key = candidate_key(page.locality, page.url, slug if names[slug] == 1 else f"{slug} {names[slug]}")
        others = tuple(span for other, span in all_spans if other is not draft)
        reach = _reach(draft, page, profile=profile, stages=stages, others=others)
        candidates.append(_candidate(draft, page, key=key, stages=stages, text_hash=text_hash, reach=reach))
    return DraftedPage(reading=reading, text_hash=text_hash, candidates=tuple(candidates))


def draft_statement(page: Page, *, name: tuple[int, int], stages: Stages) -> DraftedPage:
    """Drafts and codes the one service that a person told us of; raises UngroundedError where an offset lies."""
    draft = extract_statement(
        page,
        name=name,
        checklist=stages.checklist,
        nlp=stages.nlp,
        models=stages.models,
        structure=stages.structure,
    )
    text_hash = digest(page.text)
    key = candidate_key(page.locality, page.url, plain(draft.name))
    reach = _reach(draft, page, profile=None, stages=stages, others=())
    candidate = _candidate(draft, page, key=key, stages=stages, text_hash=text_hash, reach=reach)
    reading = PageReading(page=page, kind=PageKind.SERVICE, kind_score=1.0, drafts=(draft,))
    return DraftedPage(reading=reading, text_hash=text_hash, candidates=(candidate,))


def candidate_key(locality: str, url: str, slug: str) -> str:
    """A candidate's id: stable while locality, page address and service name stay."""
    return digest(f"{locality}\n{url}\n{slug}")[:16]


def _reach(
    draft: ServiceDraft,
    page: Page,
    *,
    profile: SiteProfile | None,
    stages: Stages,
    others: tuple[tuple[int, int], ...],
) -> Reach:
    if stages.places is None:
        return Reach(scope=Scope.UNCLEAR, reason="the locality is not known", score=0.0)
    return judge_scope(draft, page, finder=stages.places, site=profile, others=others)


def _candidate(draft: ServiceDraft, page: Page, *, key: str, stages: Stages, text_hash: str, reach: Reach) -> Candidate:
    coding = code_service(
        draft, page=page, codebook=stages.codebook, model=stages.code_model, study=stages.study, scope=reach.scope
    )
    codes, verdicts = coding.codes, coding.verdicts
    name_evidence = draft.field("tidier.brief_name").evidence[:1]
    own = {field.name: field for field in draft.fields} | fields_of_coding(draft, coding)
    own[SCOPE_FIELD] = scope_field(reach, fallback=name_evidence)
    fields = tuple(own.get(name, DraftField(name=name, status=Status.NOT_EXTRACTED)) for name in FIELD_NAMES)
    if broken := ungrounded(page.text, fields):
        raise UngroundedError(f"service {draft.name!r}: no quote stands behind {', '.join(broken)}")
    return Candidate(
        key=key,
        locality=page.locality,
        page_url=page.url,
        name=draft.name,
        text_hash=text_hash,
        fields=fields,
        codes=codes,
        spans=draft.spans,
        score=_candidate_score(draft, verdicts, reach, net=stages.study.net),
        scope=reach.scope,
        reasons=(*((f"eligibility.{v.net}", rules_in_words(v)) for v in verdicts), (SCOPE_FIELD, reach.reason)),
        rules=rules_asked(verdicts),
    )


def fields_of_coding(draft: ServiceDraft, coding: Coding) -> dict[str, DraftField]:
    """The codes of every scheme and both verdicts as fields, by name."""
    name_evidence = draft.field("tidier.brief_name").evidence[:1]
    fields = {f"code.{scheme}": code_field(scheme, coding.codes) for scheme in CODE_SCHEMES}
    return fields | {f"eligibility.{v.net}": eligibility_field(v, fallback=name_evidence) for v in coding.verdicts}


def code_field(scheme: str, codes: tuple[ProposedCode, ...]) -> DraftField:
    """The codes of one scheme above the cut as one field, each quote marked with the code that it supports."""
    shown = tuple(code for code in codes if code.scheme == scheme and code.shown)
    if not shown:
        return DraftField(name=f"code.{scheme}", status=Status.NOT_REPORTED, score=0.5)
    evidence = tuple(
        Evidence(quote=e.quote, start=e.start, end=e.end, rule=e.rule, supports=code.code)
        for code in shown
        for e in code.evidence
    )
    return DraftField(
        name=f"code.{scheme}",
        status=Status.REPORTED,
        value=tuple(code.code for code in shown),
        evidence=evidence,
        score=min(code.score for code in shown),
    )


def eligibility_field(verdict: Eligibility, *, fallback: tuple[Evidence, ...]) -> DraftField:
    """A verdict as a field; `unclear` is left for a person, and a verdict from absence rests on the name's quote."""
    name = f"eligibility.{verdict.net}"
    if verdict.verdict is Inclusion.UNCLEAR:
        return DraftField(name=name, status=Status.NOT_REPORTED, score=verdict.score)
    return DraftField(
        name=name,
        status=Status.REPORTED,
        value=verdict.verdict.value,
        evidence=verdict.evidence or fallback,
        score=verdict.score,
    )


def scope_field(reach: Reach, *, fallback: tuple[Evidence, ...]) -> DraftField:
    """A scope as a field; `unclear` is left for a person."""
    if reach.scope is Scope.UNCLEAR:
        return DraftField(name=SCOPE_FIELD, status=Status.NOT_REPORTED, score=reach.score)
    evidence = reach.evidence or fallback
    if not evidence:
        return DraftField(name=SCOPE_FIELD, status=Status.NOT_REPORTED, score=0.0)
    return DraftField(
        name=SCOPE_FIELD, status=Status.REPORTED, value=reach.scope.value, evidence=evidence, score=reach.score
    )


def rules_asked(verdicts: tuple[Eligibility, ...]) -> tuple[RuleOutcome, ...]:
    """What each rule says: the strict net, which comes last, asks them all."""
    return verdicts[-1].rules if verdicts else ()


def rules_in_words(verdict: Eligibility) -> str:
    """Why the verdict is so, then the other rules that are not met or not settled, then those that are met by name."""
    other = [r for r in verdict.rules if r.reason != verdict.reason]
    left = [f"{r.outcome} ({r.rule}): {r.reason}" for r in other if r.outcome is not Outcome.MET]
    met = [r.rule for r in verdict.rules if r.outcome is Outcome.MET]
    return "; ".join([verdict.reason, *left, *([f"met: {', '.join(met)}"] if met else [])]).replace("_", " ")


def _candidate_score(draft: ServiceDraft, verdicts: tuple[Eligibility, ...], reach: Reach, *, net: str) -> float:
    """How soon a reviewer should see it: a sure draft first, one that is not for the locality or out last."""
    told = next((v for v in verdicts if v.net == net), None)
    nearness = NOT_LOCAL_WEIGHT if reach.scope in (Scope.ELSEWHERE, Scope.NATIONAL) else 1.0
    return round(draft.score * nearness * (VERDICT_WEIGHT[told.verdict] if told else 1.0), 4)
