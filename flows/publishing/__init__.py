"""Publishing: approved decisions become records, an edition and its files, and the public pages."""
