"""What anybody may read of a service, and what of a person is left out of it."""
