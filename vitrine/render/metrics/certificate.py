"""What a level of detail kept of its source: measured, not judged."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar, cast

from vitrine.arrays import Floats
from vitrine.models import Quality
from vitrine.record import Record
from vitrine.render.camera import Camera
from vitrine.render.metrics.closest_point import Nearest
from vitrine.render.metrics.image_metrics import Difference, compare_views
from vitrine.render.metrics.surface_distance import Distance, sample_surface, surface_distance
from vitrine.render.metrics.viewpoints import twelve_views
from vitrine.render.render import Look, View, render_view
from vitrine.render.scene import Scene
from vitrine.threads import cpu_count, run_concurrently

LOOK = Look(smooth_edges=False)

T = TypeVar("T")


class Certificate(Record):
    """A level of detail against the repaired source."""

    to_source: Distance
    """From the level's surface to the source's: what was added"""
    from_source: Distance
    """From the source's surface to the level's: what was lost"""
    views: tuple[Difference, ...]
    """One for each of the twelve directions of `vitrine.render.metrics.viewpoints`"""
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
    """A source that several levels are measured against: what it takes is prepared once, for all threads."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.cameras = twelve_views(scene.low, scene.high)
        self._known: dict[object, object] = {}
        self._locks: dict[object, Lock] = {}

    @property
    def nearest(self) -> Nearest:
        """For distances to the source."""
        return self._once("nearest", lambda: Nearest(self.scene))

    def samples(self, seed: int) -> Floats:
        """Points on the source's surface."""
        return self._once(seed, lambda: sample_surface(self.scene, seed))

    def views(self, size_px: int) -> tuple[View, ...]:
        """The source from the twelve directions."""
        return tuple(self.view(camera, size_px) for camera in self.cameras)

    def view(self, camera: Camera, size_px: int) -> View:
        """The source seen by one of its cameras."""
        return self._once((id(camera), size_px), lambda: render_view(self.scene, camera, size_px, LOOK))

    def _once(self, key: object, make: Callable[[], T]) -> T:
        """What `make` gives; whoever asks for the same meanwhile waits for it."""
        with self._locks.setdefault(key, Lock()):
            if key not in self._known:
                self._known[key] = make()
            return cast(T, self._known[key])


def certify(source: Reference | Scene, lod: Scene, size_px: int, *, seed: int = 0) -> Certificate:
    """Measure a level of detail against its source, in space and in pictures `size_px` wide.

    Hand in one `Reference` when several levels share a source. The same arguments give the same numbers.
    """
    reference = source if isinstance(source, Reference) else Reference(source)
    diagonal = reference.scene.diagonal

    def difference(camera: Camera) -> Difference:
        return compare_views(reference.view(camera, size_px), render_view(lod, camera, size_px, LOOK))

    run_concurrently(reference.scene.make_ready, lod.make_ready)
    with ThreadPoolExecutor(cpu_count()) as pool:
        to_source = pool.submit(
            lambda: surface_distance(sample_surface(lod, seed), reference.nearest, diagonal)
        )
        from_source = pool.submit(lambda: surface_distance(reference.samples(seed), Nearest(lod), diagonal))
        views = tuple(pool.map(difference, reference.cameras))
        return Certificate(
            to_source=to_source.result(), from_source=from_source.result(), views=views, size_px=size_px
        )
