"""What pages and records are taken to be, with their history; notices that something is at an end, and what people
decided on them."""

STATEMENTS = """
CREATE TABLE page_states (
  page_id INTEGER PRIMARY KEY REFERENCES pages(id), verdict TEXT NOT NULL, cause TEXT NOT NULL, since TEXT,
  there TEXT, gone_days INTEGER NOT NULL, gone_first TEXT, gone_last TEXT,
  silent_days INTEGER NOT NULL, silent_first TEXT, silent_last TEXT
) STRICT;
CREATE TABLE looks (
  id INTEGER PRIMARY KEY, page_id INTEGER NOT NULL REFERENCES pages(id), day TEXT NOT NULL, means TEXT NOT NULL,
  verdict TEXT NOT NULL, cause TEXT NOT NULL, run_id TEXT NOT NULL
) STRICT;
CREATE INDEX looks_by_page ON looks(page_id, id);
CREATE TABLE verdicts (
  id INTEGER PRIMARY KEY, record_id TEXT NOT NULL, field TEXT NOT NULL, verdict TEXT NOT NULL, cause TEXT NOT NULL,
  since TEXT NOT NULL, run_id TEXT NOT NULL
) STRICT;
CREATE INDEX verdicts_by_record ON verdicts(record_id, field, id);
CREATE TRIGGER verdicts_no_update BEFORE UPDATE ON verdicts BEGIN
  SELECT RAISE(ABORT, 'the history of verdicts is append-only');
END;
CREATE TABLE endings (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('closing', 'dead', 'expired')), locality TEXT NOT NULL,
  host TEXT NOT NULL, about TEXT NOT NULL, page_url TEXT NOT NULL, quote TEXT NOT NULL, day TEXT NOT NULL,
  archive TEXT NOT NULL, archive_offset INTEGER NOT NULL, content_type TEXT NOT NULL, said TEXT NOT NULL,
  run_id TEXT NOT NULL
) STRICT;
CREATE INDEX endings_by_host ON endings(locality, host, kind);
CREATE TABLE ending_records (
  ending_id INTEGER NOT NULL REFERENCES endings(id), record_id TEXT NOT NULL, meant INTEGER NOT NULL,
  why TEXT NOT NULL, day TEXT NOT NULL, PRIMARY KEY (ending_id, record_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ending_records_by_record ON ending_records(record_id);
CREATE TABLE ending_decisions (
  id INTEGER PRIMARY KEY, ending_id INTEGER NOT NULL REFERENCES endings(id),
  verdict TEXT NOT NULL CHECK (verdict IN ('retired', 'dismissed', 'undone')), reviewer TEXT NOT NULL,
  decided_at TEXT NOT NULL, comment TEXT NOT NULL
) STRICT;
CREATE INDEX ending_decisions_by_ending ON ending_decisions(ending_id, id);
CREATE TABLE retirements (
  ending_decision INTEGER NOT NULL REFERENCES ending_decisions(id), record_id TEXT NOT NULL,
  decision_id INTEGER NOT NULL, PRIMARY KEY (ending_decision, record_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX retirements_by_record ON retirements(record_id);
CREATE INDEX retirements_by_decision ON retirements(decision_id);
CREATE TRIGGER ending_decisions_no_update BEFORE UPDATE ON ending_decisions BEGIN
  SELECT RAISE(ABORT, 'decisions on what is at an end are append-only');
END;
CREATE TRIGGER ending_decisions_no_delete BEFORE DELETE ON ending_decisions BEGIN
  SELECT RAISE(ABORT, 'decisions on what is at an end are append-only');
END;
"""
