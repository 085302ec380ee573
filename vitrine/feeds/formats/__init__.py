"""One reader for each format of feeds."""
