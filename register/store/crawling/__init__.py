"""The tables of what crawls found: runs, pages and their versions, routes and moves."""
