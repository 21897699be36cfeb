"""A decision on a published record, also an undo, has the day worked out again on which the record is due."""

STATEMENTS = """
CREATE TRIGGER decisions_make_due_days_anew AFTER INSERT ON decisions BEGIN
  UPDATE freshness SET stamp = '' WHERE record_id = (SELECT id FROM records WHERE candidate_id = new.candidate_id);
END;
"""
