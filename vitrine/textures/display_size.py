"""How large a model is shown when its textures are as fine as the screen."""

from __future__ import annotations


def display_size_px(texture_px: int) -> int:
    """Return the width in pixels at which a model with textures `texture_px` wide is shown and measured.

    A viewpoint shows less than half of a model's surface, and half of an atlas is empty or padding: of 16
    texels along an atlas, about 3 are visible side by side. The result lies between 128 and 384 pixels.
    """
    return min(max(texture_px * 3 // 16, 128), 384)
