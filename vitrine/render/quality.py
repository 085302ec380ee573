"""How much work a rendered image is worth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RenderQuality:
    """Rays for soft light, and whether edges are antialiased."""

    dome_samples: int = 0
    """Ambient-occlusion rays for each entry of the occlusion buffer; 0 leaves ambient occlusion out"""
    key_samples: int = 0
    """Shadow rays to the key light for each entry of the occlusion buffer; 0 leaves its shadows out"""
    antialias: bool = True
    """Sample pixels on edges four times"""


PREVIEW_QUALITY = RenderQuality()
"""Contact sheets: no shadow rays"""
FINAL_QUALITY = RenderQuality(dome_samples=12, key_samples=4)
"""Posters and turntables"""
METRIC_QUALITY = RenderQuality(antialias=False)
"""Image metrics: one sample a pixel, no shadow rays"""
