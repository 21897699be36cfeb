"""What may be said of a service: the checklist, the codebook, facts, vocabularies, and which are in a study."""
