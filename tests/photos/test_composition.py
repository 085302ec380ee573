"""`check_composition`: collages, frames and banners."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vitrine.photos.composition import banner_depth, check_composition, frame_width, panel_count


def photo(scene: Callable, backdrop: tuple[int, int, int] = (250, 250, 250), size: int = 400) -> np.ndarray:
    return scene(size=size, backdrop=backdrop, gradient=0.02).rgb


def framed(rgb: np.ndarray, width: int, colour: tuple[int, int, int]) -> np.ndarray:
    out = np.empty((rgb.shape[0] + 2 * width, rgb.shape[1] + 2 * width, 3), np.uint8)
    out[:] = colour
    out[width:-width, width:-width] = rgb
    return out


@pytest.mark.parametrize("width", [2, 6, 25, 60])
@pytest.mark.parametrize("colour", [(10, 10, 10), (180, 30, 20), (120, 120, 120)])
def test_frames_are_measured(scene: Callable, width: int, colour: tuple[int, int, int]) -> None:
    picture = framed(photo(scene), width, colour)
    measured = frame_width(picture)
    assert measured is not None
    assert measured == pytest.approx(width / picture.shape[0], abs=0.01)
    assert [f.code for f in check_composition(picture)] == ["PHOTO_FRAMED"]


def test_a_frame_survives_jpeg(scene: Callable, encode: Callable) -> None:
    import io

    data = encode(framed(photo(scene), 20, (15, 15, 15)), "JPEG", quality=70)
    assert frame_width(np.asarray(Image.open(io.BytesIO(data)))) is not None


def test_plain_photos_have_no_frame(scene: Callable) -> None:
    assert frame_width(photo(scene)) is None
    assert frame_width(framed(photo(scene, backdrop=(200, 200, 200)), 25, (255, 255, 255))) is None
    # a box that is nearer to two sides of the photo than to the others
    box = np.full((400, 400, 3), 90, np.uint8)
    box[20:380, 60:340] = 200
    assert frame_width(box) is None


def test_side_by_side_pictures_are_a_collage(scene: Callable) -> None:
    one, other = photo(scene, (240, 240, 240)), photo(scene, (150, 190, 220))
    assert panel_count(np.hstack([one, other])) == 2
    assert panel_count(np.vstack([np.hstack([one, other]), np.hstack([other, one])])) == 4
    assert panel_count(one) == 1


def test_a_gutter_counts_once(scene: Callable) -> None:
    one = photo(scene, (200, 200, 200))
    gutter = np.full((one.shape[0], 12, 3), 20, np.uint8)
    assert panel_count(np.hstack([one, gutter, one])) == 2


def test_a_tables_edge_and_noise_are_no_collage(scene: Callable) -> None:
    table = photo(scene, (240, 240, 240)).copy()
    table[300:] = (table[300:] * 0.6).astype(np.uint8)
    assert panel_count(table) == 1
    assert panel_count(np.random.default_rng(3).integers(0, 255, (300, 300, 3)).astype(np.uint8)) == 1


def test_a_banner_is_measured(scene: Callable) -> None:
    rgb = photo(scene).copy()
    assert banner_depth(rgb) is None
    rgb[:40] = (220, 0, 0)
    assert banner_depth(rgb) == pytest.approx(0.1, abs=0.01)


def test_no_shared_photo_is_a_collage_or_framed(shared_photos: Path) -> None:
    for path in sorted(shared_photos.glob("s*/*")):
        assert check_composition(np.asarray(Image.open(path).convert("RGB"))) == [], path.name


def test_the_outline_of_a_product_before_noise_is_no_border() -> None:
    rng = np.random.default_rng(3)
    picture = rng.integers(0, 256, (400, 400, 3)).astype(np.uint8)
    picture[100:360, 120:280] = (90, 120, 60)
    picture[:, 40:46] = rng.integers(0, 256, (400, 6, 3))
    assert panel_count(picture) == 1
