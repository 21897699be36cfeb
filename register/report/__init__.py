"""The report: what is available, against what is needed. Pure functions from published records to tables and pages."""
