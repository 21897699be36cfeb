"""The tables of people: reviewers, their sessions and localities, and who did what when."""
