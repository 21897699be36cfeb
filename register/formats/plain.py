"""A record's values in the words of whoever reads them: labels instead of codes, ages as a span, absences told."""

from __future__ import annotations

from dataclasses import dataclass

from register.codes.vocabulary import FACT_BY_NAME, Status
from register.models import RecordField, ServiceRecord
from register.publishing.presentation import Shade, SheetColumn
from register.publishing.publication import Edition
from register.publishing.publishable import texts_of
from register.staleness.freshness import freshness_at

APART = "; "


@dataclass(frozen=True)
class PlainWords:
    """Reads the records of one edition."""

    edition: Edition

    def values(self, field: RecordField | None) -> tuple[str, ...]:
        """The field's values in plain words, none where it has none."""
        if field is None:
            return ()
        own = field.name.partition(".")[2]
        return tuple(self.word(own, value) for value in texts_of(field))

    def word(self, own: str, value: str) -> str:
        """A code or a word of a closed list as anybody says it; another value as it is."""
        told = self.edition.words.get(f"{own}:{value}") or self.edition.presentation.words.get(f"{own}_{value}")
        if told:
            return told
        fact = FACT_BY_NAME.get(own)
        return value.replace("_", " ").capitalize() if fact is not None and value in fact.allowed else value

    def cells(self, record: ServiceRecord) -> tuple[str, ...]:
        """The cells of the sheet's columns: values in words, else the kind of absence."""
        by_name = {field.name: field for field in record.fields}
        return tuple(self._cell(column, record, by_name) for column in self.edition.presentation.sheet)

    def _cell(self, column: SheetColumn, record: ServiceRecord, by_name: dict[str, RecordField]) -> str:
        names = column.fields.split()
        if column.kind in ("day", "freshness"):
            return record.verified_at.date().isoformat() if column.kind == "day" else self.freshness(record).words
        if column.kind == "ages":
            return self._ages(*(by_name.get(name) for name in names[:2]))
        found = [self._told(name, record, by_name) for name in names]
        told = [values for values in found if values]
        chosen = told[:1] if column.kind == "first" else told
        if chosen:
            return APART.join(value for values in chosen for value in values)
        return self.absence(by_name.get(names[0]))

    def absence(self, field: RecordField | None) -> str:
        status = field.status if field is not None else Status.NOT_EXTRACTED
        return self.edition.presentation.absent.get(status.value, status.value)

    def freshness(self, record: ServiceRecord) -> Shade:
        """On the day of the publication, by the record's own interval."""
        state = freshness_at(record.due_at, self.edition.publication.published_at, self.edition.freshness)
        return next(shade for shade in self.edition.presentation.freshness if shade.state is state)

    def place(self, record: ServiceRecord) -> str:
        """The locality's name, else that of its district, else its key."""
        named = self.edition.localities.get(record.locality) or self.edition.districts.get(record.gss_code)
        return named or record.locality

    def _told(self, name: str, record: ServiceRecord, by_name: dict[str, RecordField]) -> tuple[str, ...]:
        if name in by_name:
            return self.values(by_name[name])
        own = {"name": record.name, "page_url": record.page_url, "id": record.id, "locality": self.place(record)}
        return (own[name],) if own.get(name) else ()

    def _ages(self, youngest: RecordField | None, oldest: RecordField | None) -> str:
        low, high = texts_of(youngest), texts_of(oldest)
        if low and high:
            return f"{low[0]} to {high[0]}"
        if low:
            return f"{low[0]} and over"
        return f"up to {high[0]}" if high else self.absence(youngest)
