"""What may be asked of the outputs of `vitrine optimize`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.cases.model_facts import (
    LEVELS,
    colour_difference,
    document_of,
    faults_of_file,
    images_of,
    model_of,
    occlusion_of,
    reference_of,
    views_of,
)
from benchmarks.cases.records import Facts

VASE = "reference/vase.glb"
VASE_M = (0.2244, 0.3, 0.2621)
AR_EXTENSIONS = ("KHR_materials_unlit",)
"""What the AR file may keep beside core glTF 2.0."""


@dataclass(frozen=True)
class Sound:
    """The command succeeds; every GLB is valid; AR is core glTF with PNG or JPEG; no ICC, no EXIF."""

    def faults(self, facts: Facts) -> list[str]:
        if facts["code"]:
            return [f"exit code {facts['code']}: {facts['message'][:160]}"]
        folder = facts["folder"]
        roles = [role for role in facts["outputs"] if role.startswith("web-lod") or role == "ar"]
        faults = [fault for role in roles for fault in faults_of_file(folder, role)]
        for role in roles:
            for image in images_of(folder, role):
                if image.info.get("icc_profile") or image.info.get("exif"):
                    faults.append(f"{role}: an image carries a colour profile or EXIF")
                if role == "ar" and (image.format not in ("PNG", "JPEG") or image.mode == "CMYK"):
                    faults.append(f"ar: an image is {image.format} {image.mode}")
                if role == "ar" and image.mode.startswith("I"):
                    faults.append("ar: an image has 16 bits")
        needed = document_of(folder, "ar").get("extensionsRequired", [])
        return faults + [f"ar: requires {name}" for name in needed]


@dataclass(frozen=True)
class LooksLike:
    """The outputs look as those of another model do: outline and mean colour of small renderings."""

    like: str = VASE
    roles: tuple[str, ...] = ("web-lod0", "web-lod3", "ar", "poster")
    iou: float = 0.97
    delta_e: float = 3.0
    occlusion: bool = True
    """Whether the levels are drawn with their occlusion textures; the poster always is"""
    least_alpha: int = 128
    """A pixel is inside the outline from this alpha on: 128 for opaque models, less for blended ones"""

    def faults(self, facts: Facts) -> list[str]:
        if facts["code"]:
            return []  # said by `Sound`
        reference, faults = reference_of(facts, self.like), []
        for role in self.roles:
            views = views_of(facts["folder"], role, self.occlusion)
            pairs = zip(views, views_of(reference, role, self.occlusion), strict=True)
            measured = [colour_difference(one, other, self.least_alpha) for one, other in pairs]
            iou, off = min(m[0] for m in measured), max(m[1] for m in measured)
            if iou < self.iou:
                faults.append(f"{role}: outline IoU {iou:.2f}, {self.iou:.2f} wanted")
            if off > self.delta_e:
                faults.append(f"{role}: colours {off:.1f} ΔE apart, {self.delta_e:.1f} allowed")
        return faults


@dataclass(frozen=True)
class Extent:
    """Width, height and depth in metres; `None` is not asked for."""

    size_m: tuple[float | None, float | None, float | None] = VASE_M
    tolerance: float = 0.02

    def faults(self, facts: Facts) -> list[str]:
        if facts["code"]:
            return []
        got = facts["manifest"]["size_m"]
        bad = any(
            want is not None and abs(have - want) > self.tolerance * max(want, 1e-4)
            for have, want in zip(got, self.size_m, strict=True)
        )
        return [f"extent {', '.join(f'{side:.4g}' for side in got)} m"] if bad else []


@dataclass(frozen=True)
class Triangles:
    """How many triangles the first level has."""

    least: int = 1
    most: int = 10**9

    def faults(self, facts: Facts) -> list[str]:
        if facts["code"]:
            return []
        count = facts["outputs"]["web-lod0"]["triangles"]
        return [] if self.least <= count <= self.most else [f"{count} triangles"]


@dataclass(frozen=True)
class Has:
    """Something holds of the JSON of outputs."""

    what: str
    holds: Callable[[dict[str, Any]], bool]
    roles: tuple[str, ...] = LEVELS

    def faults(self, facts: Facts) -> list[str]:
        if facts["code"]:
            return []
        wrong = [role for role in self.roles if not self.holds(document_of(facts["folder"], role))]
        return [f"{self.what}: not in {', '.join(wrong)}"] if wrong else []


@dataclass(frozen=True)
class Shows:
    """Something holds of the small renderings' pixels, (n, 4) uint8 where there is something."""

    what: str
    holds: Callable[[np.ndarray[Any, Any]], bool]
    roles: tuple[str, ...] = ("web-lod0", "web-lod3", "ar", "poster")

    def faults(self, facts: Facts) -> list[str]:
        if facts["code"]:
            return []
        wrong = []
        for role in self.roles:
            pixels = np.concatenate([view[view[..., 3] > 20] for view in views_of(facts["folder"], role)])
            if not len(pixels) or not self.holds(pixels.astype(np.float64)):
                wrong.append(role)
        return [f"{self.what}: not in {', '.join(wrong)}"] if wrong else []


