"""The register as a whole: copied, purged, and made again from its log."""
