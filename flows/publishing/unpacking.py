"""A register made again from a publication's package: its records, their decisions, the publication itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from flows.settings import Settings
from register.codes.codebook import read_codebook
from register.codes.values import check_value
from register.codes.vocabulary import PageKind, Status
from register.errors import TidiermapError
from register.models import (
    RECORD,
    Candidate,
    Decision,
    DecisionVerdict,
    DraftField,
    Evidence,
    Fetch,
    ServiceRecord,
)
from register.publishing.package import Package
from register.publishing.publication import tables_digest, to_line
from register.serial import digest
from register.store import Store
from register.store.crawling.pages import ReadResult

RUN_KIND = "restore"
RULE = "published"
APART = "\n"  # between quotes on the sheet that stands in for a page


def restore(package: Package, *, settings: Settings, who: str, advance: Callable[[str], None]) -> tuple[int, int]:
    """Puts the package's records into a register that holds none, all of them or none; gives how many live, and how
    many are tombstones.

    Each stands as it was published, with one decision for each field whose reviewer is the publication: who decided
    there is not published. Of its page only the quotes are known; they stand on a sheet of their own until the page is
    read again. The publication itself is noted, so that what is exported from here is the same.

    Raises TidiermapError where the register holds candidates or publications, or a record holds a value that the
    codebook does not know.
    """
    codebook, living, gone = read_codebook(settings.data), 0, 0
    with settings.open_store() as store, store.transaction():
        _check_empty(store)
        run_id = store.runs.start(RUN_KIND, "")
        for record in package.records():
            for field in record.fields:
                if field.status is Status.REPORTED:
                    check_value(field.name, field.value, codebook=codebook)
            _restore_record(store, record, run_id, publication=package.publication.id)
            living, gone = living + (record.withdrawn_at is None), gone + (record.withdrawn_at is not None)
            advance(record.name)
        _note_publication(store, package, living)
        told = f"{living} records and {gone} tombstones; their decisions stand as {package.publication.id}"
        store.audit.note(who, "restored", f"publication {package.publication.id}", after=told)
        counts = {"records": living, "tombstones": gone}
        store.runs.finish(run_id, verdict="healthy", finish_reason="finished", counts=counts)
    return living, gone


def _check_empty(store: Store) -> None:
    if store.publications.last() is not None or any(store.queue.counts().values()):
        raise TidiermapError(
            f"{store.path}: found candidates or publications, expected an empty register (--register NEW.db): two "
            "histories are not mixed; records.csv of the package goes through the queue (--locality)"
        )


def _note_publication(store: Store, package: Package, records: int) -> None:
    draft = store.publications.draft((record.id, to_line(record)) for record in package.records())
    tables = tables_digest(store.records.all())
    store.publications.note(package.publication, draft, records=records, tables=tables)
    store.publications.seal(package.publication, package.manifest)


def _restore_record(store: Store, record: ServiceRecord, run_id: str, *, publication: str) -> None:
    sheet, fields = _sheet(record)
    key = record.id.removeprefix("tm-")
    fetch = Fetch(url=record.page_url, final_url=record.page_url, status=200, fetched_at=record.fetched_at)
    page = store.pages.note_fetch(record.locality, fetch, body=f"{key}\n{sheet}".encode())
    text_hash = digest(sheet)
    reading = ReadResult(text=sheet, text_hash=text_hash, title=record.name, kind=PageKind.SERVICE.value)
    draft = Candidate(
        key=key,
        locality=record.locality,
        page_url=record.page_url,
        name=record.name,
        text_hash=text_hash,
        fields=fields,
        codes=(),
        spans=((0, len(sheet)),),
    )
    version_id = store.pages.note_reading(page, reading)
    store.queue.add(draft, page_id=page.id, version_id=version_id, run_id=run_id)
    for decision in _decisions(record, key, publication):
        store.decisions.decide_record(decision) if decision.field == RECORD else store.decisions.decide_field(decision)
    store.restored.keep(record, key, publication=publication, who=publication)


def _decisions(record: ServiceRecord, key: str, publication: str) -> Iterator[Decision]:
    """An approval of each field on the day on which it was verified, then of the record; a tombstone is rejected."""
    approval = Decision(
        candidate=key,
        revision=1,
        field=RECORD,
        verdict=DecisionVerdict.APPROVE,
        value=None,
        evidence=(),
        reviewer=publication,
        decided_at=record.verified_at,
    )
    for field in record.fields:
        yield replace(approval, field=field.name, decided_at=field.verified_at)
    if record.withdrawn_at is None:
        yield approval
    else:
        yield replace(approval, verdict=DecisionVerdict.REJECT, decided_at=record.withdrawn_at)


def _sheet(record: ServiceRecord) -> tuple[str, tuple[DraftField, ...]]:
    """The quotes of a record one below the other, and its fields with their evidence on that sheet."""
    quotes = dict.fromkeys(one.quote for field in record.fields for one in field.evidence)
    at, places = 0, dict[str, int]()
    for quote in quotes:
        places[quote] = at
        at += len(quote) + len(APART)
    fields = []
    for field in record.fields:
        evidence = tuple(
            Evidence(
                quote=one.quote,
                start=places[one.quote],
                end=places[one.quote] + len(one.quote),
                rule=one.rule or RULE,
                supports=one.supports,
            )
            for one in field.evidence
        )
        fields.append(DraftField(name=field.name, status=field.status, value=field.value, evidence=evidence, score=1.0))
    return APART.join(quotes), tuple(fields)
