"""The queue as a list: a line for each candidate with all that it is ordered and filtered by, its words, and how many
there are of each kind. It is made from the other tables, and follows them by triggers.

`stage` orders and names the state: 0 reopened, 1 undecided, 2 accepted, 3 rejected. The columns `by_*` are the orders,
smallest first.
"""
# ruff: noqa: S608 (all of it is ours)

STAGE = "CASE {state} WHEN 'reopened' THEN 0 WHEN 'undecided' THEN 1 WHEN 'accepted' THEN 2 ELSE 3 END"
GONE = "CASE WHEN {status} >= 400 THEN {status} ELSE 0 END"
# How far a candidate reaches: what a person said or approved, else what the machine proposes.
SCOPE = """coalesce((SELECT CASE s.state WHEN 'edit' THEN json_extract(d.value, '$')
    ELSE json_extract(s.proposal, '$.value') END FROM fields s JOIN decisions d ON d.id = s.decision_id
    WHERE s.candidate_id = {id} AND s.name = 'eligibility.scope' AND s.state IN ('edit', 'approve')), {scope})"""
PROPOSED_SCOPE = "(SELECT scope FROM candidates WHERE id = new.candidate_id)"
# What a line is counted as.
COUNTED = """
  SELECT 'all' AS what UNION ALL SELECT 'kind ' || {row}.page_kind UNION ALL SELECT 'scope ' || {row}.scope
  UNION ALL SELECT 'missing' WHERE {row}.missing_since IS NOT NULL UNION ALL SELECT 'gone' WHERE {row}.page_gone > 0
  UNION ALL SELECT 'no type' WHERE NOT {row}.type_known UNION ALL SELECT 'unclear' WHERE {row}.unclear
  UNION ALL SELECT 'clash' WHERE {row}.clash
"""
COUNT = """
  INSERT INTO queue_counts (locality, stage, what, n)
  SELECT place.locality, {row}.stage, counted.what, {by} FROM (SELECT '' AS locality UNION ALL SELECT {row}.locality)
  place, ({counted}) counted WHERE true ON CONFLICT (locality, stage, what) DO UPDATE SET n = n + excluded.n;
"""
ONE_MORE = COUNT.format(row="new", by="1", counted=COUNTED.format(row="new"))
ONE_LESS = COUNT.format(row="old", by="-1", counted=COUNTED.format(row="old"))
# How much a service of such a code adds to what is known of a locality that has n of them.
ADDS = "CASE WHEN {n} < 1 THEN 1.0 WHEN {n} < 3 THEN 0.5 WHEN {n} < 7 THEN 0.25 WHEN {n} < 15 THEN 0.125 ELSE 0.0 END"
HAS = "coalesce((SELECT n FROM locality_codes h WHERE h.locality = {locality} AND h.code = {code}), 0)"
NAMES_NOTHING = "('', 'general', 'other')"  # codes that say no more than that there is none
TYPE_ADDS = f"""CASE WHEN {{code}} IN {NAMES_NOTHING} THEN 0.0
    ELSE {ADDS.format(n=HAS.format(locality="{locality}", code="{code}"))} END"""
LINE_ADDS = "max({type}, {population})".format(
    type=TYPE_ADDS.format(locality="queue_lines.locality", code="queue_lines.type"),
    population=TYPE_ADDS.format(locality="queue_lines.locality", code="queue_lines.population"),
)
# The codes of a candidate that stand when it is accepted: what a person put in their place, else what was proposed;
# what is open then is accepted with it.
STANDING = """
  SELECT c.value AS code FROM fields f LEFT JOIN decisions d ON d.id = f.decision_id, json_each(CASE f.state
    WHEN 'edit' THEN d.value ELSE coalesce(json_extract(f.proposal, '$.value'), '[]') END) c
  WHERE f.candidate_id = {id} AND f.name IN ('code.type', 'code.population') AND f.state IN ('open', 'approve', 'edit')
"""
FIRST_CODE = """coalesce((SELECT json_extract(proposal, '$.value[0]') FROM fields
    WHERE candidate_id = {id} AND name = '{name}' AND json_extract(proposal, '$.status') = 'reported'), '')"""
OWN_WORDS = """substr((SELECT group_concat(substr(v.text, json_extract(s.value, '$[0]') + 1,
    json_extract(s.value, '$[1]') - json_extract(s.value, '$[0]')), char(10)) FROM json_each(r.draft, '$.spans') s),
    1, 4000)"""

