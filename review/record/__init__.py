"""The record page and its parts: the board, its quotes and archived page, rules, notes and precedents."""
