"""Providers: the addresses that they are sent, the page that they open, and what they answer."""
