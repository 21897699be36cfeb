"""Keeping a register: backups, their way back, and a person's data taken out for good."""
