"""Taking in what people said: one statement, a spreadsheet of them, and whom to ask next."""
