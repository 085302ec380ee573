from __future__ import annotations

from vitrine.textures.display_size import display_size_px


def test_three_of_sixteen_texels_between_128_and_384_pixels() -> None:
    assert [display_size_px(px) for px in (4096, 2048, 1024, 512, 256)] == [384, 384, 192, 128, 128]
