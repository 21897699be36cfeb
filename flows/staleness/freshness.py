"""Freshness without asking: works out when records are due, and takes the next step about each that is overdue."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flows.settings import Settings
from register.counts import plural
from register.reviewing.rules import read_review_rules
from register.staleness.freshness import FreshnessRules, Step, read_freshness, steps_due
from register.store import Store
from register.store.staleness.freshness import Due

SCHEDULE = "(schedule)"
AT_ONCE = 1000  # records in one transaction, so that reviewers never wait for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What keeping fresh did: for how many records it worked out anew when they are due, how many are overdue, and how
    often each step was taken now."""

    worked_out: int
    overdue: int
    taken: tuple[tuple[str, int], ...]

    def lines(self) -> list[str]:
        told = {
            Step.PROVIDER: "to write to their providers about (Letters to providers)",
            Step.REVIEWER: "put before the reviewers",
            Step.PUBLIC: "marked as not verified in public",
        }
        steps = dict(self.taken)
        lines = [f"freshness: {plural(self.overdue, 'record')} overdue; {self.worked_out:,} worked out anew"]
        return [*lines, *(f"  {steps[step]:,} {words}" for step, words in told.items() if steps.get(step))]


def keep_fresh(*, settings: Settings, who: str = SCHEDULE) -> Kept:
    """Takes each step that is due and was not taken yet; doing it twice does nothing the second time.

    Nothing here verifies anything: only a person's decision does. Steps are undone by one.
    """
    rules, days = read_freshness(settings.data), read_review_rules(settings.data).provider_link.days
    taken: Counter[str] = Counter()
    overdue, after = 0, ""
    with settings.open_store() as store:
        with store.transaction():
            worked_out = store.freshness.bring_up_to_date(rules)
        while rows := store.freshness.overdue(before=store.clock(), after=after, limit=AT_ONCE):
            with store.transaction():
                for due in rows:
                    taken.update(_take_steps(store, due, rules, days=days))
            overdue, after = overdue + len(rows), rows[-1].record_id
        if taken:
            with store.transaction():
                told = ", ".join(f"{step}: {n}" for step, n in sorted(taken.items()))
                store.audit.note(who, "freshness", "records that are overdue", after=told)
    return Kept(worked_out=worked_out, overdue=overdue, taken=tuple(sorted(taken.items())))


def _take_steps(store: Store, due: Due, rules: FreshnessRules, *, days: int) -> list[str]:
    """The steps that were taken now about one record."""
    wanted = steps_due(due.due_at, rules, now=store.clock(), asks_reviewers=due.asks_reviewers_at)
    taken = []
    for step in wanted:
        if step is Step.PROVIDER and not due.grounds.has_email:
            continue
        if store.freshness.take(due.record_id, step, due=due.due_at):
            taken.append(step.value)
            if step is Step.PROVIDER:
                store.freshness.give_link(due.record_id, _link(store, due.record_id, days=days))
    return taken


def _link(store: Store, record_id: str, *, days: int) -> int:
    """The provider's address that is open already, else a new one."""
    now = store.clock()
    known = (one for one in store.provider.links(record_id) if one.revoked_at is None and one.expires_at > now)
    return next((one.id for one in known), 0) or store.provider.add_link(record_id, made_by=SCHEDULE, days=days).id


def let_expire(*, settings: Settings, locality: str = "", host: str = "", why: str, who: str) -> int:
    """Lets the verifications of a locality or of a host expire: a person then looks at each again. Gives how many."""
    rules = read_freshness(settings.data)
    with settings.open_store() as store, store.transaction():
        store.freshness.bring_up_to_date(rules)
        count = store.freshness.expire(locality=locality, host=host, why=why, by=who)
        about = " of ".join(part for part in (host, locality) if part)
        store.audit.note(who, "let verifications expire", about, after=f"{count} records: {why}")
    return count
