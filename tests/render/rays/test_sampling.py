from __future__ import annotations

import numpy as np
import pytest

from vitrine.render.rays.sampling import disc_light_directions, interleaved_index, sphere_samples


def test_directions_are_even_and_the_same_each_time():
    sphere = sphere_samples(64).reshape(-1, 3)
    np.testing.assert_allclose(np.linalg.norm(sphere, axis=1), 0.999, atol=1e-5)
    np.testing.assert_allclose(sphere.mean(axis=0), 0, atol=0.02)
    np.testing.assert_allclose((sphere**2).mean(axis=0), 1 / 3, atol=0.01)
    up = np.array([0, 1, 0], np.float32)
    disc = disc_light_directions(up, 0.5, 64).reshape(-1, 3)
    radius = np.linalg.norm(disc[:, [0, 2]], axis=1)
    assert radius.max() <= 0.5
    assert (radius**2).mean() == pytest.approx(0.125, abs=0.005)
    assert sphere_samples(64).tobytes() == sphere_samples.__wrapped__(64).tobytes()
    assert interleaved_index(np.array([0, 5]), np.array([3, 6])).tolist() == [3, 6]
