"""Panels of a second read: the request, the opinion, both reads side by side."""
