"""Who may use the station: logging in, and the first account."""
