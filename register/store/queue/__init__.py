"""The queue's tables: candidates, their revisions, the lines and lists of what waits, and leases."""
