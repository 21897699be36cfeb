"""The register's tables, as migrations that are applied in order and never edited once released."""

from __future__ import annotations

from register.database import Database, Migrations

# What only grows: a decision is evidence of who said what, so the database itself refuses to change one.
APPEND_ONLY = ("decisions", "revisions")

FIRST_TABLES = """
CREATE TABLE runs (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, locality TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT,
  verdict TEXT NOT NULL CHECK (verdict IN ('running', 'healthy', 'quarantined', 'failed')),
  finish_reason TEXT NOT NULL DEFAULT '', counts TEXT NOT NULL DEFAULT '{}', message TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE issues (
  id INTEGER PRIMARY KEY, run_id TEXT NOT NULL REFERENCES runs(id), url TEXT NOT NULL, kind TEXT NOT NULL,
  message TEXT NOT NULL, noted_at TEXT NOT NULL
) STRICT;
CREATE INDEX issues_by_run ON issues(run_id);
CREATE TABLE pages (
  id INTEGER PRIMARY KEY, locality TEXT NOT NULL, url TEXT NOT NULL, final_url TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT '', status INTEGER NOT NULL DEFAULT 0,
  etag TEXT NOT NULL DEFAULT '', last_modified TEXT NOT NULL DEFAULT '', content_type TEXT NOT NULL DEFAULT '',
  body_hash TEXT NOT NULL DEFAULT '', text_hash TEXT NOT NULL DEFAULT '', archive TEXT NOT NULL DEFAULT '',
  archive_offset INTEGER NOT NULL DEFAULT 0, duplicate_of TEXT NOT NULL DEFAULT '',
  fetched_at TEXT, changed_at TEXT, checked_at TEXT, UNIQUE (locality, url)
) STRICT;
CREATE TABLE page_versions (
  id INTEGER PRIMARY KEY, page_id INTEGER NOT NULL REFERENCES pages(id), body_hash TEXT NOT NULL,
  text_hash TEXT NOT NULL, text TEXT NOT NULL, content_type TEXT NOT NULL, archive TEXT NOT NULL,
  archive_offset INTEGER NOT NULL, fetched_at TEXT NOT NULL, UNIQUE (page_id, body_hash)
) STRICT;
CREATE TABLE site_profiles (
  locality TEXT NOT NULL, host TEXT NOT NULL, profile TEXT NOT NULL, learned_at TEXT NOT NULL,
  PRIMARY KEY (locality, host)
) STRICT;
CREATE TABLE candidates (
  id TEXT PRIMARY KEY, locality TEXT NOT NULL, page_id INTEGER NOT NULL REFERENCES pages(id), name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('undecided', 'accepted', 'reopened', 'rejected')),
  revision INTEGER NOT NULL, score REAL NOT NULL, first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL,
  changed_at TEXT NOT NULL, missing_since TEXT
) STRICT;
CREATE INDEX candidates_by_state ON candidates(state, locality);
CREATE INDEX candidates_by_page ON candidates(page_id);
CREATE TABLE revisions (
  candidate_id TEXT NOT NULL REFERENCES candidates(id), revision INTEGER NOT NULL,
  version_id INTEGER NOT NULL REFERENCES page_versions(id), run_id TEXT NOT NULL REFERENCES runs(id),
  reason TEXT NOT NULL, draft TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (candidate_id, revision)
) STRICT;
CREATE TABLE decisions (
  id INTEGER PRIMARY KEY, candidate_id TEXT NOT NULL REFERENCES candidates(id), revision INTEGER NOT NULL,
  field TEXT NOT NULL, verdict TEXT NOT NULL, value TEXT NOT NULL, evidence TEXT NOT NULL,
  reviewer TEXT NOT NULL, decided_at TEXT NOT NULL, comment TEXT NOT NULL DEFAULT '', part_of INTEGER
) STRICT;
CREATE INDEX decisions_by_candidate ON decisions(candidate_id);
CREATE TABLE fields (
  candidate_id TEXT NOT NULL REFERENCES candidates(id), name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'approve', 'edit', 'reject', 'not_stated')),
  revision INTEGER NOT NULL, proposal TEXT NOT NULL, decision_id INTEGER REFERENCES decisions(id),
  fetched_at TEXT NOT NULL, changed_at TEXT NOT NULL, PRIMARY KEY (candidate_id, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE drift (
  candidate_id TEXT NOT NULL REFERENCES candidates(id), field TEXT NOT NULL, run_id TEXT NOT NULL,
  proposal TEXT NOT NULL, noted_at TEXT NOT NULL, PRIMARY KEY (candidate_id, field)
) STRICT, WITHOUT ROWID;
CREATE TABLE records (
  id TEXT PRIMARY KEY, candidate_id TEXT NOT NULL UNIQUE REFERENCES candidates(id), locality TEXT NOT NULL,
  gss_code TEXT NOT NULL, name TEXT NOT NULL, page_url TEXT NOT NULL, fetched_at TEXT NOT NULL,
  changed_at TEXT NOT NULL, verified_at TEXT NOT NULL, withdrawn_at TEXT
) STRICT;
CREATE TABLE record_fields (
  record_id TEXT NOT NULL REFERENCES records(id), name TEXT NOT NULL, status TEXT NOT NULL, value TEXT NOT NULL,
  evidence TEXT NOT NULL, fetched_at TEXT NOT NULL, changed_at TEXT NOT NULL, verified_at TEXT NOT NULL,
  verified_by TEXT NOT NULL, decision_id INTEGER NOT NULL REFERENCES decisions(id), PRIMARY KEY (record_id, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE publications (
  id TEXT PRIMARY KEY, published_at TEXT NOT NULL, records INTEGER NOT NULL, manifest TEXT NOT NULL
) STRICT;
CREATE TABLE users (
  name TEXT PRIMARY KEY, password_hash TEXT NOT NULL, role TEXT NOT NULL, created_at TEXT NOT NULL, disabled_at TEXT
) STRICT;
CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES users(name), csrf TEXT NOT NULL,
  created_at TEXT NOT NULL, expires_at TEXT NOT NULL
) STRICT;
"""

