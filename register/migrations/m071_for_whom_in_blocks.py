"""The words that say for whom a service is are part of by what it is found: the swimming for women and that for the
over 60s, of one number and one name otherwise, are never compared. All are compared anew, a locality with its next run.
"""

STATEMENTS = """
DELETE FROM trait_blocks;
DELETE FROM trait_bearers;
DELETE FROM trait_words;
DELETE FROM traits;
"""
