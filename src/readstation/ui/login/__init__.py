"""Who is at the station."""
