"""From a page's bytes to service drafts, every value with its quote; pure: no store, clock or network."""
