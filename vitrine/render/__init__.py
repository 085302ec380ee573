"""Rays -> picture; picture against picture."""

from __future__ import annotations

from vitrine.render.camera import Camera, frame
from vitrine.render.certificate import Certificate, Reference, certify, meant_for_px
from vitrine.render.compare import Difference, compare_views
from vitrine.render.contact_sheet import contact_sheet
from vitrine.render.fidelity import photo_fidelity
from vitrine.render.poster import PosterFile, render_poster, render_posters
from vitrine.render.scene import Scene
from vitrine.render.turntable import render_turntable
from vitrine.render.view import View, render_view
from vitrine.render.views import twelve_views

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
    "meant_for_px",
    "photo_fidelity",
    "render_poster",
    "render_posters",
    "render_turntable",
    "render_view",
    "twelve_views",
]
