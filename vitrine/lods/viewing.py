"""How large a level of detail is looked at."""

from __future__ import annotations


def meant_for_px(texture_px: int) -> int:
    """The pixel size a level is meant for: where its textures are as fine as the screen.

    A view shows less than half of a model's surface, and half of an atlas lies empty or on seams: of 16
    texels along an atlas, about 3 are seen side by side.
    """
    return min(max(texture_px * 3 // 16, 128), 384)
