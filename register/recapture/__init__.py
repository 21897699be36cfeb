"""How many services there are, told from which of them several searches found. Pure: no clock, no store, no chance."""
