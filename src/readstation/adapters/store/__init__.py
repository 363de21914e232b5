"""The local image store: files named and checked by their content."""
