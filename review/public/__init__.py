"""The pages that anybody may read: search, map, a page a service, and readers' reports."""
