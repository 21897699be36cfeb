"""What people approved, as the canonical tables are to have it; what breaks a rule is told, all of it at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from flows.settings import Settings
from register.codes.codebook import Codebook
from register.codes.values import check_value
from register.codes.vocabulary import SCOPE_FIELD, Scope, Status
from register.ended import Ended
from register.errors import ConfigError, PublishError, TidiermapError
from register.grounding import check_grounds
from register.hosts import STATEMENT, host_of
from register.localities.locality import read_locality
from register.models import RecordField, ServiceRecord
from register.publishing.invariants import Breach
from register.serial import to_text
from register.store import Store
from register.store.publishing.records import compose
from register.store.staleness.endings import dump_ended

DECIDE = "decide on it in the review application"
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """An accepted candidate's record, with the decision that each of its fields rests on."""

    candidate_id: str
    record: ServiceRecord
    decisions: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What is to become of the canonical tables: counts by name, what was held back because its last run is
    quarantined, breaches of what must hold, and the records as they will be, in the order of the ids (`ids` by
    candidate).

    What differs from the tables: `composed` are written, `pointed` are pointers to the record behind (None: to none any
    more), `withdrawn` tombstones with what they were retired on, `names` what is called otherwise; all dated `at`.
    `log` is the last entry of the log that it was read up to.
    """

    at: datetime
    log: int
    counts: Counter[str]
    held: tuple[str, ...]
    breaches: tuple[Breach, ...]
    records: tuple[ServiceRecord, ...]
    ids: Mapping[str, str]
    composed: tuple[Composed, ...]
    pointed: tuple[tuple[str, str | None], ...]
    withdrawn: tuple[tuple[str, Ended | None], ...]
    names: tuple[tuple[str, str], ...]


def find_approved(store: Store, *, settings: Settings, codebook: Codebook, tell: Tell = lambda _: None) -> Approved:
    """Puts every accepted candidate's record together, and writes nothing: stands in the caller's snapshot.

    Localities whose latest run is quarantined keep the records that they have; so do hosts that a run over several
    hosts left in quarantine. A candidate that breaks a rule is left out, and told: the caller publishes nothing then.
    """
    at, records = store.clock(), {record.id: record for record in store.records.all()}
    reading = _Reading(store=store, data=settings.data, codebook=codebook)
    composed = tuple(one for one in reading.accepted(tell) if _take(store, one, records))
    ids = store.records.ids() | {one.candidate_id: one.record.id for one in composed}
    pointed, withdrawn = _point(store, records, ids, at), _withdraw(store, records, at)
    living = [record for record in records.values() if record.withdrawn_at is None]
    counts = Counter(
        merged=sum(kept is not None for _, kept in pointed),
        withdrawn=len(withdrawn),
        records=len(living),
        records_not_local=sum(_is_away(record) for record in living),
    )
    return Approved(
        at=at,
        log=store.log.last(),
        counts=counts,
        held=reading.held,
        breaches=tuple(reading.breaches),
        records=tuple(records[one] for one in sorted(records)),
        ids=ids,
        composed=composed,
        pointed=pointed,
        withdrawn=withdrawn,
        names=tuple(store.identity.new_names(living)),
    )


def put_approved(store: Store, approved: Approved) -> None:
    """Writes what `find_approved` found, inside the caller's transaction. What was decided since is not in it: where
    the log went on meanwhile, it says up to where the records were read."""
    as_of = approved.log if store.log.last() != approved.log else 0
    for one in approved.composed:
        store.records.put(one.record, one.candidate_id, one.decisions, as_of=as_of)
    for record_id, kept in approved.pointed:
        store.records.point(record_id, kept, when=approved.at)
    for record_id, ended in approved.withdrawn:
        store.records.withdraw(record_id, at=to_text(approved.at), ended=dump_ended(ended))
    store.identity.note_names(approved.names)


def _take(store: Store, one: Composed, records: dict[str, ServiceRecord]) -> bool:
    """Whether the tables have it otherwise; then it takes its place in `records`."""
    before = records.get(one.record.id)
    if before == one.record and store.records.decisions_of(before.id) == one.decisions:
        return False
    records[one.record.id] = replace(one.record, merged_into=before.merged_into if before else "")
    return True


def _point(
    store: Store, records: dict[str, ServiceRecord], ids: Mapping[str, str], at: datetime
) -> tuple[tuple[str, str | None], ...]:
    pointed = store.merging.due_pointers(ids)
    for one, kept in pointed:
        records[one] = replace(records[one], merged_into=kept or "", withdrawn_at=at if kept else None)
    return pointed


def _withdraw(store: Store, records: dict[str, ServiceRecord], at: datetime) -> tuple[tuple[str, Ended | None], ...]:
    rejected = store.records.rejected(at=at)
    withdrawn = tuple((one, ended) for one, ended in rejected if records[one].withdrawn_at is None)
    for one, ended in withdrawn:
        records[one] = replace(records[one], withdrawn_at=at, ended=ended)
    return withdrawn


@dataclass(kw_only=True)
class _Reading:
    """Reads accepted candidates; collects what is wrong with any."""

    store: Store
    data: Path
    codebook: Codebook

    def __post_init__(self) -> None:
        self.breaches: list[Breach] = []
        self._localities = sorted(self.store.runs.quarantined_localities())
        self._hosts = self.store.runs.quarantined_hosts()
        self._gss_codes: dict[str, str] = {}

    @property
    def held(self) -> tuple[str, ...]:
        """What keeps the records that it has."""
        hosts = sorted(f"{host} of {where}" for where, host in self._hosts if where not in self._localities)
        return (*self._localities, *hosts)

    def accepted(self, tell: Tell) -> Iterator[Composed]:
        rows = list(self.store.records.accepted())
        for number, (candidate_id, locality, name, page_url) in enumerate(rows, 1):
            tell(f"checking what was approved: {number:,} of {len(rows):,} records")
            if locality in self._localities or (locality, host_of(page_url)) in self._hosts:
                continue
            decided = self.store.merging.fields(candidate_id)
            if decided is None:  # a field that comes from a merged candidate is open again: the record stays as it was
                continue
            if found := tuple(_breaches(self.store, candidate_id, name, decided, codebook=self.codebook)):
                self.breaches += found
                continue
            record = compose(
                tuple(sorted(decided, key=lambda one: one[0].name)),
                id=f"tm-{candidate_id}",
                locality=locality,
                gss_code=self._gss_code(locality),
                name=name,
                page_url=page_url,
                own_route=self.store.routes.of_own_page(candidate_id),
                identity=self.store.identity.of(candidate_id),
            )
            yield Composed(
                candidate_id=candidate_id,
                record=record,
                decisions={field.name: decision for field, decision in decided},
            )

    def _gss_code(self, locality: str) -> str:
        if locality not in self._gss_codes:
            try:
                self._gss_codes[locality] = read_locality(self.data, locality).gss_code
            except ConfigError as error:
                raise PublishError(f"locality {locality}: {error}") from error
        return self._gss_codes[locality]


def _breaches(
    store: Store,
    candidate_id: str,
    name: str,
    decided: tuple[tuple[RecordField, int], ...],
    *,
    codebook: Codebook,
) -> Iterator[Breach]:
    """What is wrong with an accepted candidate: a decision that nobody took, a value that nothing on its page holds."""
    where = f"candidate {candidate_id} ({name})"
    if not store.records.was_accepted(candidate_id):
        what = "found it accepted without a decision, expected one by a person"
        yield Breach(where=where, what=what, go_on=DECIDE)
    for field, decision_id in decided:
        told = f"{where}: {field.name}"
        if not decision_id:
            yield Breach(where=told, what="found no decision, expected one by a person", go_on=DECIDE)
        elif field.status is Status.REPORTED and not field.evidence:
            yield Breach(where=told, what="found a value without evidence, expected a quote", go_on=DECIDE)
        elif field.status is Status.REPORTED:
            decision = store.decisions.get(decision_id)  # of a merged candidate, where the field was taken from it
            text = store.records.page_text(decision.candidate, decision, field.name)
            try:
                check_value(field.name, field.value, codebook=codebook)
                own = tuple(one for one in field.evidence if not one.page or not store.further.said(one))
                check_grounds(field.name, own, text, elsewhere=partial(_words_of, store, text))
            except TidiermapError as error:
                yield Breach(where=where, what=str(error), go_on=f"{DECIDE} again")


def _words_of(store: Store, text: str, page: str) -> str:
    """The text of the page that a quote names: what somebody told us, else that of the candidate decided on."""
    return store.pages.words_of(page) if page.startswith(STATEMENT) else text


def _is_away(record: ServiceRecord) -> bool:
    scope = next((field.value for field in record.fields if field.name == SCOPE_FIELD), None)
    return scope in (Scope.ELSEWHERE.value, Scope.NATIONAL.value)
