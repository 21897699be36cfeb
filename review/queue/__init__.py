"""The queue: what is done with a candidate that is seen again, what waits, and who is given what."""
