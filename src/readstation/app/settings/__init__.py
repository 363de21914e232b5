"""What the users of a station set for themselves: read, and changed on record."""
