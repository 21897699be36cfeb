"""The lowest layer: the types that pass between stages, config, the store and the export."""
