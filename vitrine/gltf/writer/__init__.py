"""Model -> glTF 2.0 document."""
