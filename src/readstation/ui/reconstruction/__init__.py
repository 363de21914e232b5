"""Planes through a volume, beside the report."""
