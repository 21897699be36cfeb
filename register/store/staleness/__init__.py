"""The tables of how records age: freshness, staleness, endings, and each record's life."""
