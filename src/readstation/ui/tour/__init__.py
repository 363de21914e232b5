"""Drives the real windows through a whole reading day and takes pictures of it."""
