"""The worklist: what waits, in which order, and who has it."""
