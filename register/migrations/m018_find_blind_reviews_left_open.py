"""What was left open too long is found without looking through all blind reviews."""

STATEMENTS = "CREATE INDEX blind_reviews_by_state ON blind_reviews(state, served_at);"
