"""Finding commands and keys."""
