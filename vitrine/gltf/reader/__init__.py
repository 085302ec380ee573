"""glTF 2.0 document -> arrays and records."""
