"""The first tables. What only grows (decisions are evidence of who said what) the database itself refuses to change."""

STATEMENTS = """
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
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions BEGIN
  SELECT RAISE(ABORT, 'decisions are append-only');
END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN
  SELECT RAISE(ABORT, 'decisions are append-only');
END;
CREATE TRIGGER revisions_no_update BEFORE UPDATE ON revisions BEGIN
  SELECT RAISE(ABORT, 'revisions are append-only');
END;
CREATE TRIGGER revisions_no_delete BEFORE DELETE ON revisions BEGIN
  SELECT RAISE(ABORT, 'revisions are append-only');
END;
"""
