"""The textures of a model, shrunk and encoded for each level, each picture decoded once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from threading import Lock

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Pixels
from vitrine.codecs.images import Kind, decode_image, image_size, is_plain
from vitrine.gltf.model import Material, Model, Texture
from vitrine.textures.chart_mask import ChartMasks
from vitrine.textures.images import can_halve, fitted_size, halve, halve_masked, resize
from vitrine.textures.padding import ENOUGH, fill_padding

SLOTS: tuple[tuple[str, Kind], ...] = (
    ("base_color", "color"),
    ("metallic_roughness", "data"),
    ("normal", "normal"),
    ("occlusion", "data"),
    ("emissive", "color"),
)


@dataclass(frozen=True, slots=True)
class TextureUse:
    """One picture of a model, and how it is to be treated."""

    texture: Texture
    kind: Kind
    drop_alpha: bool
    """Nothing reads the alpha: an opaque material's, or a data texture's."""


def texture_uses(materials: tuple[Material, ...]) -> dict[TextureUse, None]:
    """Every picture once, in the order the materials name them."""
    return {paint: None for material in materials for _, _, paint in _slots(material)}


def texture_pyramids(
    model: Model, drawn: Callable[[], Model] | None = None
) -> dict[TextureUse, TexturePyramid]:
    """A pyramid for every picture of a model; pictures of the same materials share their charts.

    `drawn` is the model as it will be drawn at most, where that is less than all of it.
    """
    users: dict[TextureUse, frozenset[int]] = {}
    for number, material in enumerate(model.materials):
        for paint in texture_uses((material,)):
            users[paint] = users.get(paint, frozenset()) | {number}
    shown = drawn or (lambda: model)
    charts = {materials: ChartMasks(shown, materials) for materials in set(users.values())}
    return {paint: TexturePyramid(paint, charts[materials]) for paint, materials in users.items()}


def _slots(material: Material) -> Iterator[tuple[str, int, TextureUse]]:
    for name, kind in SLOTS:
        texture = getattr(material, name)
        if texture is not None:
            keeps_alpha = name == "base_color" and material.alpha_mode != "OPAQUE"
            yield name, 0, TextureUse(texture, kind, not keeps_alpha)
    kinds = dict(_extension_kinds(material.extensions))
    for number, texture in enumerate(material.extension_textures):
        # Specular keeps its strength in alpha; nothing is dropped from what is not understood.
        yield "", number, TextureUse(texture, kinds.get(number, "data"), False)


def _extension_kinds(value: object) -> Iterator[tuple[int, Kind]]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _extension_kinds(item)
    elif hasattr(value, "items"):
        for key, item in value.items():
            if key.endswith("Texture") and isinstance(item, dict) and "index" in item:
                kind: Kind = "data"
                if "ormal" in key:
                    kind = "normal"
                elif "Color" in key or "diffuse" in key:
                    kind = "color"
                yield item["index"], kind
            else:
                yield from _extension_kinds(item)


def replace_textures(material: Material, new: dict[TextureUse, Texture]) -> Material:
    """A copy with every picture replaced by what `new` has for it."""
    changes: dict[str, Texture] = {}
    others = list(material.extension_textures)
    for name, number, paint in _slots(material):
        if name:
            changes[name] = new[paint]
        else:
            others[number] = new[paint]
    return replace(material, **changes, extension_textures=tuple(others))  # type: ignore[arg-type]


@dataclass(slots=True)
class TexturePyramid:
    """One picture, decoded once and halved as far as it is asked for. Safe to share between threads."""

    use: TextureUse
    charts: ChartMasks | None = None
    """Where the picture is read, so that gaps can be kept out of its smaller sizes"""
    halves: list[Pixels] = field(default_factory=list)
    """The picture, half of it, a quarter …"""
    masks: list[npt.NDArray[np.bool_] | None] = field(default_factory=list)
    """The texels in use at each size, `None` where all count"""
    lock: Lock = field(default_factory=Lock)

    def at(self, limit_px: int) -> Pixels:
        """Pixels at most `limit_px` wide and high."""
        kind = self.use.kind
        with self.lock:
            if not self.halves:
                self.halves.append(self._decoded())
                self.masks.append(None)
            height, width = self.halves[0].shape[:2]
            size = fitted_size(width, height, limit_px)
            level = 0
            while can_halve(self.halves[level], size):
                level += 1
                if level == len(self.halves):
                    self._halve()
            pixels, mask = self.halves[level], self.masks[level]
        if mask is not None and float(mask.mean()) < ENOUGH:
            pixels = fill_padding(pixels, mask, kind)
        return resize(pixels, size, kind)

    def used(self, width: int, height: int) -> npt.NDArray[np.bool_] | None:
        """(height, width) texels in use, `None` where all may be."""
        return None if self.charts is None else self.charts.mask(width, height)

    def _halve(self) -> None:
        """One size more. From the half on, texels of gaps do not count in means: see `gaps`."""
        pixels, mask = self.halves[-1], self.masks[-1]
        if mask is not None:
            smaller, covered = halve_masked(pixels, mask, self.use.kind)
            self.masks.append(covered)
        else:
            smaller = halve(pixels, self.use.kind)
            height, width = smaller.shape[:2]
            self.masks.append(None if self.charts is None else self.charts.mask(width, height))
        self.halves.append(smaller)

    def _decoded(self) -> Pixels:
        pixels = decode_image(self.use.texture.data, self.use.texture.media_type)
        if pixels.shape[2] == 4 and (self.use.drop_alpha or bool((pixels[..., 3] == 255).all())):
            pixels = np.ascontiguousarray(pixels[..., :3])
        return pixels


def can_pass_through(paint: TextureUse, limit_px: int, media_type: str) -> bool:
    """Whether the encoded picture already is what shrinking and encoding would be for: no loss twice.

    KTX2 cannot be decoded here and always goes as it is.
    """
    texture = paint.texture
    if texture.media_type == "image/ktx2":
        return True
    if texture.media_type != media_type:
        return False
    if not is_plain(texture.data, media_type, without_alpha=paint.drop_alpha):
        return False
    width, height = image_size(texture.data, media_type)
    return fitted_size(width, height, limit_px) == (width, height)
