"""Sample textures at new texel positions, as their samplers and the meaning of their texels demand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.arrays import Floats, Pixels
from vitrine.codecs.images import Kind, encode_png
from vitrine.gltf.model import Sampler, Texture
from vitrine.textures.color_space import to_srgb, unit_to_byte
from vitrine.textures.mip_pyramid import MipPyramid, decode_mip_pyramid
from vitrine.textures.wrap import CLAMP, REPEAT


class TextureSampler:
    """A decoded texture that is read at UVs of one's own.

    Parameters
    ----------
    texture : Texture
    kind : Kind
        What its texels mean: colours are averaged in linear light, normals are brought to unit length.
    """

    def __init__(self, texture: Texture, kind: Kind) -> None:
        self.texture = texture
        self.kind = kind
        self.pyramid: MipPyramid = decode_mip_pyramid(texture, srgb=kind == "color")

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the texture."""
        return self.pyramid.size_px

    def sample(self, uvs: Floats, linear: Floats, *, level: int = 0) -> Pixels:
        """Return texels, (n, 4) uint8 as they are encoded.

        Parameters
        ----------
        uvs : (n, 2) float
            Where to read the texture.
        linear : (2, 2) or (n, 2, 2) float64
            How these UVs change with those that the result will be read by, d(u, v) / d(u', v'): normals are
            rotated from one tangent frame into the other.
        level : int
            Mip level: each step halves the texture.
        """
        values = self.pyramid.sample(_near_zero(uvs, self.texture.sampler), level)
        if self.kind == "color":
            return np.column_stack([to_srgb(values[:, :3]), unit_to_byte(values[:, 3:])])
        if self.kind == "normal":
            values[:, :3] = rotate_normals(values[:, :3] * 2 - 1, linear) / 2 + np.float32(0.5)
        return unit_to_byte(values)


def rotate_normals(normals: Floats, linear: Floats) -> Floats:
    """Return tangent-space normals, (n, 3) float32 at unit length, in the frame of other UVs.

    The x axis of a frame points where u grows, the y axis against v (glTF 2.0 section 3.9.3).

    Parameters
    ----------
    normals : (n, 3) float32
    linear : (2, 2) or (n, 2, 2) float64
        d(u, v) / d(u', v') from the new UVs to those of the normals
    """
    along, up = linear[..., 0, 0], -linear[..., 1, 0]
    length = np.maximum(np.hypot(along, up), 1e-12)
    x, y = along / length, up / length
    mirrored = np.where(np.linalg.det(linear) < 0, -1.0, 1.0)
    rotated = np.column_stack(
        [
            normals[:, 0] * x + normals[:, 1] * y,
            mirrored * (normals[:, 1] * x - normals[:, 0] * y),
            normals[:, 2],
        ]
    )
    size = np.linalg.norm(rotated, axis=1, keepdims=True)
    return np.asarray(rotated / np.maximum(size, 1e-12), np.float32)


def as_texture(pixels: Pixels, like: Texture, *, keep_alpha: bool) -> Texture:
    """Encode (h, w, 4) uint8 as PNG, clamped at its border, with the filters of another texture."""
    opaque = not keep_alpha or bool((pixels[..., 3] == 255).all())
    sampler = replace(like.sampler, wrap_s=CLAMP, wrap_t=CLAMP)
    return Texture(encode_png(pixels[..., :3] if opaque else pixels), "image/png", sampler)


def tiles(sampler: Sampler) -> bool:
    """Whether a texture repeats along both axes."""
    return (sampler.wrap_s, sampler.wrap_t) == (REPEAT, REPEAT)


def _near_zero(uvs: Floats, sampler: Sampler) -> Floats:
    """The same texels at UVs in 0…2 along axes that repeat, so that float32 resolves them; (n, 2) float32."""
    axes = (sampler.wrap_s, sampler.wrap_t)
    return np.column_stack(
        [uvs[:, n] if mode == CLAMP else np.mod(uvs[:, n], 2) for n, mode in enumerate(axes)]
    ).astype(np.float32)
