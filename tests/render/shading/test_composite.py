from __future__ import annotations

import numpy as np

from vitrine.render.shading.composite import composite_over_shadow

PIXELS = np.array([[[200, 100, 50, 255], [200, 100, 50, 0], [200, 100, 50, 128]]], np.uint8)
SHADOW = np.array([[0.5, 0.5, 0.0]], np.float32)


def test_the_shadow_goes_into_the_alpha():
    composite = composite_over_shadow(PIXELS, SHADOW, white=False)
    np.testing.assert_array_equal(composite, [[[200, 100, 50, 255], [0, 0, 0, 128], [200, 100, 50, 128]]])


def test_on_white_everything_is_opaque():
    composite = composite_over_shadow(PIXELS, SHADOW, white=True)
    assert (composite[..., 3] == 255).all()
    np.testing.assert_array_equal(composite[0, :2, :3], [[200, 100, 50], [128, 128, 128]])
    np.testing.assert_allclose(composite[0, 2, :3], [227, 177, 152], atol=1)
