"""The line of a new candidate comes whole, from its first draft: none is put there first to be filled in and counted
again. Its words wait for the end of the transaction. Fields that rest on another page, and the list of records, are
found by an index.
"""

from register.migrations.m025_the_queue_as_a_list import LINE_ADDS

STATEMENTS = f"""
DROP TRIGGER IF EXISTS line_of_a_candidate;
CREATE TRIGGER line_adds_from_the_start AFTER INSERT ON queue_lines WHEN new.stage <= 1 BEGIN
  UPDATE queue_lines SET adds = {LINE_ADDS} WHERE line = new.line;
END;
CREATE TABLE queue_words_due (
  line INTEGER PRIMARY KEY, name TEXT NOT NULL, organisation TEXT NOT NULL, address TEXT NOT NULL, words TEXT NOT NULL
) STRICT;
CREATE INDEX fields_from_elsewhere ON fields(candidate_id, name)
WHERE coalesce(json_extract(proposal, '$.evidence[0].page'), '') <> '';
ALTER TABLE records ADD COLUMN withdrawn INTEGER AS (withdrawn_at IS NOT NULL) VIRTUAL;
CREATE INDEX records_by_name ON records(withdrawn, name, id);
"""  # noqa: S608 (the words are ours)
