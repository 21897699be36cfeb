"""What admission does with the further dates of an activity: they stand in its candidate, and are put to a person only
where its record would say something new."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import date

from flows.discovery.desk import Desk
from flows.discovery.repeats import Admissible
from flows.discovery.series import DATES, Standing, carried, dates_of, days_beyond, with_dates, without_gone
from register.models import Candidate, Evidence
from register.store.crawling.runs import Finding, FindingKind
from register.store.queue.approved import Approved
from register.store.queue.candidates import KnownCandidate
from register.store.queue.listing import QueueState
from review.weekdays import WEEKDAYS

WEEKDAY = "fact.weekdays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The further `dates` by the id of their candidate, and the addresses of a host that were `read` and are `gone`."""

    desk: Desk
    dates: Mapping[str, tuple[Evidence, ...]]
    read: Set[str]
    gone: Set[str]

    def told_whole(self, page: Admissible) -> Admissible:
        """The page with candidates that tell the dates which other pages tell of them. One that people decided on tells
        those that it is known to have: what is new to it is judged by `add_dates`."""
        return replace(page, candidates=tuple(map(self._whole, page.candidates)))

    def _whole(self, candidate: Candidate) -> Candidate:
        further = self.dates.get(candidate.key, ())
        known = self.desk.store.queue.find(candidate.key, as_read=True)
        if known is None:
            return with_dates(candidate, further)
        kept = carried(known.draft, Standing(read=self.read, gone=self.gone, today=self.desk.now.date()))
        quotes = (*further, *kept)
        if known.state is not QueueState.UNDECIDED:
            had = {one.supports for one in dates_of(known.draft).evidence}
            quotes = tuple(one for one in quotes if one.supports in had)
        return with_dates(candidate, quotes)

    def add_dates(self) -> list[Finding]:
        """Adds the dates that known candidates do not have; gives those of which a person is to judge them."""
        found = []
        for key, quotes in self.dates.items():
            known = self.desk.store.queue.find(key, as_read=True)
            if known is None or known.state is QueueState.REJECTED:
                continue
            draft = with_dates(known.draft, quotes)
            days = days_beyond(draft, known.draft)
            if days and self._add(known, draft, days):
                found.append(Finding(kind=FindingKind.CHANGED_SERVICE, name=draft.name, url=draft.page_url))
        return found

    def cancel_dates(self) -> list[Finding]:
        """Opens the dates of records that tell one to come whose page is gone; gives these records."""
        found = []
        for candidate in self.desk.store.further.approved_on(self.desk.locality, self.gone):
            known = self.desk.store.queue.find(candidate, as_read=True)
            if known is None or known.state in (QueueState.UNDECIDED, QueueState.REJECTED):
                continue
            draft = without_gone(known.draft, Standing(read=self.read, gone=self.gone, today=self.desk.now.date()))
            told = self._cancelled(known, draft)
            if told:
                self.desk.store.queue.reopen(
                    draft,
                    version_id=known.version_id,
                    run_id=self.desk.run_id,
                    touched=frozenset({DATES}),
                    told=f"the page of a date to come is gone: {', '.join(told)}",
                )
                found.append(Finding(kind=FindingKind.CHANGED_SERVICE, name=draft.name, url=draft.page_url))
        return found

    def _cancelled(self, known: KnownCandidate, draft: Candidate) -> list[str]:
        """The approved days to come that rest on a page which is gone, and that the draft tells no more."""
        stands = self.desk.store.queue.approved.of_candidate(known.id)[DATES]
        value = dates_of(draft).value
        told = value if isinstance(value, tuple) else ()
        left = {one.supports for one in stands.evidence if one.page in self.gone} - {*told}
        return sorted(day for day in left if date.fromisoformat(day) >= self.desk.now.date())

    def _add(self, known: KnownCandidate, draft: Candidate, days: tuple[str, ...]) -> bool:
        """Keeps a revision with those days; gives whether they are put to a person."""
        queue, run_id, version_id = self.desk.store.queue, self.desk.run_id, known.version_id
        told = f"further dates on pages of their own: {', '.join(days)}"
        if known.state is QueueState.UNDECIDED:
            changed = frozenset({DATES})
            queue.replace(draft, version_id=version_id, run_id=run_id, reason=told, changed=changed, visited=False)
            return False
        approved = queue.approved.of_candidate(known.id)
        coming = [day for day in map(date.fromisoformat, days) if day >= self.desk.now.date()]
        if all(_said(approved, day) for day in coming):
            queue.move(draft, version_id=version_id, run_id=run_id, reason=told, fetched_at=self.desk.now)
            return False
        queue.reopen(draft, version_id=version_id, run_id=run_id, touched=frozenset({DATES}), told=told)
        return True


def _said(approved: Mapping[str, Approved], day: date) -> bool:
    """Whether the schedule that people approved says that day: it is on one of its weekdays."""
    field = approved.get(WEEKDAY)
    stated = field.value if field is not None and isinstance(field.value, tuple) else ()
    return list(WEEKDAYS)[day.weekday()] in stated
