"""The sample locality: a small website of invented services, served on loopback for `make run` and for tests."""
