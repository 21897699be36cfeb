"""Publish: approved decisions become canonical records and export files, all of them or none."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from flows.public_face import put_public
from flows.settings import Settings
from flows.summary import RunSummary
from register.codebook import Codebook, read_codebook
from register.errors import ConfigError, PublishError, TidiermapError
from register.export import publication_id, render
from register.hosts import STATEMENT, host_of
from register.locality import read_locality
from register.models import RecordField, ServiceRecord, check_grounds
from register.serial import canonical, digest
from register.store import Store
from register.store.records import compose
from register.values import check_value
from register.vocabulary import SCOPE_FIELD, Scope, Status

AUDIT_FILE = "audit.json"
SCHEDULE = "(schedule)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What was published: its id, whether it differs from the last one, and the files' folder."""

    id: str
    changed: bool
    folder: Path
    summary: RunSummary


def publish(*, settings: Settings, folder: Path, who: str = SCHEDULE) -> Publication:
    """Writes every accepted candidate, and nothing else, to the canonical tables and to files in `folder`.

    `who` asked for it, as the audit log names them. Beside the files stands audit.json, the end of that log: whoever
    keeps a copy of it can tell later whether anything before was changed. It is no part of the publication's id.

    Localities whose latest run is quarantined keep the records that they have; so do hosts that a run over several
    hosts left in quarantine. Raises PublishError, and changes nothing, where an accepted candidate breaks a rule: an
    undecided field, a value without evidence, a quote that is not on its page, a value or code that the vocabulary does
    not know.
    """
    began = time.monotonic()
    codebook = read_codebook(settings.data)
    with settings.open_store() as store:
        run_id = store.runs.start("publish", "")
        try:
            with store.transaction():
                counts, held = _put_records(store, settings=settings, codebook=codebook)
                name, files, changed = _publish_records(store, who=who, records=counts["records"])
                put_public(store, data=settings.data, codebook=codebook)
        except TidiermapError as error:
            store.runs.finish(run_id, verdict="failed", finish_reason="refused", counts={}, message=str(error))
            raise
        write_files(folder, files)
        message = f"left as they were, their last run is quarantined: {', '.join(held)}" if held else ""
        store.runs.finish(run_id, verdict="healthy", finish_reason="finished", counts=dict(counts), message=message)
    summary = RunSummary(
        run_id=run_id,
        kind="publish",
        locality=name,
        healthy=True,
        finish_reason="finished",
        counts=dict(counts),
        seconds=time.monotonic() - began,
        message=message,
        places=tuple(f"  {folder / n}" for n in sorted(files)),
    )
    return Publication(id=name, changed=changed, folder=folder, summary=summary)


def _publish_records(store: Store, *, who: str, records: int) -> tuple[str, dict[str, bytes], bool]:
    """The publication's id, its files by name, and whether it differs from the last one, which the audit log then
    tells; the log's end is one of the files."""
    files = render(store.records.all())
    name = publication_id(files)
    manifest = {n: digest(body) for n, body in sorted(files.items())}
    changed = store.records.note_publication(name, records=records, manifest=manifest)
    if changed:
        store.audit.note(who, "published", f"publication {name}", after=canonical(manifest))
    files[AUDIT_FILE] = f"{canonical(asdict(store.audit.head()))}\n".encode()
    return name, files, changed


def _put_records(store: Store, *, settings: Settings, codebook: Codebook) -> tuple[Counter[str], list[str]]:
    counts: Counter[str] = Counter()
    held, hosts = sorted(store.runs.quarantined_localities()), store.runs.quarantined_hosts()
    held += sorted(f"{host} of {locality}" for locality, host in hosts if locality not in held)
    gss_codes: dict[str, str] = {}
    for candidate_id, locality, name, page_url in list(store.records.accepted()):
        if locality in held or (locality, host_of(page_url)) in hosts:
            continue
        if locality not in gss_codes:
            gss_codes[locality] = _gss_code(settings.data, locality)
        decided = store.merging.fields(candidate_id)
        if decided is None:  # a field that comes from a merged candidate is open again: the record stays as it was
            continue
        _check(store, candidate_id, name, decided, codebook=codebook)
        own_route = store.routes.of_own_page(candidate_id)
        record = compose(
            decided,
            id=f"tm-{candidate_id}",
            locality=locality,
            gss_code=gss_codes[locality],
            name=name,
            page_url=page_url,
            own_route=own_route,
        )
        store.records.put(record, candidate_id, {field.name: decision for field, decision in decided})
    counts["merged"] = sum(kept is not None for _, kept in store.merging.point_records())
    counts["withdrawn"] = store.records.withdraw_rejected()
    living = [record for record in store.records.all() if record.withdrawn_at is None]
    counts["records"] = len(living)
    counts["records_not_local"] = sum(_is_away(record) for record in living)
    return counts, held


def _gss_code(data: Path, locality: str) -> str:
    try:
        return read_locality(data, locality).gss_code
    except ConfigError as error:
        raise PublishError(f"locality {locality}: {error}") from error


def _check(
    store: Store,
    candidate_id: str,
    name: str,
    decided: tuple[tuple[RecordField, int], ...],
    *,
    codebook: Codebook,
) -> None:
    where = f"candidate {candidate_id} ({name})"
    for field, decision_id in decided:
        if not decision_id:
            raise PublishError(f"{where}: {field.name}: found no decision, expected one by a person")
        if field.status is not Status.REPORTED:
            continue
        if not field.evidence:
            raise PublishError(f"{where}: {field.name}: found a value without evidence")
        decision = store.decisions.get(decision_id)  # of a merged candidate, where the field was taken from it
        text = store.records.page_text(decision.candidate, decision, field.name)
        try:
            check_value(field.name, field.value, codebook=codebook)
            check_grounds(field.name, field.evidence, text, elsewhere=partial(_words_of, store, text))
        except TidiermapError as error:
            raise PublishError(f"{where}: {error}") from error


def _words_of(store: Store, text: str, page: str) -> str:
    """The text of the page that a quote names: what somebody told us, else that of the candidate decided on."""
    return store.pages.words_of(page) if page.startswith(STATEMENT) else text


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    """Puts each file in the place of its earlier state at once; the manifest last, so that it never lies."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in sorted(files, key=lambda n: n == "manifest.json"):
        partial = folder / f".{name}.partial"
        partial.write_bytes(files[name])
        partial.replace(folder / name)


def _is_away(record: ServiceRecord) -> bool:
    scope = next((field.value for field in record.fields if field.name == SCOPE_FIELD), None)
    return scope in (Scope.ELSEWHERE.value, Scope.NATIONAL.value)
