"""Reviewers: their passwords, sessions, roles and localities."""
