"""The embedded store: SQLite through SQLAlchemy Core, one connection per unit of work."""
