"""What a level of detail kept of its source: measured, not judged."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from vitrine.models import Quality
from vitrine.record import Record
from vitrine.render.arrays import Floats
from vitrine.render.compare import Difference, compare_views
from vitrine.render.distance import Distance, sample_surface, surface_distance
from vitrine.render.nearest import Nearest
from vitrine.render.scene import Scene
from vitrine.render.view import Look, View, render_view
from vitrine.render.views import twelve_views

LOOK = Look(smooth_edges=False)


class Certificate(Record):
    """A level of detail against the repaired source."""

    to_source: Distance
    """From the level's surface to the source's: what was added"""
    from_source: Distance
    """From the source's surface to the level's: what was lost"""
    views: tuple[Difference, ...]
    """One for each of the twelve directions of `vitrine.render.views`"""
    size_px: int
    """Pixels that the bounding box's diagonal spans in the views"""

    @property
    def silhouette_iou(self) -> float:
        """Of the worst view."""
        return min(view.silhouette_iou for view in self.views)

    @property
    def ssim(self) -> float:
        """Mean over the views, as the next two."""
        return sum(view.ssim for view in self.views) / len(self.views)

    @property
    def psnr_db(self) -> float:
        return sum(view.psnr_db for view in self.views) / len(self.views)

    @property
    def normal_deg(self) -> float:
        return sum(view.normal_deg for view in self.views) / len(self.views)

    @property
    def quality(self) -> Quality:
        """The certificate in six numbers."""
        return Quality(
            rms_percent=self.from_source.rms_percent,
            max_percent=self.from_source.max_percent,
            silhouette_iou=self.silhouette_iou,
            ssim=self.ssim,
            psnr_db=self.psnr_db,
            normal_deg=self.normal_deg,
        )


class Reference:
    """A source that several levels are measured against: what it takes is prepared once."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.cameras = twelve_views(scene.low, scene.high)
        self._views: dict[int, tuple[View, ...]] = {}
        self._samples: dict[int, Floats] = {}

    @cached_property
    def nearest(self) -> Nearest:
        """For distances to the source."""
        return Nearest(self.scene)

    def samples(self, seed: int) -> Floats:
        """Points on the source's surface."""
        if seed not in self._samples:
            self._samples[seed] = sample_surface(self.scene, seed)
        return self._samples[seed]

    def views(self, size_px: int) -> tuple[View, ...]:
        """The source from the twelve directions."""
        if size_px not in self._views:
            self._views[size_px] = tuple(render_view(self.scene, c, size_px, LOOK) for c in self.cameras)
        return self._views[size_px]


def meant_for_px(texture_px: int) -> int:
    """The pixel size a level is meant for: where its textures are as fine as the screen.

    A view shows less than half of a model's surface, and half of an atlas lies empty or on seams: of 16
    texels along an atlas, about 3 are seen side by side.
    """
    return min(max(texture_px * 3 // 16, 128), 384)


def certify(source: Reference | Scene, lod: Scene, size_px: int, *, seed: int = 0) -> Certificate:
    """Measure a level of detail against its source, in space and in pictures `size_px` wide.

    Hand in one `Reference` when several levels share a source. The same arguments give the same numbers.
    """
    reference = source if isinstance(source, Reference) else Reference(source)
    diagonal = reference.scene.diagonal
    with ThreadPoolExecutor(1) as beside:
        to_source = beside.submit(
            lambda: surface_distance(sample_surface(lod, seed), reference.nearest, diagonal)
        )
        from_source = beside.submit(lambda: surface_distance(reference.samples(seed), Nearest(lod), diagonal))
        pairs = zip(reference.views(size_px), reference.cameras, strict=True)
        views = [compare_views(view, render_view(lod, camera, size_px, LOOK)) for view, camera in pairs]
    return Certificate(
        to_source=to_source.result(), from_source=from_source.result(), views=tuple(views), size_px=size_px
    )
