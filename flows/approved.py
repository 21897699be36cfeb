"""What people approved, put into the canonical tables; what breaks a rule is collected, and told all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flows.settings import Settings
from register.codebook import Codebook
from register.errors import ConfigError, PublishError, TidiermapError
from register.hosts import STATEMENT, host_of
from register.invariants import Breach
from register.locality import read_locality
from register.models import RecordField, ServiceRecord, check_grounds
from register.store import Store
from register.store.records import compose
from register.values import check_value
from register.vocabulary import SCOPE_FIELD, Scope, Status

DECIDE = "decide on it in the review application"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What became of the canonical tables: counts by name, what was held back because its last run is quarantined,
    breaches of what must hold, and the records as they are now, in the order of the ids."""

    counts: Counter[str]
    held: tuple[str, ...]
    breaches: tuple[Breach, ...]
    records: tuple[ServiceRecord, ...]


def put_approved(store: Store, *, settings: Settings, codebook: Codebook) -> Approved:
    """Puts every accepted candidate into the canonical tables, inside the caller's transaction.

    Localities whose latest run is quarantined keep the records that they have; so do hosts that a run over several
    hosts left in quarantine. A candidate that breaks a rule is left out, and told: the caller publishes nothing then.
    """
    counts: Counter[str] = Counter()
    quarantined, hosts = sorted(store.runs.quarantined_localities()), store.runs.quarantined_hosts()
    held = [*quarantined, *sorted(f"{host} of {where}" for where, host in hosts if where not in quarantined)]
    gss_codes: dict[str, str] = {}
    breaches: list[Breach] = []
    for candidate_id, locality, name, page_url in list(store.records.accepted()):
        if locality in quarantined or (locality, host_of(page_url)) in hosts:
            continue
        if locality not in gss_codes:
            gss_codes[locality] = _gss_code(settings.data, locality)
        decided = store.merging.fields(candidate_id)
        if decided is None:  # a field that comes from a merged candidate is open again: the record stays as it was
            continue
        if found := tuple(_breaches(store, candidate_id, name, decided, codebook=codebook)):
            breaches += found
            continue
        record = compose(
            decided,
            id=f"tm-{candidate_id}",
            locality=locality,
            gss_code=gss_codes[locality],
            name=name,
            page_url=page_url,
            own_route=store.routes.of_own_page(candidate_id),
            identity=store.identity.of(candidate_id),
        )
        store.records.put(record, candidate_id, {field.name: decision for field, decision in decided})
    counts["merged"] = sum(kept is not None for _, kept in store.merging.point_records())
    counts["withdrawn"] = store.records.withdraw_rejected()
    records = store.records.all()
    living = [record for record in records if record.withdrawn_at is None]
    store.identity.note_names(living)
    counts["records"] = len(living)
    counts["records_not_local"] = sum(_is_away(record) for record in living)
    return Approved(counts=counts, held=tuple(held), breaches=tuple(breaches), records=records)


def _gss_code(data: Path, locality: str) -> str:
    try:
        return read_locality(data, locality).gss_code
    except ConfigError as error:
        raise PublishError(f"locality {locality}: {error}") from error


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
                check_grounds(field.name, field.evidence, text, elsewhere=partial(_words_of, store, text))
            except TidiermapError as error:
                yield Breach(where=where, what=str(error), go_on=f"{DECIDE} again")


def _words_of(store: Store, text: str, page: str) -> str:
    """The text of the page that a quote names: what somebody told us, else that of the candidate decided on."""
    return store.pages.words_of(page) if page.startswith(STATEMENT) else text


def _is_away(record: ServiceRecord) -> bool:
    scope = next((field.value for field in record.fields if field.name == SCOPE_FIELD), None)
    return scope in (Scope.ELSEWHERE.value, Scope.NATIONAL.value)
