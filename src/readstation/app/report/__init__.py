"""Writing, saving, sending, signing and adding to a report."""
