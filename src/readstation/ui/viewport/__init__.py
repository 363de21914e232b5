"""The viewport widget and its commands."""
