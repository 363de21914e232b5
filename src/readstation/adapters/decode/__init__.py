"""Decoding frames in a worker process that may die without harm."""
