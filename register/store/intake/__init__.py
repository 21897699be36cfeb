"""The tables of what people told: statements, imports, tasks, providers' answers, reports."""
