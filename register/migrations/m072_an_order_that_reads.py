"""What drafts propose, as the queue's order learns from it, has the words of their quotes too: told anew when asked."""

STATEMENTS = """
DELETE FROM candidate_traits;
"""
