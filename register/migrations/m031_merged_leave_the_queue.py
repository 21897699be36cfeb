"""A candidate that was merged into another stands in no list and is counted nowhere, unless its page changed since and
it was opened again: then somebody must decide on what the other takes from it.

Its line has the stage 4; undoing the merge gives it back the stage of its state.
"""

AWAY = "merged_into IS NOT NULL AND state <> 'reopened'"

STATEMENTS = f"""
CREATE TRIGGER merged_leave_the_queue AFTER UPDATE OF merged_into ON candidates
WHEN old.merged_into IS NOT new.merged_into BEGIN
  UPDATE queue_lines SET stage = CASE WHEN new.merged_into IS NOT NULL AND new.state <> 'reopened' THEN 4
    WHEN new.state = 'reopened' THEN 0 WHEN new.state = 'undecided' THEN 1 WHEN new.state = 'accepted' THEN 2 ELSE 3 END
  WHERE candidate_id = new.id;
END;
CREATE TRIGGER merged_stay_out_of_the_queue AFTER UPDATE OF stage ON queue_lines WHEN new.stage <> 4
  AND EXISTS (SELECT 1 FROM candidates WHERE id = new.candidate_id AND {AWAY})
BEGIN
  UPDATE queue_lines SET stage = 4 WHERE line = new.line;
END;
UPDATE queue_lines SET stage = 4 WHERE candidate_id IN (SELECT id FROM candidates WHERE {AWAY});
"""  # noqa: S608 (the words are ours)
