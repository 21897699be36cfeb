"""What pages, records and fields are taken to be, since when and why, with all that was said of them before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from register.database import Database
from register.staleness.record_state import Told
from register.staleness.staleness import Failures, Look, Means, PageState, Verdict

RECORD = ""  # stands for the record as a whole where a field is named otherwise
OWN = (Verdict.CHANGED.value, Verdict.EXPIRED.value)  # what a field may be by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVerdict:
    """What was said of a record (`field` is "") or of a field of it from the day `since` on, until the next one."""

    field: str
    verdict: Verdict
    cause: str
    since: date
    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLook:
    """A look at a page that did not find it there."""

    day: date
    means: Means
    verdict: Verdict
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LivingRecord:
    """A published record with its candidate and the page on which that stands now; `page_id` is None where it has no
    page of the web, `published_url` is the page that the record names. `missing` says that it is no longer on its page,
    `touched` which of its fields are open again."""

    id: str
    name: str
    candidate_id: str
    page_id: int | None
    page_url: str
    published_url: str
    missing: bool
    touched: frozenset[str]


class StalenessTables:
    def __init__(self, db: Database) -> None:
        self._db = db

    def page_states(self, locality: str) -> dict[int, PageState]:
        """The states of the locality's pages, by the page's id; a page that was never looked at has none."""
        rows = self._db.query(
            "SELECT s.* FROM page_states s JOIN pages p ON p.id = s.page_id WHERE p.locality = ?", [locality]
        )
        return {int(row["page_id"]): _state(row) for row in rows}

    def keep_page_state(self, page_id: int, state: PageState, look: Look, *, run_id: str) -> None:
        """Keeps a state, and the look that led to it where it did not find the page there."""
        values = [
            page_id,
            state.verdict.value,
            state.cause,
            _day(state.since),
            _day(state.there),
            state.gone.days,
            _day(state.gone.first),
            _day(state.gone.last),
            state.silent.days,
            _day(state.silent.first),
            _day(state.silent.last),
        ]
        self._db.execute(f"INSERT OR REPLACE INTO page_states VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608 (marks)
        if look.means is not Means.THERE:
            self._db.execute(
                "INSERT INTO looks (page_id, day, means, verdict, cause, run_id) VALUES (?, ?, ?, ?, ?, ?)",
                [page_id, _day(look.day), look.means.value, look.verdict.value, look.cause, run_id],
            )

    def looks(self, page_id: int, limit: int = 50) -> tuple[PastLook, ...]:
        """The last looks that did not find the page there, newest first."""
        rows = self._db.query(
            "SELECT day, means, verdict, cause FROM looks WHERE page_id = ? ORDER BY id DESC LIMIT ?", [page_id, limit]
        )
        return tuple(
            PastLook(
                day=date.fromisoformat(row["day"]),
                means=Means(row["means"]),
                verdict=Verdict(row["verdict"]),
                cause=row["cause"],
            )
            for row in rows
        )

    def page_of(self, candidate_id: str) -> int | None:
        """The page on which a candidate stands now."""
        rows = self._db.query("SELECT page_id FROM candidates WHERE id = ?", [candidate_id])
        return next((int(row["page_id"]) for row in rows), None)

    def living(self, locality: str) -> tuple[LivingRecord, ...]:
        """The locality's records that are published, in the order of their ids."""
        rows = self._db.query(
            "SELECT r.id, r.name, r.candidate_id, r.page_url, c.missing_since, c.state, p.id AS page_id, p.url "
            "FROM records r JOIN candidates c ON c.id = r.candidate_id JOIN pages p ON p.id = c.page_id "
            "WHERE r.locality = ? AND r.withdrawn_at IS NULL AND c.state <> 'rejected' ORDER BY r.id",
            [locality],
        )
        return tuple(
            LivingRecord(
                id=row["id"],
                name=row["name"],
                candidate_id=row["candidate_id"],
                page_id=int(row["page_id"]) if str(row["url"]).startswith("http") else None,
                page_url=row["url"],
                published_url=row["page_url"],
                missing=row["missing_since"] is not None,
                touched=self._touched(row["candidate_id"]) if row["state"] == "reopened" else frozenset(),
            )
            for row in list(rows)
        )

    def _touched(self, candidate_id: str) -> frozenset[str]:
        rows = self._db.query("SELECT name FROM fields WHERE candidate_id = ? AND state = 'open'", [candidate_id])
        return frozenset(str(row["name"]) for row in rows)

    def note(self, record_id: str, record: Told, fields: Mapping[str, Told], *, day: date, run_id: str) -> bool:
        """Keeps what is said of a record and of those fields that are not simply as their record; whether anything
        else was said of it than before. What stays as it was is not written again."""
        last = self.current(record_id)
        back = {name: record for name, one in last.items() if name and name not in fields and one.verdict.value in OWN}
        changed = False
        for name, told in {RECORD: record, **fields, **back}.items():
            was = last.get(name)
            if was is not None and (was.verdict, was.cause) == (told.verdict, told.cause):
                continue
            if name and was is None and told.verdict is Verdict.LIVE:
                continue
            changed |= was is None or was.verdict is not told.verdict
            self._db.execute(
                "INSERT INTO verdicts (record_id, field, verdict, cause, since, run_id) VALUES (?, ?, ?, ?, ?, ?)",
                [record_id, name, told.verdict.value, told.cause, _day(day), run_id],
            )
        return changed

    def current(self, record_id: str) -> dict[str, PastVerdict]:
        """The last verdicts, by field ("" for the record); a field that has none is as its record. `since` is the day
        on which a verdict was first given in this row of it, however its cause was told since."""
        last: dict[str, PastVerdict] = {}
        for one in reversed(self.history(record_id)):
            was = last.get(one.field)
            since = was.since if was is not None and was.verdict is one.verdict else one.since
            last[one.field] = PastVerdict(
                field=one.field, verdict=one.verdict, cause=one.cause, since=since, run_id=one.run_id
            )
        return last

    def history(self, record_id: str) -> tuple[PastVerdict, ...]:
        """Everything that was ever said of the record and its fields, newest first."""
        rows = self._db.query("SELECT * FROM verdicts WHERE record_id = ? ORDER BY id DESC", [record_id])
        return tuple(
            PastVerdict(
                field=row["field"],
                verdict=Verdict(row["verdict"]),
                cause=row["cause"],
                since=date.fromisoformat(row["since"]),
                run_id=row["run_id"],
            )
            for row in rows
        )

    def of_records(self, locality: str = "") -> dict[str, Verdict]:
        """What is said now of each published record, of one locality or of all; the others have none yet."""
        rows = self._db.query(
            "SELECT v.record_id, v.verdict, max(v.id) FROM verdicts v JOIN records r ON r.id = v.record_id "
            "WHERE v.field = '' AND r.withdrawn_at IS NULL AND ? IN ('', r.locality) GROUP BY v.record_id",
            [locality],
        )
        return {str(row["record_id"]): Verdict(row["verdict"]) for row in rows}


def _state(row: dict[str, str]) -> PageState:
    return PageState(
        verdict=Verdict(row["verdict"]),
        cause=row["cause"],
        since=_date(row["since"]),
        there=_date(row["there"]),
        gone=Failures(days=int(row["gone_days"]), first=_date(row["gone_first"]), last=_date(row["gone_last"])),
        silent=Failures(days=int(row["silent_days"]), first=_date(row["silent_first"]), last=_date(row["silent_last"])),
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
