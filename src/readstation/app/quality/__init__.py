"""What a quality reviewer sees and does: sign-offs, their story, scores, the audit chain."""
