"""Accounts, backup and restore."""
