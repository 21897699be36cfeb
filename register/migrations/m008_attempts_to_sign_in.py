"""Attempts to sign in are counted in the register, so that a restart forgets none and several processes count alike."""

STATEMENTS = """
CREATE TABLE sign_in_attempts (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, address TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE INDEX sign_in_attempts_by_name ON sign_in_attempts(name, address, at);
CREATE INDEX sign_in_attempts_by_address ON sign_in_attempts(address, at);
"""
