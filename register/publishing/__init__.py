"""What is published: an edition and its records, what must hold of it, what changed since, and in words."""
