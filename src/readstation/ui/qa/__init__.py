"""The quality screen: sign-offs, how each came about, scores, the audit chain."""
