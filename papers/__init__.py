"""Papers, authors, search and recommendations."""
