"""Express material extensions in core glTF 2.0, for files that every reader understands."""
