"""Measure a level of detail against its source: distances of surfaces, differences of rendered images."""

from __future__ import annotations

from vitrine.arrays import Floats
from vitrine.gltf.model import Model
from vitrine.models import Quality
from vitrine.record import Record
from vitrine.render.camera import Camera
from vitrine.render.metrics.closest_point import ProximityQuery
from vitrine.render.metrics.image_metrics import ImageDifference, compare_images
from vitrine.render.metrics.surface_distance import SurfaceDistance, sample_surface, surface_distance
from vitrine.render.metrics.viewpoints import twelve_viewpoints
from vitrine.render.not_judged import not_judged
from vitrine.render.quality import METRIC_QUALITY
from vitrine.render.render_image import RenderedImage, render_image
from vitrine.render.scene import Scene
from vitrine.threads import Once, run_concurrently, thread_pool


class Certificate(Record):
    """The differences of a level of detail from the repaired source."""

    to_source: SurfaceDistance | None
    """From the level's surface to the source's: what was added; `None` where it was not asked for"""
    from_source: SurfaceDistance
    """From the source's surface to the level's: what was lost"""
    differences: tuple[ImageDifference, ...]
    """One for each of the twelve viewpoints, in their order"""
    size_px: int
    """Pixels that the bounding box's diagonal spans in the rendered images"""
    not_judged: tuple[str, ...] = ()
    """Features of the source's materials that the images do not show"""

    @property
    def silhouette_iou(self) -> float:
        """The smallest of the twelve viewpoints, 0…1."""
        return min(difference.silhouette_iou for difference in self.differences)

    @property
    def ssim(self) -> float:
        """The mean over the viewpoints, 1 when equal."""
        return self._mean("ssim")

    @property
    def psnr_db(self) -> float:
        """The mean over the viewpoints, dB."""
        return self._mean("psnr_db")

    @property
    def normal_deg(self) -> float:
        """The mean over the viewpoints, degrees."""
        return self._mean("normal_deg")

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

    def _mean(self, name: str) -> float:
        total: float = sum(getattr(difference, name) for difference in self.differences)
        return total / len(self.differences)


class Reference:
    """A source that several levels are measured against. Safe to share between threads.

    Each rendered image, the samples and the k-d tree are made once, when they are first needed.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.cameras = twelve_viewpoints(scene.bounds_min, scene.bounds_max)
        self._known = Once()

    @classmethod
    def of(cls, source: Model | Scene | Reference) -> Reference:
        """Return a reference as it is, so that callers share its images, or that of a model."""
        return source if isinstance(source, Reference) else cls(Scene.of(source))

    @property
    def proximity(self) -> ProximityQuery:
        """Distances to the source's surface."""
        return self._known.get("proximity", lambda: ProximityQuery(self.scene))

    def samples(self, seed: int) -> Floats:
        """Return samples of the source's surface, (n, 3) float64, metres."""
        return self._known.get(seed, lambda: sample_surface(self.scene, seed))

    def image(self, camera: Camera, size_px: int) -> RenderedImage:
        """Return the source rendered by one of `cameras`."""
        return self._known.get(
            (id(camera), size_px), lambda: render_image(self.scene, camera, size_px, METRIC_QUALITY)
        )


def certify(
    source: Reference | Scene, lod: Scene, size_px: int, *, seed: int = 0, both_ways: bool = True
) -> Certificate:
    """Measure a level of detail against its source, with images `size_px` wide.

    Simplification moves vertices and adds none, so what it costs shows from the source; the way back needs a
    k-d tree of all of the source's triangles, and is left out unless `both_ways` is set. Pass one `Reference`
    when several levels have one source. The same arguments give the same numbers.
    """
    reference = Reference.of(source)
    diagonal_m = reference.scene.diagonal_m

    def difference(camera: Camera) -> ImageDifference:
        rendered = render_image(lod, camera, size_px, METRIC_QUALITY)
        return compare_images(reference.image(camera, size_px), rendered)

    def to_source() -> SurfaceDistance | None:
        if not both_ways:
            return None
        return surface_distance(sample_surface(lod, seed), reference.proximity, diagonal_m)

    def from_source() -> SurfaceDistance:
        return surface_distance(reference.samples(seed), ProximityQuery(lod), diagonal_m)

    run_concurrently(reference.scene.decode_textures, lod.decode_textures)
    with thread_pool(None) as pool:
        added, lost = pool.submit(to_source), pool.submit(from_source)
        calls = [pool.submit(difference, camera) for camera in reference.cameras]
        differences = tuple(call.result() for call in calls)
        return Certificate(
            to_source=added.result(),
            from_source=lost.result(),
            differences=differences,
            size_px=size_px,
            not_judged=not_judged(reference.scene.used_materials),
        )
