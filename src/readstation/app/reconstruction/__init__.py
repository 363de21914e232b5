"""Planes through a volume: what the reader chooses, which images that makes, and their jobs."""