@dataclass(frozen=True)
class Keeps:
    """Something holds of the outputs as models: `holds(model)`."""

    what: str
    holds: Callable[[Any], bool]
    roles: tuple[str, ...] = ("web-lod0", "web-lod3", "ar")

    def faults(self, facts: Facts) -> list[str]:
        if facts["code"]:
            return []
        wrong = [role for role in self.roles if not self.holds(model_of(facts["folder"], role))]
        return [f"{self.what}: not in {', '.join(wrong)}"] if wrong else []


@dataclass(frozen=True)
class SameOcclusion:
    """The occlusion at the surface is that of the source, read with the source's own UV set.

    Compared at the centroids of the output's triangles and the nearest centroids of the source, both in a box
    from 0 to 1, since a level is moved onto the ground.
    """

    most: float = 0.01
    """The mean difference allowed; occlusion is from 0 to 1. With UV0 the case's would be 0.019 off"""
    roles: tuple[str, ...] = ("web-lod0", "ar")

    def faults(self, facts: Facts) -> list[str]:
        if facts["code"]:
            return []
        from scipy.spatial import cKDTree

        from vitrine.gltf.reader.read_glb import read_glb

        places, wanted = occlusion_of(read_glb(facts["path"].read_bytes()))
        tree, wrong = cKDTree(places), []
        for role in self.roles:
            there, got = occlusion_of(model_of(facts["folder"], role))
            off = float(np.abs(got - wanted[tree.query(there)[1]]).mean()) if len(there) else 1.0
            if off > self.most:
                wrong.append(f"{role}: occlusion is {off:.3f} off on average, {self.most:.3f} allowed")
        return wrong


@dataclass(frozen=True)
class Images:
    """Something holds of every decoded image of outputs, as (h, w, 4) uint8."""

    what: str
    holds: Callable[[np.ndarray[Any, Any]], bool]
    roles: tuple[str, ...] = ("web-lod0", "web-lod3", "ar")

    def faults(self, facts: Facts) -> list[str]:
        if facts["code"]:
            return []
        wrong = []
        for role in self.roles:
            images = [np.array(image.convert("RGBA")) for image in images_of(facts["folder"], role)]
            if not images or not all(self.holds(image) for image in images):
                wrong.append(role)
        return [f"{self.what}: not in {', '.join(wrong)}"] if wrong else []


@dataclass(frozen=True)
class SameImage:
    """The base colour image of outputs is the source's, texel by texel, within a CIE 1976 difference."""

    delta_e: float = 2.0
    roles: tuple[str, ...] = ("web-lod0", "web-lod3", "ar")

    def faults(self, facts: Facts) -> list[str]:
        if facts["code"]:
            return []
        from vitrine.codecs.images import decode_image
        from vitrine.gltf.reader.read_glb import read_glb

        texture = read_glb(facts["path"].read_bytes()).materials[0].base_color
        assert texture is not None
        source = decode_image(texture.data, texture.media_type)
        wrong = []
        for role in self.roles:
            image = np.array(images_of(facts["folder"], role)[0].convert("RGBA"))
            wanted = np.dstack([source[..., :3], np.full(source.shape[:2], 255, np.uint8)])
            if image.shape != wanted.shape:
                wrong.append(f"{role} has {image.shape[1]}x{image.shape[0]} texels")
                continue
            worst = max(
                colour_difference(image[y : y + 1, x : x + 1], wanted[y : y + 1, x : x + 1])[1]
                for y in range(image.shape[0])
                for x in range(image.shape[1])
            )
            if worst > self.delta_e:
                wrong.append(f"{role}: a texel is {worst:.1f} ΔE off")
        return wrong
