"""The report's tables counted again by plain SQL over the canonical tables, apart from the code that makes them."""

# ruff: noqa: S608 (the words of the statements are ours)

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

Numbers = dict[tuple[str, ...], tuple[int, ...]]  # a row's numbers by what names it
FIELDS = {"delivery": "fact.delivery_mode", "cost": "fact.cost", "referral": "fact.referral"}
# Intersections that have rows of their own, written out again.
TOGETHER = (
    ("minority_ethnic_women", "minority_ethnic", "women"),
    ("minority_ethnic_men", "minority_ethnic", "men"),
    ("minority_ethnic_lgbtq", "minority_ethnic", "lgbtq"),
)
# What the form calls each measure that a website may name; "-" where it has no word for it.
ANSWER_OF = {
    **{code: code for code in ("wemwbs", "ons4", "ucla", "phq9", "gad7", "core", "mymop", "star", "eq5d", "own")},
    "swemwbs": "wemwbs",
    "de_jong_gierveld": "-",
}
VIEWS = """
CREATE TEMP TABLE told AS SELECT f.record_id AS id, f.name, j.value AS code
  FROM record_fields f,
  json_each(CASE WHEN json_type(f.value) = 'array' THEN f.value ELSE json_array(json(f.value)) END) j
  WHERE f.status = 'reported' AND f.value <> 'null' AND f.name NOT LIKE 'tidier.%';
CREATE INDEX told_by_id ON told(id, name);
CREATE TEMP TABLE living AS SELECT r.id, r.locality,
  EXISTS (SELECT 1 FROM told t WHERE t.id = r.id AND t.name = 'eligibility.scope'
    AND t.code IN ('elsewhere', 'national_reference')) AS away,
  EXISTS (SELECT 1 FROM told t WHERE t.id = r.id AND t.name = 'eligibility.wide' AND t.code = 'include') AS wide,
  EXISTS (SELECT 1 FROM told t WHERE t.id = r.id AND t.name = 'eligibility.strict' AND t.code = 'include') AS strict
  FROM records r WHERE r.withdrawn_at IS NULL;
CREATE TEMP TABLE counted AS
  SELECT id, locality AS area, wide, strict FROM living WHERE NOT away
  UNION ALL SELECT id, 'all', wide, strict FROM living WHERE NOT away;
CREATE TEMP TABLE answered AS SELECT record_id AS id, question, value, max(answer_id) FROM monitoring
  GROUP BY record_id, question;
"""


