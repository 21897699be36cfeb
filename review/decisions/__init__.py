"""What reviewers decide, on one record or on many at once, and how it is taken back."""
