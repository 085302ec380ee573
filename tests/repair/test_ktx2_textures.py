from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from vitrine.codecs.ktx2 import encode_ktx2
from vitrine.errors import ModelError
from vitrine.gltf.model import Material, Model, Texture
from vitrine.repair.ktx2_textures import decode_ktx2_textures


def test_models_without_ktx2_stay_as_they_are(globe: Model) -> None:
    assert decode_ktx2_textures(globe) == (globe, ())


@pytest.mark.usefixtures("basisu")
def test_ktx2_becomes_png(make_sphere) -> None:
    pixels = np.full((16, 16, 3), (200, 100, 50), np.uint8)
    texture = Texture(encode_ktx2(pixels, kind="color"), "image/ktx2")
    model = Model((make_sphere(4),), (Material(base_color=texture),))
    decoded, (found,) = decode_ktx2_textures(model)
    assert found.code == "TEXTURES_DECODED"
    base = decoded.materials[0].base_color
    assert base is not None
    assert base.media_type == "image/png"
    with Image.open(io.BytesIO(base.data)) as image:
        assert np.abs(np.asarray(image).astype(int) - pixels).max() < 12


def test_what_does_not_decode_says_what_to_do(make_sphere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    texture = Texture(b"\xabKTX 20\xbb\r\n\x1a\n" + bytes(60), "image/ktx2")
    model = Model((make_sphere(4),), (Material(base_color=texture),))
    with pytest.raises(ModelError, match=r"basisu.*export the model with PNG"):
        decode_ktx2_textures(model)
