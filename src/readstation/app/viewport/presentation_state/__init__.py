"""Presentation states in a viewport: which apply, how they are shown, changed and saved."""
