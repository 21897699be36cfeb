"""Each record names its organisation, its programme and its place by ids that stay; what each was called since when."""

STATEMENTS = """
ALTER TABLE records ADD COLUMN organisation_id TEXT NOT NULL DEFAULT '';
ALTER TABLE records ADD COLUMN programme_id TEXT NOT NULL DEFAULT '';
ALTER TABLE records ADD COLUMN place_id TEXT NOT NULL DEFAULT '';
CREATE TABLE organisations (id TEXT NOT NULL, name TEXT NOT NULL, since TEXT NOT NULL, PRIMARY KEY (id, since)) STRICT;
CREATE TABLE programmes (id TEXT NOT NULL, name TEXT NOT NULL, since TEXT NOT NULL, PRIMARY KEY (id, since)) STRICT;
CREATE TABLE places (id TEXT NOT NULL, name TEXT NOT NULL, since TEXT NOT NULL, PRIMARY KEY (id, since)) STRICT;
CREATE INDEX records_by_programme ON records(programme_id);
CREATE INDEX records_by_organisation ON records(organisation_id);
"""
