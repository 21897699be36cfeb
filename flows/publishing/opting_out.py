"""Providers that asked not to be listed (`data/opt_out.csv`): their records leave what is published and shown.

What stays in their place is a tombstone with the record's id and the day on which they asked. It names no one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from crawlers.limits import OptOut, read_opt_out
from register.hosts import is_web_address
from register.models import ServiceRecord
from register.publishing.publishable import texts_of
from register.store import Store

NO_NAME, NO_PAGE = "(its provider asked not to be listed)", "opted-out:"


@dataclass(frozen=True, slots=True)
class OptOuts:
    """Who asked not to be listed."""

    rows: tuple[OptOut, ...]

    def row_of(self, record: ServiceRecord) -> OptOut | None:
        """The row that covers the record: its page, or a web address that it gives as its own, is below it."""
        own = [text for field in record.fields if field.name == "fact.websites" for text in texts_of(field)]
        urls = [url for url in (record.page_url, *own) if is_web_address(url)]
        return next((row for row in self.rows for url in urls if row.covers(url)), None)

    def told(self, record: ServiceRecord) -> ServiceRecord:
        """The record as it is; where its provider asked not to be listed, what stays of it."""
        row = self.row_of(record)
        return _tombstone(record, row) if row else record


NOBODY = OptOuts(())


def read_opt_outs(data: Path) -> OptOuts:
    """Raises ConfigError with the line of a fault."""
    return OptOuts(read_opt_out(data))


def still_published(store: Store, records: Iterable[ServiceRecord], opted: OptOuts) -> Mapping[str, OptOut]:
    """Of those records, by id, the ones of which earlier publications have more than a tombstone, with their rows."""
    found = {}
    for record in records if opted.rows else ():
        row = opted.row_of(record)
        if row and any(one.line and NO_PAGE not in one.line for one in store.publications.life(record.id)):
            found[record.id] = row
    return found


def forget_published(store: Store, asked: Mapping[str, OptOut]) -> None:
    """Leaves nothing of these records in what was published before. Stands in a transaction, before a publication is
    compared with the last one."""
    for record_id, row in asked.items():
        store.publications.rewrite(record_id, partial(_tombstone, row=row))


def _tombstone(record: ServiceRecord, row: OptOut) -> ServiceRecord:
    """Dated by the day on which they asked, in every respect: it follows from the row alone."""
    asked = datetime.fromisoformat(row.asked_on).replace(tzinfo=UTC)
    return replace(
        record,
        name=NO_NAME,
        page_url=NO_PAGE,
        fields=(),
        found_via=(),
        fetched_at=asked,
        changed_at=asked,
        verified_at=asked,
        withdrawn_at=asked,
        merged_into="",
        ended=None,
        organisation_id="",
        programme_id="",
        place_id="",
    )
