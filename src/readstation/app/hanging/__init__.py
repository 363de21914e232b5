"""Hanging protocols at work: read, chosen, hung, stepped through, and made from what is shown."""
