"""Handoffs: asking another reader, answering, and taking the study back."""
