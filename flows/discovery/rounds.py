"""One round over a locality's pages: draft host by host what was gathered, judge it, admit what is believed, tell."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from flows.discovery.admission import Admitted, admit_host, mark_missing
from flows.discovery.desk import open_desk
from flows.discovery.gathering import Gathered
from flows.discovery.health import (
    GONE,
    Doubt,
    Expected,
    dates_gone,
    doubt_of_host,
    doubt_of_hosts,
    doubt_of_run,
    shortfalls,
    should_be_seen,
)
from flows.discovery.host_drafts import HostDraft, draft_host
from flows.discovery.learned_order import learn_order
from flows.discovery.likely import find_likely
from flows.progress import Progress
from flows.settings import Settings, Stages, load_stages
from flows.staleness.staleness import Watch
from flows.staleness.whereabouts import look_for, rekeyed, with_silent
from flows.summary import RunSummary
from register.codes.vocabulary import Scope
from register.hosts import host_of
from register.localities.locality import Locality
from register.models import Candidate
from register.store import Store
from register.store.crawling.pages import Standing
from register.store.crawling.runs import Finding, FindingKind, Issue, RunHost


@dataclass  # no slots: the cached parts live in its dict
class Round:
    """One run of `kind` (discover, recheck) over `locality`. `expected` is None where no number is expected;
    `believe` admits what the health checks doubt, because somebody looked."""

    kind: str
    locality: Locality
    run_id: str
    store: Store
    settings: Settings
    progress: Progress
    expected: Expected | None = None
    believe: bool = False
    began: float = field(default_factory=time.monotonic)

    @cached_property
    def stages(self) -> Stages:
        """What drafting needs; loaded only where a page is to be drafted, for the models take seconds."""
        settings = self.settings
        return load_stages(settings.data, locality=self.locality, model=settings.learned_model)

    @cached_property
    def now(self) -> datetime:
        return self.settings.clock()


def finish_round(work: Round, gathered: Gathered) -> RunSummary:
    """Drafts, judges and admits what was gathered, and keeps the run's end in the register; gives its summary."""
    store, key = work.store, work.locality.key
    standings = store.pages.standings(key)
    desk = open_desk(
        store,
        work.settings,
        locality=work.locality,
        run_id=work.run_id,
        standings=standings,
        now=work.now,
        links_read=work.kind == "discover",
    )
    keys = store.moves.keys(key)
    watch = Watch(
        store=store, settings=work.settings, locality=work.locality, run_id=work.run_id, today=work.now.date()
    )
    no_pages, dates = store.pages.no_pages(key), store.further.of_records(key)
    admitted, doubted, hosts = Admitted(), dict[str, Doubt](), list[RunHost]()
    with work.progress.step(f"extract {key}", total=len(gathered.pages)) as step:
        for host in _hosts(gathered):
            draft = draft_host(
                host,
                gathered,
                archive=store.archive,
                locality=key,
                rules=desk.rules,
                known_profile=store.pages.profile(key, host),
                standings=standings,
                no_pages=no_pages,
                stages=lambda: work.stages,
                advance=step.advance,
            )
            draft = rekeyed(store, draft, keys)
            where = look_for(store, key, draft)
            draft = with_silent(
                store, draft, where, standings, locality=key, archive=store.archive, stages=lambda: work.stages
            )
            aside = frozenset(move.from_url for move in where.moves) | dates_gone(draft, dates - where.stood.keys())
            doubt = None if work.believe else doubt_of_host(draft, gathered, _before(work, draft, standings), aside)
            watch.read_notices(draft, gathered)
            told = admit_host(desk, draft, where, doubt)
            watch.note_host(draft, doubt, seen=told.seen)
            if doubt is not None:
                doubted[host] = doubt
            hosts.append(_told_host(host, draft, told, doubt, gathered, standings))
            admitted += told
            admitted.counts["parsed"] += draft.parsed
    watch.settle(gathered)
    return _end(work, gathered, admitted, doubted, hosts, standings, watch)


def _hosts(gathered: Gathered) -> list[str]:
    heard = {host_of(url) for url in (*(p.url for p in gathered.pages), *(f.url for f in gathered.failed))}
    return sorted(heard | {report.host for report in gathered.stats.hosts if report.cause})


def _before(work: Round, draft: HostDraft, standings: dict[str, Standing]) -> dict[str, Candidate]:
    """The known drafts of the candidates that stood on the pages that were read now."""
    read = [url for url in draft.hashes if url in standings]
    return {key: work.store.queue.get(key).draft for url in read for key in standings[url].candidates}


def _told_host(
    host: str,
    draft: HostDraft,
    told: Admitted,
    doubt: Doubt | None,
    gathered: Gathered,
    standings: dict[str, Standing],
) -> RunHost:
    report = next((report for report in gathered.stats.hosts if report.host == host), None)
    failed = [fetch for fetch in draft.failed if fetch.url in gathered.known]
    causes = Counter(fetch.cause for fetch in (failed or draft.failed))
    broken = {fetch.url for fetch in failed}
    asked = sum(page.known is not None for url, page in draft.answers.items() if url not in broken)
    commonest = causes.most_common(1)[0][0] if causes else ""
    drafted = {page.reading.page.url for page in draft.drafted if page.candidates}
    standing = {page.url for page in draft.same if page.url in standings}
    return RunHost(
        host=host,
        pages=len(draft.same) + len(draft.drafted),
        known=asked + len(failed),
        failed=len(failed),
        service_pages=len(drafted | standing),
        services=len(told.seen),
        ended=(report.stopped if report else "") or "finished",
        cause=(doubt.cause if doubt else "") or commonest or (report.cause if report else ""),
        doubt=doubt.sentence if doubt else "",
    )


