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
from vitrine.render.metrics.closest_point import ProximityQuery
from vitrine.render.metrics.image_metrics import ImageDifference, compare_images
from vitrine.render.metrics.surface_distance import SurfaceDistance, sample_surface, surface_distance
from vitrine.render.metrics.viewpoints import twelve_viewpoints
from vitrine.render.quality import METRIC_QUALITY
from vitrine.render.render_image import RenderedImage, render_image
from vitrine.render.scene import Scene
from vitrine.threads import cpu_count, run_concurrently

T = TypeVar("T")


class Certificate(Record):
    """A level of detail against the repaired source."""

    to_source: SurfaceDistance
    """From the level's surface to the source's: what was added"""
    from_source: SurfaceDistance
    """From the source's surface to the level's: what was lost"""
    differences: tuple[ImageDifference, ...]
    """One for each of the twelve directions of `vitrine.render.metrics.viewpoints`"""
    size_px: int
    """Pixels that the bounding box's diagonal spans in the views"""

    @property
    def silhouette_iou(self) -> float:
        """Of the worst view."""
        return min(view.silhouette_iou for view in self.differences)

    @property
    def ssim(self) -> float:
        """Mean over the views, as the next two."""
        return sum(view.ssim for view in self.differences) / len(self.differences)

    @property
    def psnr_db(self) -> float:
        return sum(view.psnr_db for view in self.differences) / len(self.differences)

    @property
    def normal_deg(self) -> float:
        return sum(view.normal_deg for view in self.differences) / len(self.differences)

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
        self.cameras = twelve_viewpoints(scene.bounds_min, scene.bounds_max)
        self._known: dict[object, object] = {}
        self._locks: dict[object, Lock] = {}

    @property
    def nearest(self) -> ProximityQuery:
        """For distances to the source."""
        return self._once("nearest", lambda: ProximityQuery(self.scene))

    def samples(self, seed: int) -> Floats:
        """Points on the source's surface."""
        return self._once(seed, lambda: sample_surface(self.scene, seed))

    def images(self, size_px: int) -> tuple[RenderedImage, ...]:
        """The source from the twelve directions."""
        return tuple(self.image(camera, size_px) for camera in self.cameras)

    def image(self, camera: Camera, size_px: int) -> RenderedImage:
        """The source seen by one of its cameras."""
        return self._once(
            (id(camera), size_px), lambda: render_image(self.scene, camera, size_px, METRIC_QUALITY)
        )

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
    diagonal = reference.scene.diagonal_m

    def difference(camera: Camera) -> ImageDifference:
        return compare_images(
            reference.image(camera, size_px), render_image(lod, camera, size_px, METRIC_QUALITY)
        )

    run_concurrently(reference.scene.prepare, lod.prepare)
    with ThreadPoolExecutor(cpu_count()) as pool:
        to_source = pool.submit(
            lambda: surface_distance(sample_surface(lod, seed), reference.nearest, diagonal)
        )
        from_source = pool.submit(
            lambda: surface_distance(reference.samples(seed), ProximityQuery(lod), diagonal)
        )
        differences = tuple(pool.map(difference, reference.cameras))
        return Certificate(
            to_source=to_source.result(),
            from_source=from_source.result(),
            differences=differences,
            size_px=size_px,
        )
