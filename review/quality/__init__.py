"""How well reviewing goes: blind second reviews, what is wrong on purpose, disputes, agreement."""
