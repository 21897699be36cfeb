"""The tables of what is published: records, publications, and what the public pages read."""
