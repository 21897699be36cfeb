"""The review queue's lifecycle, decisions, and the reviewers' web application."""
