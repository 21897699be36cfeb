"""The facts of a service, each with the place in the page's text that says it."""
