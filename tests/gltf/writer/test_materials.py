from __future__ import annotations

from collections.abc import Callable

import pytest

from vitrine.errors import ModelError
from vitrine.gltf import Material, Mesh, Model, Texture, write_glb
from vitrine.gltf.container import read_container
from vitrine.gltf.writer.quantization import QuantizationBits
from vitrine.gltf.writer.write_web_glb import write_web_glb

BITS = QuantizationBits(position=14, normal=8, uv=12)


def test_an_image_used_twice_is_stored_once(
    make_sheet: Callable[..., Mesh], make_image: Callable[[str], Texture]
) -> None:
    twice = Material(occlusion=make_image("JPEG"), metallic_roughness=make_image("JPEG"))
    for write in (write_glb, lambda model: write_web_glb(model, BITS)):
        document = read_container(write(Model((make_sheet(5),), (twice,)))).document
        assert len(document["images"]) == 1


def test_a_media_type_that_gltf_does_not_know_is_refused(make_sheet: Callable[..., Mesh]) -> None:
    model = Model((make_sheet(5),), (Material(base_color=Texture(b"GIF89a", "image/gif")),))
    with pytest.raises(ModelError, match="image/gif cannot be written"):
        write_glb(model)
