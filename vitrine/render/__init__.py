"""Rays -> picture; picture against picture."""

from __future__ import annotations

from vitrine.render.camera import Camera, frame
from vitrine.render.compare import Difference, compare_views
from vitrine.render.contact_sheet import contact_sheet
from vitrine.render.poster import render_poster
from vitrine.render.scene import Scene
from vitrine.render.turntable import render_turntable
from vitrine.render.view import View, render_view
from vitrine.render.views import twelve_views

__all__ = [
    "Camera",
    "Difference",
    "Scene",
    "View",
    "compare_views",
    "contact_sheet",
    "frame",
    "render_poster",
    "render_turntable",
    "render_view",
    "twelve_views",
]
