"""Windows on several monitors: which there are, what each shows, and choosing it."""
