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
FINAL_QUALITY = RenderQuality(dome_samples=6, key_samples=2)
"""Posters and turntables. The occlusion buffer's filter averages a tile of 16 pixels: the mean ΔE from eight
times as many rays is below 0.5 (`python -m benchmarks occlusion_rays`)."""
METRIC_QUALITY = RenderQuality(antialias=False)
"""Image metrics: one sample a pixel, no shadow rays"""
