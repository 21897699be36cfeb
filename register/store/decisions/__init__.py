"""The tables of what people decided: decisions, batches, blind reviews, disputes and notes."""
