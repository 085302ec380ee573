"""USDZ, the format of AR Quick Look: write it, read it back, check it."""
