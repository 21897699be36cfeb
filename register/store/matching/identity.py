"""Organisation, programme and place of each candidate: ids that follow from what people said of pairs.

The machine proposes in `pairs`; only a judgement makes two ids one. An id bears the id of the candidate that had it
first, so a name or an address may change and the id stays, an undone judgement gives each its own again, and an id that
went into another one still leads to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from register.database import Database
from register.models import Clock, ServiceRecord
from register.serial import to_text

# Which judgements say that the two have the same one.
JOINS: Final = {
    "organisation": "j.verdict = 'merge' OR j.organisation",
    "programme": "j.verdict IN ('merge', 'place')",
    "place": "j.verdict = 'merge'",
}
PREFIX: Final = {"organisation": "org", "programme": "prog", "place": "place"}
TABLES: Final = {"organisation": "organisations", "programme": "programmes", "place": "places"}
# What each is called after, of a record's fields; the first that says anything.
CALLED: Final = {
    "organisation": ("fact.provider",),
    "programme": ("tidier.brief_name",),
    "place": ("fact.addresses", "fact.postcodes", "tidier.where"),
}
MOST_JOINED: Final = 5_000  # candidates of one organisation that are followed


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    organisation: str
    programme: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What an organisation, programme or place was called from a day on."""

    name: str
    since: str


class IdentityTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def of(self, candidate_id: str) -> Identity:
        return Identity(**{aspect: self._id(aspect, candidate_id) for aspect in JOINS})

    def leads_to(self, entity: str) -> str:
        """The id that stands now for one that was given out: itself, or the one that it went into."""
        prefix, _, candidate_id = entity.partition("-")
        aspect = next((name for name, short in PREFIX.items() if short == prefix), "")
        return self._id(aspect, candidate_id) if aspect else entity

    def new_names(self, records: Iterable[ServiceRecord]) -> Iterator[tuple[str, str]]:
        """(id, name) of what is called otherwise than before by these records; the record that gave the id says it."""
        for record in records:
            values = {field.name: field.value for field in record.fields}
            for aspect in TABLES:
                entity = getattr(record, f"{aspect}_id")
                if entity != f"{PREFIX[aspect]}-{record.id.removeprefix('tm-')}":
                    continue
                said = next((one for name in CALLED[aspect] if (one := _text(values.get(name)))), "")
                said = said or (record.name if aspect == "programme" else "")
                called = self.names(entity)
                if said and (not called or called[-1].name != said):
                    yield entity, said

    def note_names(self, names: Iterable[tuple[str, str]]) -> None:
        """Keeps that these are called so from now on."""
        now = to_text(self._clock())
        for entity, said in names:
            self._db.execute(
                f"INSERT OR REPLACE INTO {_table(entity)} (id, name, since) VALUES (?, ?, ?)",  # noqa: S608 (ours)
                [entity, said, now],
            )

    def names(self, entity: str) -> tuple[Called, ...]:
        """What it was called, the first name first."""
        table = _table(entity)
        if not table:
            return ()
        rows = self._db.query(f"SELECT name, since FROM {table} WHERE id = ? ORDER BY since", [entity])  # noqa: S608
        return tuple(Called(name=row["name"], since=row["since"]) for row in rows)

    def _id(self, aspect: str, candidate_id: str) -> str:
        """Joined in the order of the judgements: what was joined before keeps its id, else who was seen first."""
        joins = sorted(self._joins(aspect, candidate_id))
        leads: dict[str, str] = {}
        formed: dict[str, int] = {}

        def root(one: str) -> str:
            while one in leads:
                one = leads[one]
            return one

        for number, first, second in joins:
            a, b = root(first), root(second)
            if a == b:
                continue
            kept, gone = sorted((a, b), key=lambda one: (formed.get(one, number), self._seen(one), one))
            leads[gone] = kept
            formed.setdefault(kept, number)
        return f"{PREFIX[aspect]}-{root(candidate_id)}"

    def _joins(self, aspect: str, candidate_id: str) -> set[tuple[int, str, str]]:
        """(number, first, second) of the standing judgements that join the candidate with others, and those on."""
        found: set[tuple[int, str, str]] = set()
        seen, waiting = {candidate_id}, [candidate_id]
        while waiting and len(seen) < MOST_JOINED:
            one = waiting.pop()
            rows = self._db.conn.execute(
                "SELECT j.id, j.first, j.second FROM (SELECT * FROM judgements WHERE first = ? UNION ALL "  # noqa: S608 (ours)
                f"SELECT * FROM judgements WHERE second = ?) j WHERE ({JOINS[aspect]}) AND j.verdict <> 'undo' "
                "AND NOT EXISTS (SELECT 1 FROM judgements u WHERE u.undoes = j.id)",
                [one, one],
            )
            for number, first, second in rows:
                found.add((number, first, second))
                other = second if first == one else first
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return found

    def _seen(self, candidate_id: str) -> str:
        rows = self._db.query("SELECT first_seen_at FROM candidates WHERE id = ?", [candidate_id])
        return next((str(row["first_seen_at"]) for row in rows), "")


def _table(entity: str) -> str:
    """Where the names of an organisation, programme or place stand; "" for another id."""
    prefix = entity.partition("-")[0]
    return next((TABLES[aspect] for aspect, short in PREFIX.items() if short == prefix), "")


def _text(value: object) -> str:
    return str(value[0]) if isinstance(value, tuple) and value else str(value) if value else ""
