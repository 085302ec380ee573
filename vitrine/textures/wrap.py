"""Wrap modes and filters of samplers; the numbers are those of glTF 2.0 section 5.26."""

REPEAT, CLAMP = 10497, 33071
NEAREST, LINEAR = 9728, 9729
NEAREST_FILTERS = (NEAREST, 9984, 9986)
"""Filters that take the nearest texel of a level"""