class PlainCounts:
    """Counts over the register at `path`, each by a statement of its own."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        self._db.executescript(VIEWS)
        for key, one, other in TOGETHER:
            self._db.execute(
                "INSERT INTO told SELECT a.id, a.name, ? FROM told a JOIN told b ON b.id = a.id AND b.name = a.name "
                "WHERE a.name = 'code.population' AND a.code = ? AND b.code = ?",
                [key, one, other],
            )

    def close(self) -> None:
        self._db.close()

    def _ask(self, sql: str, *asked: str) -> list[tuple[object, ...]]:
        return self._db.execute(sql, asked).fetchall()

    def axis(self, area: str, axis: str) -> Numbers:
        field = FIELDS.get(axis, f"code.{axis}")
        rows = self._ask(
            "SELECT t.code, count(*), sum(c.wide), sum(c.strict) FROM counted c JOIN told t ON t.id = c.id "
            "WHERE c.area = ? AND t.name = ? GROUP BY t.code",
            area,
            field,
        )
        rows += self._ask(
            "SELECT 'not_known', count(*), total(wide), total(strict) FROM counted c WHERE area = ? AND NOT EXISTS "
            "(SELECT 1 FROM told t WHERE t.id = c.id AND t.name = ?)",
            area,
            field,
        )
        rows += self._ask("SELECT '', count(*), total(wide), total(strict) FROM counted WHERE area = ?", area)
        return _by(rows, 1)

    def cross(self, area: str, *axes: str) -> Numbers:
        """A record's codes of each axis, or that there are none, joined to those of the next."""
        joins, names = "", []
        for n, axis in enumerate(axes):
            field = FIELDS.get(axis, f"code.{axis}")
            silent = f"NOT EXISTS (SELECT 1 FROM told t WHERE t.id = l.id AND t.name = '{field}')"
            joins += (
                f" JOIN (SELECT id, code FROM told WHERE name = '{field}' "
                f"UNION ALL SELECT id, 'not_known' FROM living l WHERE {silent}) a{n} ON a{n}.id = c.id"
            )
            names.append(f"a{n}.code")
        codes = ", ".join(names)
        sums = "count(*), sum(wide), sum(strict)"
        sql = f"SELECT {codes}, {sums} FROM counted c{joins} WHERE c.area = ? GROUP BY {codes}"
        return _by(self._ask(sql, area), len(axes))

    def localities(self) -> Numbers:
        rows = self._ask(
            "SELECT locality, sum(NOT away), sum(wide AND NOT away), sum(strict AND NOT away), sum(away) FROM living "
            "GROUP BY locality UNION ALL SELECT '', sum(NOT away), sum(wide AND NOT away), sum(strict AND NOT away), "
            "sum(away) FROM living"
        )
        return _by(rows, 1)

    def eligibility(self, area: str) -> Numbers:
        rows = self._ask(
            "SELECT coalesce(w.code, ''), coalesce(s.code, ''), count(*) FROM counted c "
            "LEFT JOIN told w ON w.id = c.id AND w.name = 'eligibility.wide' "
            "LEFT JOIN told s ON s.id = c.id AND s.name = 'eligibility.strict' WHERE c.area = ? GROUP BY 1, 2",
            area,
        )
        return _by(rows, 2)

    def items(self, area: str) -> Numbers:
        """Of each item: reported, not stated, not looked for, not applicable, withheld; then for each net how many
        report it and of how many."""
        states = ("reported", "not_reported", "not_extracted", "not_applicable", "withheld")
        sums = [f"sum(f.status = '{state}')" for state in states]
        for net in ("1", "c.wide", "c.strict"):
            sums.append(f"sum(f.status IN ('reported', 'withheld') AND {net})")
            sums.append(f"sum(f.status IN ('reported', 'withheld', 'not_reported') AND {net})")
        rows = self._ask(
            f"SELECT substr(f.name, 8), {', '.join(sums)} FROM counted c JOIN record_fields f ON f.record_id = c.id "
            "WHERE c.area = ? AND f.name LIKE 'tidier.%' GROUP BY f.name",
            area,
        )
        return _by(rows, 1)

    def mismatch(self, area: str, population: str, factor: str) -> tuple[int, ...]:
        """Served (all, wide, strict), served with the factor (all, wide, strict), with the factor at all."""
        has = "EXISTS (SELECT 1 FROM told t WHERE t.id = c.id AND t.name = ? AND t.code = ?)"
        served, both = ("code.population", population), ("code.factor", factor)
        one = self._ask(
            f"SELECT count(*), total(wide), total(strict) FROM counted c WHERE area = ? AND {has}", area, *served
        )
        two = self._ask(
            f"SELECT count(*), total(wide), total(strict) FROM counted c WHERE area = ? AND {has} AND {has}",
            area,
            *served,
            *both,
        )
        any_of = self._ask(f"SELECT count(*) FROM counted c WHERE area = ? AND {has}", area, *both)
        return tuple(int(str(n).partition(".")[0]) for n in (*one[0], *two[0], *any_of[0]))

    def evaluation(self, area: str) -> Numbers:
        """The codes of `evaluation`, and services that name any measure."""
        measures = ", ".join(f"'{code}'" for code in ANSWER_OF)
        rows = self._ask(
            "SELECT 'measures', count(*), total(wide), total(strict) FROM counted c WHERE area = ? AND EXISTS "
            f"(SELECT 1 FROM told t WHERE t.id = c.id AND t.name = 'code.evaluation' AND t.code IN ({measures}))",
            area,
        )
        return self.axis(area, "evaluation") | _by(rows, 1)

    def asked_measure(self, area: str, code: str) -> tuple[int, ...]:
        """How many providers name the measure on the form, and how many of their websites do too."""
        rows = self._ask(
            "SELECT count(*), count(t.id) FROM counted c JOIN answered a ON a.id = c.id AND a.question = "
            "'outcome_measures' AND '; ' || a.value || '; ' LIKE '%; ' || ? || '; %' LEFT JOIN told t ON t.id = c.id "
            "AND t.name = 'code.evaluation' AND t.code = ? WHERE c.area = ?",
            ANSWER_OF[code],
            code,
            area,
        )
        return tuple(int(str(n)) for n in rows[0])

    def beside(self, area: str, code: str) -> tuple[int, ...]:
        """Of those who answered: said on both, on the website alone, on the form alone, on neither."""
        codes = ", ".join(f"'{one}'" for one in (ANSWER_OF if code == "measures" else (code,)))
        site = f"EXISTS (SELECT 1 FROM told t WHERE t.id = c.id AND t.name = 'code.evaluation' AND t.code IN ({codes}))"
        form = "a.value NOT IN ('none', 'no', '0')"
        sums = (f"total({site} AND {form})", f"total({site} AND NOT {form})", f"total(NOT {site} AND {form})")
        rows = self._ask(
            f"SELECT {', '.join(sums)}, total(NOT {site} AND NOT {form}) FROM counted c JOIN answered a ON a.id = c.id "
            "WHERE c.area = ? AND a.question = ?",
            area,
            {"reach": "people_12_months", "evaluated": "evaluated", "measures": "outcome_measures"}[code],
        )
        return tuple(int(float(str(n))) for n in rows[0])


def _by(rows: Sequence[tuple[object, ...]], keys: int) -> Numbers:
    return {tuple(str(k) for k in row[:keys]): tuple(int(float(str(n))) for n in row[keys:]) for row in rows}


