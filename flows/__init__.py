"""Composition: what the commands do, the command line, and the Prefect flows that wrap them."""