# What a run found and doubted, host by host; and when each page is to be asked for again.
RUNS_AND_REVISITS = """
ALTER TABLE pages ADD COLUMN cause TEXT NOT NULL DEFAULT '';
ALTER TABLE pages ADD COLUMN drafted_by TEXT NOT NULL DEFAULT '';
ALTER TABLE pages ADD COLUMN doubted TEXT NOT NULL DEFAULT '';
ALTER TABLE pages ADD COLUMN interval_days REAL NOT NULL DEFAULT 0;
ALTER TABLE pages ADD COLUMN due_at TEXT;
ALTER TABLE candidates ADD COLUMN seen_in TEXT NOT NULL DEFAULT '';
CREATE TABLE run_hosts (
  run_id TEXT NOT NULL REFERENCES runs(id), host TEXT NOT NULL, pages INTEGER NOT NULL, known INTEGER NOT NULL,
  failed INTEGER NOT NULL, service_pages INTEGER NOT NULL, services INTEGER NOT NULL, ended TEXT NOT NULL,
  cause TEXT NOT NULL, doubt TEXT NOT NULL, PRIMARY KEY (run_id, host)
) STRICT, WITHOUT ROWID;
CREATE TABLE findings (
  id INTEGER PRIMARY KEY, run_id TEXT NOT NULL REFERENCES runs(id), kind TEXT NOT NULL, name TEXT NOT NULL,
  url TEXT NOT NULL
) STRICT;
CREATE INDEX findings_by_run ON findings(run_id, kind)
"""


def register_migrations() -> Migrations:
    """The migrations in their order; a new one is added at the end."""
    migrations = Migrations("tidiermap")

    @migrations()
    def m001_first_tables(db: Database) -> None:
        _execute(db, FIRST_TABLES)
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                db.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
                )

    @migrations()
    def m002_find_runs_by_locality(db: Database) -> None:
        db.execute("CREATE INDEX runs_by_locality ON runs(locality, kind, started_at)")

    @migrations()
    def m003_tell_runs_and_revisit_pages(db: Database) -> None:
        _execute(db, RUNS_AND_REVISITS)

    @migrations()
    def m004_how_far_candidates_reach(db: Database) -> None:
        db.execute("ALTER TABLE candidates ADD COLUMN scope TEXT NOT NULL DEFAULT 'unclear'")
        db.execute(
            "CREATE TABLE routes (page_id INTEGER NOT NULL REFERENCES pages(id), route TEXT NOT NULL, "
            "source TEXT NOT NULL, first_at TEXT NOT NULL, last_at TEXT NOT NULL, "
            "PRIMARY KEY (page_id, route, source)) STRICT, WITHOUT ROWID"
        )

    @migrations()
    def m005_remember_what_was_no_page(db: Database) -> None:
        db.execute("ALTER TABLE pages ADD COLUMN no_page TEXT NOT NULL DEFAULT ''")

    @migrations()
    def m006_proposals_known_to_be_wrong(db: Database) -> None:
        db.execute(
            "CREATE TABLE known_wrong (candidate_id TEXT NOT NULL REFERENCES candidates(id), field TEXT NOT NULL, "
            "noted_at TEXT NOT NULL, PRIMARY KEY (candidate_id, field)) STRICT, WITHOUT ROWID"
        )

    return migrations


def _execute(db: Database, statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            db.execute(statement)
