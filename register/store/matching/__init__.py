"""The tables of what is one service: likely pairs, judgements, merging, and identity."""
