"""Requests to addresses that others name: which may be reached, and how much is read."""