STATEMENTS = f"""
CREATE TABLE queue_lines (
  line INTEGER PRIMARY KEY, candidate_id TEXT NOT NULL UNIQUE REFERENCES candidates(id), stage INTEGER NOT NULL,
  locality TEXT NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL, page_id INTEGER NOT NULL,
  page_url TEXT NOT NULL, page_kind TEXT NOT NULL, page_gone INTEGER NOT NULL, scope TEXT NOT NULL, score REAL NOT NULL,
  chance REAL NOT NULL DEFAULT 0.5, type_known INTEGER NOT NULL DEFAULT 0, unclear INTEGER NOT NULL DEFAULT 1,
  clash INTEGER NOT NULL DEFAULT 0, type TEXT NOT NULL DEFAULT '', population TEXT NOT NULL DEFAULT '',
  adds REAL NOT NULL DEFAULT 0.0, need REAL NOT NULL, waiting_since TEXT NOT NULL, changed_at TEXT NOT NULL,
  missing_since TEXT, verified_at TEXT,
  by_surest REAL AS (-chance) VIRTUAL, by_unknown REAL AS (type_known * 10 - chance) VIRTUAL,
  by_doubt REAL AS (abs(chance - 0.5)) VIRTUAL, by_worth REAL AS (-chance * (1 + adds)) VIRTUAL,
  by_need REAL AS (-need * 1000 - chance * (1 + adds)) VIRTUAL
) STRICT;
CREATE TABLE queue_counts (
  locality TEXT NOT NULL, stage INTEGER NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (locality, stage, what)
) STRICT, WITHOUT ROWID;
CREATE TABLE queue_touched (
  field TEXT NOT NULL, line INTEGER NOT NULL REFERENCES queue_lines(line), locality TEXT NOT NULL,
  PRIMARY KEY (field, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_counts_of_all ON queue_counts(locality, stage, n) WHERE what = 'all';
CREATE INDEX queue_touched_by_line ON queue_touched(line);
CREATE TABLE locality_needs (locality TEXT PRIMARY KEY, need REAL NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE locality_codes (
  locality TEXT NOT NULL, code TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (locality, code)
) STRICT, WITHOUT ROWID;
CREATE TABLE accepted_codes (
  line INTEGER NOT NULL REFERENCES queue_lines(line), code TEXT NOT NULL, PRIMARY KEY (line, code)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE queue_words USING fts5(
  name, organisation, address, words, tokenize = 'unicode61 remove_diacritics 2', prefix = '3', detail = column
);

CREATE TRIGGER line_is_counted AFTER INSERT ON queue_lines BEGIN
{ONE_MORE}
END;
CREATE TRIGGER line_is_counted_anew AFTER UPDATE ON queue_lines WHEN
  (old.stage, old.locality, old.page_kind, old.scope, old.page_gone, old.type_known, old.unclear, old.clash) IS NOT
  (new.stage, new.locality, new.page_kind, new.scope, new.page_gone, new.type_known, new.unclear, new.clash)
  OR (old.missing_since IS NULL) <> (new.missing_since IS NULL)
BEGIN
{ONE_LESS}
{ONE_MORE}
END;
CREATE TRIGGER line_of_a_candidate AFTER INSERT ON candidates BEGIN
  INSERT INTO queue_lines (candidate_id, stage, locality, name, revision, page_id, page_url, page_kind, page_gone,
    scope, score, need, waiting_since, changed_at, missing_since)
  SELECT new.id, {STAGE.format(state="new.state")}, new.locality, new.name, new.revision, p.id, p.url, p.kind,
    {GONE.format(status="p.status")}, new.scope, new.score,
    coalesce((SELECT need FROM locality_needs WHERE locality = new.locality), 0.0), new.first_seen_at, new.changed_at,
    new.missing_since
  FROM pages p WHERE p.id = new.page_id;
END;
CREATE TRIGGER line_follows_its_candidate
AFTER UPDATE OF locality, name, revision, score, scope, changed_at, missing_since ON candidates
WHEN (old.locality, old.name, old.revision, old.score, old.scope, old.changed_at, old.missing_since) IS NOT
  (new.locality, new.name, new.revision, new.score, new.scope, new.changed_at, new.missing_since)
BEGIN
  UPDATE queue_lines SET locality = new.locality, name = new.name, revision = new.revision, score = new.score,
    scope = {SCOPE.format(id="new.id", scope="new.scope")}, changed_at = new.changed_at,
    missing_since = new.missing_since
  WHERE candidate_id = new.id;
END;
CREATE TRIGGER line_follows_the_state AFTER UPDATE OF state ON candidates WHEN old.state <> new.state BEGIN
  UPDATE queue_lines SET stage = {STAGE.format(state="new.state")},
    waiting_since = CASE WHEN new.state IN ('reopened', 'undecided') AND old.state NOT IN ('reopened', 'undecided')
      THEN new.changed_at ELSE waiting_since END
  WHERE candidate_id = new.id;
END;
CREATE TRIGGER reopened_fields AFTER UPDATE OF state ON candidates WHEN new.state = 'reopened' BEGIN
  INSERT OR IGNORE INTO queue_touched (field, line, locality)
  SELECT f.name, l.line, l.locality FROM queue_lines l JOIN fields f ON f.candidate_id = l.candidate_id
  WHERE l.candidate_id = new.id AND f.state = 'open';
END;
CREATE TRIGGER no_longer_reopened AFTER UPDATE OF stage ON queue_lines WHEN old.stage = 0 AND new.stage <> 0 BEGIN
  DELETE FROM queue_touched WHERE line = new.line;
END;
CREATE TRIGGER touched_is_counted AFTER INSERT ON queue_touched BEGIN
  INSERT INTO queue_counts (locality, stage, what, n)
  SELECT place.locality, 0, 'field ' || new.field, 1 FROM (SELECT '' AS locality UNION ALL SELECT new.locality) place
  WHERE true ON CONFLICT (locality, stage, what) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER touched_is_counted_no_more AFTER DELETE ON queue_touched BEGIN
  UPDATE queue_counts SET n = n - 1 WHERE locality IN ('', old.locality) AND stage = 0 AND what = 'field ' || old.field;
END;
CREATE TRIGGER line_follows_its_scope AFTER UPDATE OF state, decision_id ON fields
WHEN new.name = 'eligibility.scope' BEGIN
  UPDATE queue_lines SET scope = {SCOPE.format(id="new.candidate_id", scope=PROPOSED_SCOPE)}
  WHERE candidate_id = new.candidate_id;
END;
CREATE TRIGGER line_follows_its_page AFTER UPDATE OF kind, status ON pages
WHEN (old.kind, old.status) IS NOT (new.kind, new.status) BEGIN
  UPDATE queue_lines SET page_kind = new.kind, page_gone = {GONE.format(status="new.status")} WHERE page_id = new.id;
END;
CREATE TRIGGER line_of_a_record AFTER INSERT ON records BEGIN
  UPDATE queue_lines SET verified_at = CASE WHEN new.withdrawn_at IS NULL THEN new.verified_at END
  WHERE candidate_id = new.candidate_id;
END;
CREATE TRIGGER line_follows_its_record AFTER UPDATE OF verified_at, withdrawn_at ON records BEGIN
  UPDATE queue_lines SET verified_at = CASE WHEN new.withdrawn_at IS NULL THEN new.verified_at END
  WHERE candidate_id = new.candidate_id;
END;
CREATE TRIGGER codes_of_what_is_accepted AFTER UPDATE OF stage ON queue_lines WHEN new.stage = 2 AND old.stage <> 2
BEGIN
  INSERT OR IGNORE INTO accepted_codes (line, code)
  SELECT new.line, s.code FROM ({STANDING.format(id="new.candidate_id")}) s WHERE s.code NOT IN {NAMES_NOTHING};
END;
CREATE TRIGGER codes_of_what_is_accepted_no_more AFTER UPDATE OF stage ON queue_lines
WHEN new.stage <> 2 AND old.stage = 2 BEGIN
  DELETE FROM accepted_codes WHERE line = new.line;
END;
CREATE TRIGGER line_adds AFTER UPDATE OF type, population, stage ON queue_lines
WHEN new.stage <= 1 AND (old.type, old.population, old.stage) IS NOT (new.type, new.population, new.stage) BEGIN
  UPDATE queue_lines SET adds = {LINE_ADDS} WHERE line = new.line;
END;
CREATE TRIGGER what_a_locality_needs AFTER INSERT ON locality_needs BEGIN
  UPDATE queue_lines SET need = new.need WHERE locality = new.locality;
END;
CREATE TRIGGER what_a_locality_needs_now AFTER UPDATE ON locality_needs WHEN old.need <> new.need BEGIN
  UPDATE queue_lines SET need = new.need WHERE locality = new.locality;
END;

INSERT INTO queue_lines (candidate_id, stage, locality, name, revision, page_id, page_url, page_kind, page_gone, scope,
  score, chance, type_known, unclear, type, population, adds, need, waiting_since, changed_at,
  missing_since, verified_at)
SELECT c.id, {STAGE.format(state="c.state")}, c.locality, c.name, c.revision, p.id, p.url, p.kind,
  {GONE.format(status="p.status")}, {SCOPE.format(id="c.id", scope="c.scope")}, c.score,
  chance_of(c.score, coalesce((SELECT json_extract(proposal, '$.value') FROM fields
    WHERE candidate_id = c.id AND name = 'eligibility.wide' AND json_extract(proposal, '$.status') = 'reported'), ''),
    p.kind, c.scope),
  coalesce((SELECT json_extract(proposal, '$.status') = 'reported' FROM fields
    WHERE candidate_id = c.id AND name = 'code.type'), 0),
  coalesce((SELECT json_extract(proposal, '$.status') <> 'reported' FROM fields
    WHERE candidate_id = c.id AND name = 'eligibility.wide'), 1),
  {FIRST_CODE.format(id="c.id", name="code.type")}, {FIRST_CODE.format(id="c.id", name="code.population")}, 1.0, 0.0,
  CASE WHEN c.state = 'reopened' THEN c.changed_at ELSE c.first_seen_at END, c.changed_at,
  c.missing_since, (SELECT verified_at FROM records WHERE candidate_id = c.id AND withdrawn_at IS NULL)
FROM candidates c JOIN pages p ON p.id = c.page_id ORDER BY c.first_seen_at, c.id;
CREATE INDEX lines_by_locality ON queue_lines(locality, stage);
CREATE INDEX lines_by_page ON queue_lines(page_id);
INSERT OR IGNORE INTO queue_touched (field, line, locality)
SELECT f.name, l.line, l.locality FROM queue_lines l JOIN fields f ON f.candidate_id = l.candidate_id
WHERE l.stage = 0 AND f.state = 'open';
INSERT OR IGNORE INTO accepted_codes (line, code)
SELECT l.line, s.value FROM queue_lines l JOIN fields f ON f.candidate_id = l.candidate_id
LEFT JOIN decisions d ON d.id = f.decision_id, json_each(CASE f.state WHEN 'edit' THEN d.value
  ELSE coalesce(json_extract(f.proposal, '$.value'), '[]') END) s
WHERE l.stage = 2 AND f.name IN ('code.type', 'code.population') AND f.state IN ('approve', 'edit')
  AND s.value NOT IN {NAMES_NOTHING};
INSERT INTO locality_codes (locality, code, n)
SELECT l.locality, a.code, count(*) FROM accepted_codes a JOIN queue_lines l ON l.line = a.line GROUP BY 1, 2;
UPDATE queue_lines SET adds = {LINE_ADDS} WHERE stage <= 1;
CREATE TRIGGER a_locality_has_one_more AFTER INSERT ON accepted_codes BEGIN
  INSERT INTO locality_codes (locality, code, n) SELECT locality, new.code, 1 FROM queue_lines WHERE line = new.line
  ON CONFLICT (locality, code) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER a_locality_has_one_less AFTER DELETE ON accepted_codes BEGIN
  UPDATE locality_codes SET n = n - 1
  WHERE locality = (SELECT locality FROM queue_lines WHERE line = old.line) AND code = old.code;
END;
CREATE TRIGGER a_first_one_of_its_kind AFTER INSERT ON locality_codes BEGIN
  UPDATE queue_lines SET adds = {LINE_ADDS}
  WHERE locality = new.locality AND stage <= 1 AND (type = new.code OR population = new.code);
END;
CREATE TRIGGER what_a_locality_has_few_of AFTER UPDATE OF n ON locality_codes
WHEN {ADDS.format(n="old.n")} <> {ADDS.format(n="new.n")} BEGIN
  UPDATE queue_lines SET adds = {LINE_ADDS}
  WHERE locality = new.locality AND stage <= 1 AND (type = new.code OR population = new.code);
END;
INSERT INTO queue_words (rowid, name, organisation, address, words)
SELECT l.line, l.name, coalesce((SELECT json_extract(proposal, '$.value') FROM fields
  WHERE candidate_id = c.id AND name = 'fact.provider'), ''), l.page_url, coalesce({OWN_WORDS}, '')
FROM queue_lines l JOIN candidates c ON c.id = l.candidate_id JOIN revisions r ON r.candidate_id = c.id AND
  r.revision = c.revision JOIN page_versions v ON v.id = r.version_id;

CREATE INDEX lines_by_surest ON queue_lines(stage, by_surest);
CREATE INDEX lines_by_unknown ON queue_lines(stage, by_unknown);
CREATE INDEX lines_by_doubt ON queue_lines(stage, by_doubt);
CREATE INDEX lines_by_worth ON queue_lines(stage, by_worth);
CREATE INDEX lines_by_need ON queue_lines(stage, by_need);
CREATE INDEX lines_by_wait ON queue_lines(stage, waiting_since);
CREATE INDEX lines_missing ON queue_lines(missing_since) WHERE missing_since IS NOT NULL;
CREATE INDEX lines_gone ON queue_lines(page_gone) WHERE page_gone > 0;
CREATE INDEX lines_verified ON queue_lines(verified_at) WHERE verified_at IS NOT NULL;
CREATE INDEX lines_by_kind ON queue_lines(page_kind);
CREATE INDEX lines_by_scope ON queue_lines(scope);
CREATE INDEX lines_of_no_type ON queue_lines(type_known) WHERE type_known = 0;
CREATE INDEX lines_unclear ON queue_lines(unclear) WHERE unclear = 1;
CREATE INDEX lines_clashing ON queue_lines(clash) WHERE clash = 1;
CREATE INDEX lines_changed ON queue_lines(changed_at);
"""
