"""Localities: their districts, places, outlines and needs, and where to look for their services."""
