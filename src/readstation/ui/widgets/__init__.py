"""Small shared controls with no product knowledge."""
