"""Which candidates are one service, one programme, one organisation or at one place: what tells a candidate, by what it
is found, how two compare, and how likely that makes each of these. Pure: no store, clock or network."""
