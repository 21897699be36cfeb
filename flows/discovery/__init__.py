"""Discovery: from a locality's addresses to fetched pages, drafts, and candidates in the queue."""
