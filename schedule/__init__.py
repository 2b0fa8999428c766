"""Sessions, slots, speakers and the log of changes."""
