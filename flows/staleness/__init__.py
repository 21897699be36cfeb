"""What became of what is published: pages asked for again, gone, moved or closing, records due."""
