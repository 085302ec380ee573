"""Certificates say nothing is wrong when nothing is, and put a number to what is."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from vitrine.gltf.model import Material
from vitrine.render.metrics.certificate import Certificate, Reference, certify
from vitrine.render.scene import Scene


def test_a_model_certifies_itself(sphere):
    scene = Scene(sphere(rings=24))
    said = certify(scene, scene, 96)
    assert said.to_source is not None
    assert said.to_source.max_m < 1e-7
    assert certify(scene, scene, 64, both_ways=False).to_source is None
    assert said.from_source.max_m < 1e-7
    assert (said.silhouette_iou, said.ssim, said.psnr_db, said.normal_deg) == (1, 1, 99, 0)
    assert len(said.differences) == 12


def test_a_coarser_sphere_is_as_far_off_as_its_facets(sphere):
    fine, coarse = Scene(sphere(rings=96)), Scene(sphere(rings=12))
    said = certify(fine, coarse, 128)
    # The middle of a facet of 15° by 15° lies about 1 - cos²(7.5°) below the sphere.
    assert said.from_source.max_m == pytest.approx(1 - np.cos(np.radians(7.5)) ** 2, rel=0.05)
    assert said.to_source is not None
    assert said.to_source.max_m == pytest.approx(said.from_source.max_m, rel=0.05)
    assert said.to_source.max_percent == pytest.approx(100 * said.to_source.max_m / 12**0.5, rel=1e-3)
    assert 0.95 < said.silhouette_iou < 0.995
    assert said.normal_deg < 2  # its interpolated normals hide the facets


def test_worse_levels_get_worse_certificates(sphere):
    reference = Reference(Scene(sphere(rings=64)))
    said = [certify(reference, Scene(sphere(rings=rings)), 96) for rings in (32, 16, 8)]
    for better, worse in itertools.pairwise(said):
        assert better.from_source.rms_m < worse.from_source.rms_m
        assert better.silhouette_iou > worse.silhouette_iou
        assert better.ssim > worse.ssim
        assert better.psnr_db > worse.psnr_db


def test_another_colour_leaves_the_shape_and_spoils_the_picture(sphere):
    grey, red = (
        Material(base_color_factor=(*c, 1.0), metallic_factor=0.0) for c in ((0.4,) * 3 + (), (0.4, 0.2, 0.2))
    )
    model = sphere(grey, rings=24)
    said = certify(Scene(model), Scene(dataclasses.replace(model, materials=(red,))), 96)
    assert said.silhouette_iou == 1
    assert said.normal_deg == 0
    assert said.psnr_db < 25


def test_the_same_arguments_give_the_same_numbers(sphere):
    fine, coarse = Scene(sphere(rings=24)), Scene(sphere(rings=10))
    first, again = certify(fine, coarse, 64), certify(Reference(fine), coarse, 64)
    assert first == again
    assert Certificate.model_validate_json(first.model_dump_json()) == first
    assert certify(fine, coarse, 64, seed=1).to_source != first.to_source
