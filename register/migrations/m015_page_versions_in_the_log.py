"""Page versions stand in the log too: when a value's page was read follows from the versions that there were then."""

STATEMENTS = """
CREATE TRIGGER page_versions_are_logged AFTER INSERT ON page_versions BEGIN
  INSERT INTO log (kind, candidate_id, number) VALUES ('version', '', new.id);
END;
CREATE TRIGGER publications_are_logged AFTER INSERT ON publications BEGIN
  INSERT INTO log (kind, candidate_id, said, at) VALUES ('publication', '', new.id, new.published_at);
END;
"""
