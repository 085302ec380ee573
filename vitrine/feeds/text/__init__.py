"""Bytes to rows and values: encodings, CSV, JSON, XML, and the JSON-LD of a page."""
