"""Rays -> picture; picture against picture."""

from __future__ import annotations

from vitrine.render.camera import Camera, frame
from vitrine.render.metrics.certificate import Certificate, Reference, certify
from vitrine.render.metrics.image_metrics import Difference, compare_views
from vitrine.render.metrics.photo_match import photo_fidelity
from vitrine.render.metrics.viewpoints import twelve_views
from vitrine.render.pictures.contact_sheet import contact_sheet
from vitrine.render.pictures.render_poster import PosterFile, render_poster, render_posters
from vitrine.render.pictures.render_turntable import render_turntable
from vitrine.render.render import View, render_view
from vitrine.render.scene import Scene

__all__ = [
    "Camera",
    "Certificate",
    "Difference",
    "PosterFile",
    "Reference",
    "Scene",
    "View",
    "certify",
    "compare_views",
    "contact_sheet",
    "frame",
    "photo_fidelity",
    "render_poster",
    "render_posters",
    "render_turntable",
    "render_view",
    "twelve_views",
]
