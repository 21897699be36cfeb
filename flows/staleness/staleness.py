"""Verdicts of a run: what its answers say of pages, and with it of each published record and of its fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from crawlers.addresses import Canonical
from crawlers.limits import read_limits
from flows.discovery.gathering import HTTP_OK, Answered, Gathered
from flows.discovery.health import Doubt
from flows.discovery.host_drafts import HostDraft
from flows.settings import Settings
from flows.staleness.notices import Found, NoticeDesk
from flows.staleness.soft_404 import Suspect, confirmed, is_home
from register.codes.vocabulary import Cause, Status
from register.hosts import host_of
from register.localities.locality import Locality
from register.models import Fetch, RecordField
from register.staleness.record_state import Circumstances, judge_fields, judge_record, over_since
from register.staleness.staleness import Look, Means, PageState, StalenessRules, Verdict, next_state, read_staleness
from register.store import Store
from register.store.crawling.runs import Finding, FindingKind
from register.store.staleness.endings import Notice
from register.store.staleness.staleness import LivingRecord

BY_HOME = "it leads to the front page, as addresses do that cannot exist"
UNPROVEN = "it says that it is not found, and nothing else of its site does"
LED_HOME = "it leads to the front page"
OUR_END = "the crawl ended before"  # begins the error of a page that was not asked for because we stopped
TOLD = {Verdict.DEAD: FindingKind.DEAD_SERVICE, Verdict.EXPIRED: FindingKind.EXPIRED_SERVICE}


@dataclass  # no slots: the cached parts live in its dict
class Watch:
    """Watches one run over a locality's pages; gives its verdicts at the end. Nothing is retired by it."""

    store: Store
    settings: Settings
    locality: Locality
    run_id: str
    today: date
    looks: dict[str, Look] = field(default_factory=dict)
    suspects: list[Suspect] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)

    @cached_property
    def rules(self) -> StalenessRules:
        return read_staleness(self.settings.data)

    @cached_property
    def records(self) -> tuple[LivingRecord, ...]:
        """The published records as the run met them."""
        return self.store.staleness.living(self.locality.key)

    @cached_property
    def fields(self) -> dict[str, tuple[RecordField, ...]]:
        return {one.id: self.store.records.get(one.id).fields for one in self.records}

    @cached_property
    def _pages(self) -> frozenset[str]:
        return frozenset(record.page_url for record in self.records if record.page_id is not None)

    @cached_property
    def _desk(self) -> NoticeDesk:
        provider = {one: _provider(fields) for one, fields in self.fields.items()}
        return NoticeDesk(
            store=self.store,
            data=self.settings.data,
            locality=self.locality.key,
            today=self.today,
            records=self.records,
            providers={one: name for one, name in provider.items() if name},
        )

    @cached_property
    def _canonical(self) -> Canonical:
        return Canonical(ignored=read_limits(self.settings.data).ignored_parameters)

    def read_notices(self, draft: HostDraft, gathered: Gathered) -> None:
        """Reads what a host gave, before it is admitted: what stood on its pages already is no news."""
        if self.records:
            self.found += self._desk.read(draft, gathered)

    def note_host(self, draft: HostDraft, doubt: Doubt | None, *, seen: frozenset[str]) -> None:
        """Notes what a host's answers say of its pages; `seen` are the candidates met on them."""
        failed = {fetch.url: fetch for fetch in draft.failed}
        for fetch in failed.values():
            self._note_failed(fetch)
        relaid = doubt is not None and doubt.cause == Cause.CHANGED_LAYOUT
        drafted = {page.reading.page.url for page in draft.drafted}
        for url, answer in draft.answers.items():
            if url not in failed:
                self._note_answer(answer, doubted=relaid and url in drafted, seen=seen)

    def settle(self, gathered: Gathered) -> None:
        """Asks sites for what cannot exist where an answer may say that there is no such page; forgets the looks of a
        run in which nobody answered at all, for then the fault is ours."""
        heard = {host_of(url): False for url in self.looks}
        for url, look in self.looks.items():
            heard[host_of(url)] |= look.means is not Means.SILENT
        if len(heard) > 1 and not any(heard.values()) and not gathered.pages:
            self.looks.clear()
        proven = confirmed(self.suspects, locality=self.locality, store=self.store, settings=self.settings)
        for suspect in self.suspects:
            url, words = suspect.url, LED_HOME if suspect.by_home else UNPROVEN
            if url in proven:
                self.looks[url] = self._look(url, Cause.SOFT_404.value, words=BY_HOME if suspect.by_home else "")
            else:
                self.looks[url] = self._look(url, Cause.OTHER.value, words=words)

    def give(self) -> tuple[Counter[str], tuple[Finding, ...]]:
        """Keeps the verdicts; gives how many records have which, and what there is to tell by name."""
        findings = list(self._open_notices())
        records = self.store.staleness.living(self.locality.key)  # as they stand after the run
        states, closing = self._states(records), self.store.endings.closing_of(self.locality.key)
        counts: Counter[str] = Counter()
        ended: dict[tuple[Verdict, str], list[tuple[str, str, date]]] = {}
        for record in records:
            now = self._circumstances(record, states, closing.get(record.id, ""))
            told = judge_record(now)
            fields = self._fields(record)
            news = self.store.staleness.note(
                record.id, told, judge_fields(now, fields, self.today), day=self.today, run_id=self.run_id
            )
            counts[f"is_{told.verdict.name.lower()}"] += 1
            if told.verdict not in TOLD:
                continue
            since = self.store.staleness.current(record.id)[""].since
            ended.setdefault((told.verdict, host_of(record.page_url)), []).append((record.id, told.cause, since))
            if news:
                findings.append(Finding(kind=TOLD[told.verdict], name=record.name, url=record.page_url))
        self._open_endings(ended, {record.id: record for record in records})
        return counts, tuple(findings)

    def _note_failed(self, fetch: Fetch) -> None:
        if fetch.error.startswith(OUR_END):
            return
        if fetch.cause == Cause.SOFT_404 and is_home(fetch.url):
            self.looks[fetch.url] = self._look(fetch.url, Cause.OTHER.value, words=self.rules.row("other").words)
        elif fetch.url in self._pages and fetch.status == HTTP_OK and self._led_home(fetch):
            self.suspects.append(Suspect(url=fetch.url, fetch=fetch, by_home=True))
        elif fetch.cause == Cause.SOFT_404 and fetch.url in self._pages:
            self.suspects.append(Suspect(url=fetch.url, fetch=fetch))
        else:
            cause = Cause.OTHER.value if fetch.cause == Cause.SOFT_404 else fetch.cause
            self.looks[fetch.url] = self._look(fetch.url, cause, error=fetch.error)

    def _note_answer(self, answer: Answered, *, doubted: bool, seen: frozenset[str]) -> None:
        url, final = answer.url, answer.fetch.final_url
        if doubted:
            self.looks[url] = self._look(url, Cause.CHANGED_LAYOUT.value)
            return
        here = {one.candidate_id for one in self.records if one.page_url == url}
        elsewhere = bool(final) and self._canonical(final) != self._canonical(url)
        if here and not here & seen and self._led_home(answer.fetch):
            self.suspects.append(Suspect(url=url, fetch=answer.fetch, by_home=True))
            return
        moved = elsewhere and bool(here & seen)
        cause = f"it answers at {final}" if moved else ""
        verdict = Verdict.MOVED if moved else Verdict.LIVE
        self.looks[url] = Look(day=self.today, means=Means.THERE, verdict=verdict, cause=cause, home=is_home(url))

    def _led_home(self, fetch: Fetch) -> bool:
        """Whether an address led to the front page of its site instead of answering itself."""
        away = bool(fetch.final_url) and self._canonical(fetch.final_url) != self._canonical(fetch.url)
        return away and is_home(fetch.final_url) and not is_home(fetch.url)

    def _look(self, url: str, cause: str, *, error: str = "", words: str = "") -> Look:
        row = self.rules.row(cause or Cause.OTHER.value, error)
        return Look(
            day=self.today,
            means=Means(row.means),
            verdict=Verdict(row.verdict),
            cause=words or row.words,
            home=is_home(url),
        )

    def _states(self, records: Iterable[LivingRecord]) -> dict[int, PageState]:
        states = self.store.staleness.page_states(self.locality.key)
        for page_id, url in sorted({(one.page_id, one.page_url) for one in records if one.page_id is not None}):
            if (look := self.looks.get(url)) is not None:
                states[page_id] = next_state(states.get(page_id, PageState()), look, self.rules.limits)
                self.store.staleness.keep_page_state(page_id, states[page_id], look, run_id=self.run_id)
        return states

    def _circumstances(self, record: LivingRecord, states: dict[int, PageState], closing: str) -> Circumstances:
        page = None
        if record.page_id is not None:
            page = states.get(record.page_id, PageState(cause="its page was not asked for yet"))
        if page is not None and page.verdict is Verdict.LIVE and record.published_url != record.page_url:
            page = PageState(verdict=Verdict.MOVED, cause=f"it stands at {record.page_url}", since=page.since)
        return Circumstances(
            page=page,
            closing=closing,
            over_since=over_since(self._fields(record), self.rules.expiry, self.today),
            missing=record.missing,
            touched=record.touched,
        )

    def _fields(self, record: LivingRecord) -> tuple[RecordField, ...]:
        return self.fields.get(record.id) or self.store.records.get(record.id).fields

    def _open_notices(self) -> Iterator[Finding]:
        for found in self.found:
            if self.store.endings.open_closing(found.notice, found.records, run_id=self.run_id):
                quote = found.notice.quote
                yield Finding(kind=FindingKind.CLOSING_NOTICE, name=quote, url=found.notice.page_url)

    def _open_endings(
        self, ended: dict[tuple[Verdict, str], list[tuple[str, str, date]]], records: dict[str, LivingRecord]
    ) -> None:
        for (verdict, host), rows in sorted(ended.items()):
            page = records[rows[0][0]].page_url
            notice = Notice(locality=self.locality.key, host=host, about="", page_url=page, quote="", day=self.today)
            self.store.endings.open_other(verdict.value, notice, rows, run_id=self.run_id)


def _provider(fields: tuple[RecordField, ...]) -> str:
    named = (one for one in fields if one.name == "fact.provider" and one.status is Status.REPORTED)
    return next((str(one.value) for one in named if one.value), "")
