"""The display check: test pattern, questions, luminances, history."""
