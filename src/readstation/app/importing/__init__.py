"""Bringing files into the workspace, each one wholly or not at all."""
