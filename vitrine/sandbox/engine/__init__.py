"""The sandbox's own image-to-3D engine: a preview, not TRELLIS.2.

It makes a closed, textured mesh from one photo in about a second, without a GPU and without learned weights.
It inflates the silhouette into a heightfield on both sides, turns the photo's luminance into relief, and
projects the photo onto the texture. The photo does not show the back, so the back is a guess.
"""

from __future__ import annotations

from vitrine.sandbox.engine.errors import EngineError
from vitrine.sandbox.engine.generate import generate

__all__ = ["EngineError", "generate"]
