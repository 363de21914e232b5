"""The machine: its clock, password hashing, the site's policy file."""
