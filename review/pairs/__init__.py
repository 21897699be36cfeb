"""Likely duplicates: which candidates are compared, and two of them side by side to be judged."""
