"""The sandbox's own image-to-3D engine: a preview, not TRELLIS.2.

It makes a real, closed, textured model from one photo in about a second, without a GPU and without any
learned weights: the silhouette is inflated, the photo's light and dark become relief, and the photo is
baked on. It knows nothing of what the camera did not see, so the back is a guess.
"""

from __future__ import annotations

from vitrine.sandbox.engine.errors import EngineError
from vitrine.sandbox.engine.generate import generate

__all__ = ["EngineError", "generate"]