def read_rows(folder: Path, table: str) -> Iterator[dict[str, str]]:
    with (folder / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def compare(folder: Path, register: Path) -> Iterator[tuple[str, int, list[str]]]:
    """Each table of the report in `folder`: how many numbers of it were compared, and each that is not as counted."""
    plain = PlainCounts(register)
    for path in sorted((folder / "tables").glob("*.csv")):
        check = Check(path.stem, plain)
        if check.way is None:
            continue
        compared, wrong = 0, []
        for row in read_rows(folder, path.stem):
            told, counted = check.way(row)
            compared += len(counted)
            if told != counted:
                wrong.append(f"{dict(list(row.items())[:6])}: found {told}, counted {counted}")
        yield path.stem, compared, wrong
    plain.close()


NETS = ("approved", "wide", "strict")
Told = tuple[tuple[int, ...], tuple[int, ...]]  # what the row says, and what was counted
HEAD = ("area", "area_name", "gss_code")
ACROSS = ("type", "factor", "population", "cisl_type", "level", "principle")


class Check:
    """How the rows of a table are counted again; `way` is None for a table that others check."""

    def __init__(self, table: str, plain: PlainCounts) -> None:
        self._plain, self._table = plain, table
        self._seen: dict[tuple[str, ...], Numbers] = {}
        self.way = self._way()

    def _way(self) -> Callable[[dict[str, str]], Told] | None:
        own = {
            "by-locality": self.localities,
            "eligibility": self.eligibility,
            "tidier": self.items,
            "mismatch": self.mismatch,
            "mismatch-by-locality": self.mismatches,
            "evaluation": self.evaluation,
            "measures": self.measures,
            "websites-and-form": self.beside,
        }
        if self._table in own:
            return own[self._table]
        if self._table.startswith("cross-"):
            return self.cross
        if self._table.startswith(("by-", "study-")):
            return self.axis
        return self.across if self._table in [f"{axis}-by-locality" for axis in ACROSS] else None

    def _once(self, count: Callable[..., Numbers], *asked: str) -> Numbers:
        return self._seen[asked] if asked in self._seen else self._seen.setdefault(asked, count(*asked))

    def axis(self, row: dict[str, str]) -> Told:
        if row["code"].startswith("unpublished"):
            return (), ()
        return _numbers(row, *NETS), self._once(self._plain.axis, row["area"], row["axis"]).get(
            (row["code"],), (0,) * 3
        )

    def cross(self, row: dict[str, str]) -> Told:
        axes = [name for name in row if name not in (*HEAD, *NETS)]
        found = self._once(self._plain.cross, row["area"], *axes)
        return _numbers(row, *NETS), found.get(tuple(row[axis] for axis in axes), (0,) * 3)

    def across(self, row: dict[str, str]) -> Told:
        found = self._once(self._plain.axis, row["locality"], self._table.removesuffix("-by-locality"))
        return _numbers(row, *NETS), found.get((row["code"],), (0,) * 3)

    def localities(self, row: dict[str, str]) -> Told:
        return _numbers(row, *NETS, "away"), self._once(self._plain.localities)[(row["locality"],)]

    def eligibility(self, row: dict[str, str]) -> Told:
        found = self._once(self._plain.eligibility, row["area"])
        return _numbers(row, "services"), found.get((row["wide"], row["strict"]), (0,))

    def items(self, row: dict[str, str]) -> Told:
        columns = [name for name in row if name not in (*HEAD, "item", "label")]
        return _numbers(row, *columns), self._once(self._plain.items, row["area"]).get(
            (row["item"],), (0,) * len(columns)
        )

    def mismatch(self, row: dict[str, str]) -> Told:
        columns = (*(f"served_{net}" for net in NETS), *(f"both_{net}" for net in NETS), "factor_at_all")
        return _numbers(row, *columns), self._plain.mismatch(row["area"], row["population"], row["factor"])

    def mismatches(self, row: dict[str, str]) -> Told:
        counted = self._plain.mismatch(row["locality"], row["population"], row["factor"])
        return _numbers(row, "served", "both"), (counted[0], counted[3])

    def evaluation(self, row: dict[str, str]) -> Told:
        found = self._once(self._plain.evaluation, row["area"])
        counted = (*found.get((row["code"],), (0,) * 3), *found[("",)])
        return _numbers(row, *NETS, *(f"of_{net}" for net in NETS)), counted

    def measures(self, row: dict[str, str]) -> Told:
        found = self._once(self._plain.axis, row["area"], "evaluation").get((row["code"],), (0,) * 3)
        counted = self._plain.asked_measure(row["area"], row["code"])
        return _numbers(row, *NETS, "form", "both"), (*found, *counted)

    def beside(self, row: dict[str, str]) -> Told:
        columns = ("both", "website_alone", "form_alone", "neither")
        return _numbers(row, *columns), self._plain.beside(row["area"], row["code"])


def _numbers(row: dict[str, str], *columns: str) -> tuple[int, ...]:
    return tuple(int(row[column]) for column in columns)
