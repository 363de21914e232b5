"""Checks of the displays: measured luminances, the look at the test pattern, the standing."""
