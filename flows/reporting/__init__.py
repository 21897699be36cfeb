"""Reports: of the published records as tables and pictures, and of each run."""
