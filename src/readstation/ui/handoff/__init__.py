"""Handoffs: the lists, the request, the opinion, the comparison."""