def _end(
    work: Round,
    gathered: Gathered,
    admitted: Admitted,
    doubted: dict[str, Doubt],
    hosts: list[RunHost],
    standings: dict[str, Standing],
    watch: Watch,
) -> RunSummary:
    store, key = work.store, work.locality.key
    found, services = _reached(gathered, admitted, standings)
    doubt = _doubt(work, gathered, doubted, found=found, services=services)
    verdict, reason = "quarantined" if doubt else "healthy", gathered.stats.finish_reason
    message = doubt.sentence if doubt else shortfalls(gathered, doubted, work.expected, found=found)
    likely = find_likely(store, key, data=work.settings.data)
    learn_order(store, key)
    with store.transaction():
        _keep_answers(work, gathered)
        missing = () if doubt else _mark_missing(work, gathered, admitted, doubted)
        verdicts, endings = watch.give()
        findings = (*admitted.findings, *missing, *_gone(gathered, admitted.moved), *endings)
        store.runs.note_findings(work.run_id, findings)
        store.runs.note_hosts(work.run_id, hosts)
        issues = store.runs.issues(work.run_id)
        counts = _counts(gathered, admitted, missing, hosts, found=found, services=services) | _range(work.expected)
        counts |= {**verdicts, "issues": len(issues), "likely": likely} | _not_counted(work)
        store.runs.finish(work.run_id, verdict=verdict, finish_reason=reason, counts=counts, message=message)
    return RunSummary(
        run_id=work.run_id,
        kind=work.kind,
        locality=key,
        healthy=doubt is None,
        finish_reason=reason,
        counts=counts,
        issues=issues,
        findings=findings,
        hosts=tuple(hosts),
        expected=work.expected,
        seconds=time.monotonic() - work.began,
        message=message,
    )


def _reached(gathered: Gathered, admitted: Admitted, standings: dict[str, Standing]) -> tuple[int, int]:
    """How many pages and services the locality has by this run; what was not due counts as found."""
    resting = [one for url in gathered.untouched if url in standings for one in standings[url].candidates]
    return len(admitted.believed) + len(gathered.untouched), len(admitted.seen) + len(resting)


def _doubt(work: Round, gathered: Gathered, doubted: dict[str, Doubt], *, found: int, services: int) -> Doubt | None:
    if work.believe and gathered.stats.finish_reason == "finished":
        return None
    doubt = doubt_of_run(work.locality, gathered, work.expected, found=found, services=services)
    return doubt or doubt_of_hosts(doubted, gathered.known)


def _keep_answers(work: Round, gathered: Gathered) -> None:
    """Notes what was answered beside pages: moves, hosts left early, faults of seed files, the routes to each page."""
    store, key = work.store, work.locality.key
    for fetch in gathered.moved:
        store.pages.note_fetch(key, fetch)
    for host in gathered.stats.hosts:
        if host.cause:
            store.runs.note_issue(work.run_id, Issue(url=host.host, kind="host left early", message=host.stopped))
    for issue in gathered.planted.issues:
        store.runs.note_issue(work.run_id, issue)
    for page in gathered.pages:
        store.routes.note(key, page.url, gathered.planted.routes(page.url, page.fetch.source))


def _mark_missing(
    work: Round, gathered: Gathered, admitted: Admitted, doubted: dict[str, Doubt]
) -> tuple[Finding, ...]:
    expected = should_be_seen(
        work.store.queue.pages_of_candidates(work.locality.key),
        gathered,
        believed=admitted.believed,
        doubted_hosts=frozenset(doubted),
        whole=work.kind == "discover",
    )
    return mark_missing(work.store, list(expected), seen=admitted.seen)


def _gone(gathered: Gathered, moved: frozenset[str]) -> list[Finding]:
    """The pages that were good at the last visit and are no more, there or elsewhere."""
    return [
        Finding(kind=FindingKind.GONE_PAGE, name=known.title, url=fetch.url)
        for fetch in gathered.failed
        if fetch.cause in GONE
        and fetch.url not in moved
        and (known := gathered.known.get(fetch.url))
        and known.cause not in GONE
    ]


def _range(expected: Expected | None) -> dict[str, int]:
    if expected is None:
        return {}
    numbers = {"expected_pages": expected.least_pages, "usual_pages": expected.usual_pages}
    return numbers | {"expected_services": expected.least_services, "usual_services": expected.usual_services}


def _not_counted(work: Round) -> dict[str, int]:
    """How many of the locality's candidates are for elsewhere, or national."""
    scopes = work.store.queue.scopes(work.locality.key)
    return {scope: scopes[scope] for scope in (Scope.ELSEWHERE, Scope.NATIONAL)}


def _counts(
    gathered: Gathered,
    admitted: Admitted,
    missing: tuple[Finding, ...],
    hosts: list[RunHost],
    *,
    found: int,
    services: int,
) -> dict[str, int]:
    """The figures of a run; `found` and `found_services`, for the next run's range, take in what was not due."""
    stats = gathered.stats
    kinds = Counter(finding.kind for finding in admitted.findings)
    return {
        **admitted.counts,
        "mark_missing": len(missing),
        "pages": sum(host.pages for host in hosts),
        "unchanged": admitted.counts["unchanged"],
        "new_pages": kinds[FindingKind.NEW_PAGE],
        "changed_pages": kinds[FindingKind.CHANGED_PAGE],
        "untouched": len(gathered.untouched),
        "failed_pages": admitted.counts["failed_pages"],
        "candidates": len(admitted.seen),
        "found": found,
        "found_services": services,
        "refused_by_robots": stats.refused_by_robots,
        "opted_out": stats.opted_out,
        "refused_private": stats.refused_private,
    }
