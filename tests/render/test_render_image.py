"""A view's outline, depth, normals and colours, against geometry done by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from vitrine.gltf.model import Material, Mesh, Model
from vitrine.render.camera import Camera, fit_camera
from vitrine.render.quality import FINAL_QUALITY, METRIC_QUALITY, RenderQuality
from vitrine.render.render_image import render_image, render_mask
from vitrine.render.scene import Scene
from vitrine.textures.color_space import LINEAR_OF_BYTE, to_srgb


def straight(half_height_m: float = 1.25, distance_m: float = 3.0) -> Camera:
    """Looking down -Z at the origin, orthographic."""
    x, y, z = np.eye(3, dtype=np.float32)
    return Camera(z * np.float32(distance_m), x, y, -z, half_height_m)


def test_a_spheres_outline_has_the_area_of_its_circle(sphere):
    view = render_image(sphere(rings=200), straight(), 512)
    area = np.pi * (256 / 1.25) ** 2
    assert view.mask.sum() == pytest.approx(area, rel=2e-3)
    # Smoothed edges know it better than whole pixels do.
    assert view.rgba[..., 3].sum() / 255 == pytest.approx(area, rel=5e-4)


def test_a_spheres_outline_in_perspective(sphere):
    x, y, z = np.eye(3, dtype=np.float32)
    view = render_image(sphere(rings=200), Camera(z * 3, x, y, -z, half_angle_rad=float(np.arctan(0.5))), 512)
    # Seen from 3 radii, the outline's half-angle has the sine 1/3.
    tangent = np.tan(np.arcsin(1 / 3))
    assert view.rgba[..., 3].sum() / 255 == pytest.approx(np.pi * (256 * tangent / 0.5) ** 2, rel=1e-3)


def test_depth_and_normals_of_a_sphere(sphere):
    view = render_image(sphere(rings=200), straight(), 129)
    assert view.depth[64, 64] == pytest.approx(2, abs=1e-3)
    np.testing.assert_allclose(view.normal[64, 64], [0, 0, 1], atol=0.02)
    ys, xs = np.nonzero(view.mask)
    x, y = (xs + 0.5) / 129 * 2.5 - 1.25, 1.25 - (ys + 0.5) / 129 * 2.5
    z = 3 - view.depth[view.mask]
    inner = x * x + y * y < 0.9
    np.testing.assert_allclose(np.stack([x, y, z], 1)[inner], view.normal[view.mask][inner], atol=0.01)
    assert np.isinf(view.depth[~view.mask]).all()
    assert not view.normal[~view.mask].any()


def test_a_missing_normal_means_flat_shading(sphere):
    view = render_image(sphere(rings=4, smooth=False), straight(), 128)
    assert len(np.unique(view.normal[view.mask].round(3), axis=0)) <= 8 * 4 + 1
    np.testing.assert_allclose(np.linalg.norm(view.normal[view.mask], axis=1), 1, atol=1e-5)


def test_the_texture_lies_the_right_way_up(square, png):
    texels = (
        np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 0]]], np.uint8)
        .repeat(8, 0)
        .repeat(8, 1)
    )
    material = Material(base_color=png(texels), metallic_factor=0.0)
    rgb = render_image(square(material), straight(), 64).rgba[..., :3].astype(int)
    for (y, x), channels in {(16, 16): [0], (16, 48): [1], (48, 16): [2], (48, 48): [0, 1]}.items():
        others = [c for c in range(3) if c not in channels]
        assert rgb[y, x, channels].min() > 180
        assert rgb[y, x, others].max() < 90


def test_product_colours_stay_true(square):
    """A matt card of mid colours facing the camera comes out within a few levels of its own colour."""
    for colour in ([0.5, 0.5, 0.5], [0.6, 0.1, 0.05], [0.05, 0.2, 0.5]):
        material = Material(base_color_factor=(*colour, 1.0), metallic_factor=0.0)
        shown = render_image(square(material), straight(), 32, FINAL_QUALITY).rgba[16, 16, :3].astype(float)
        wanted = to_srgb(np.array(colour, np.float32)).astype(float)
        assert np.abs(shown - wanted).max() <= 22


def test_textures_shrink_without_moire(square, png):
    board = (np.indices((256, 256)).sum(axis=0) % 2 * 255).astype(np.uint8)[..., None].repeat(3, axis=2)
    material = Material(base_color=png(board), metallic_factor=0.0)
    inside = render_image(square(material), straight(half_height_m=1.0), 64).rgba[8:-8, 8:-8, 0]
    assert np.ptp(inside.astype(int)) <= 4


@pytest.mark.parametrize("mode", ["MASK", "BLEND"])
def test_holes_show_what_is_behind(square, joined, png, mode):
    texels = np.zeros((16, 16, 4), np.uint8)
    texels[..., 0] = 255
    texels[:, 8:, 3] = 255
    sheet = Material(base_color=png(texels), metallic_factor=0.0, alpha_mode=mode)
    behind = Material(base_color_factor=(0, 0, 1, 1), metallic_factor=0.0)
    view = render_image(joined(square(sheet, z=0.5), square(behind, z=-0.5)), straight(), 64)
    left, right = view.rgba[32, 20].astype(int), view.rgba[32, 44].astype(int)
    assert left[2] > 180 > 90 > left[0]
    assert right[0] > 180 > 90 > right[2]
    assert view.depth[32, 20] == pytest.approx(3.5, abs=1e-4)
    assert view.depth[32, 44] == pytest.approx(2.5, abs=1e-4)


def test_holes_show_nothing_when_nothing_is_behind(square, png):
    texels = np.full((16, 16, 4), 255, np.uint8)
    texels[:, :8, 3] = 0
    sheet = Material(base_color=png(texels), metallic_factor=0.0, alpha_mode="MASK")
    view = render_image(square(sheet), straight(half_height_m=1.0), 64)
    assert not view.mask[:, :30].any()
    assert view.mask[:, 34:].all()
    opaque = dataclasses.replace(sheet, alpha_mode="OPAQUE")
    assert render_image(square(opaque), straight(half_height_m=1.0), 64).mask.all()


def test_glass_lets_part_of_the_light_through(square):
    glass = Material(base_color_factor=(0, 0, 0, 0.25), metallic_factor=0.0, alpha_mode="BLEND")
    assert render_image(square(glass), straight(), 32).rgba[16, 16, 3] == 64


def test_a_normal_map_bends_the_light(square, png):
    flat = png(np.full((8, 8, 3), (128, 128, 255), np.uint8))
    towards_right = png(np.full((8, 8, 3), (218, 128, 218), np.uint8))
    upward = png(np.full((8, 8, 3), (128, 218, 218), np.uint8))
    normals = [
        render_image(square(Material(normal=t, metallic_factor=0.0)), straight(), 16).normal[8, 8]
        for t in (flat, towards_right, upward)
    ]
    np.testing.assert_allclose(normals[0], [0, 0, 1], atol=0.01)
    np.testing.assert_allclose(normals[1], [0.7071, 0, 0.7071], atol=0.01)
    np.testing.assert_allclose(normals[2], [0, 0.7071, 0.7071], atol=0.01)


def test_models_without_textures_normals_uvs_or_materials_are_drawn(box, square, png):
    bare = box()
    assert render_image(
        Model(bare.meshes, ()), fit_camera(bare.meshes[0].positions, yaw_deg=30, pitch_deg=20), 64
    ).mask.any()
    textured = square(Material(base_color=png(np.zeros((4, 4, 3), np.uint8))), uvs=False)
    assert render_image(textured, straight(), 32).rgba[16, 16, :3].min() > 60


def test_metals_mirror_the_studio_in_their_own_colour(sphere):
    gold = Material(base_color_factor=(1.0, 0.7, 0.25, 1.0), metallic_factor=1.0, roughness_factor=0.2)
    rgb = render_image(sphere(gold), straight(), 128).rgba[..., :3][
        render_image(sphere(gold), straight(), 128).mask
    ]
    assert (rgb[:, 0] >= rgb[:, 1]).all()
    assert (rgb[:, 1] >= rgb[:, 2]).all()
    assert np.ptp(rgb[:, 0].astype(int)) > 100


def test_upside_down_windings_look_the_same_from_both_sides(sphere):
    model = sphere(Material(metallic_factor=0.0, double_sided=True))
    turned = Model(
        (dataclasses.replace(model.meshes[0], triangles=model.meshes[0].triangles[:, ::-1].copy()),)
    )
    turned = dataclasses.replace(turned, materials=model.materials)
    a, b = (render_image(m, straight(), 96) for m in (model, turned))
    np.testing.assert_allclose(a.normal, b.normal, atol=1e-5)
    assert np.abs(a.rgba.astype(int) - b.rgba).max() <= 1


def test_back_faces_of_single_sided_materials_are_culled(square, joined):
    red, blue = (Material(base_color_factor=(*c, 1.0), metallic_factor=0.0) for c in ((1, 0, 0), (0, 0, 1)))
    sheet, behind = square(red, z=0.5), square(blue, z=-0.5)
    mesh = sheet.meshes[0]
    away = dataclasses.replace(sheet, meshes=(dataclasses.replace(mesh, triangles=mesh.triangles[:, ::-1]),))
    view = render_image(joined(away, behind), straight(), 32)
    assert view.rgba[16, 16, 2] > 180 > view.rgba[16, 16, 0]
    assert view.depth[16, 16] == pytest.approx(3.5, abs=1e-4)
    assert not render_image(away, straight(), 32).mask.any()
    both = dataclasses.replace(away, materials=(dataclasses.replace(red, double_sided=True),))
    assert render_image(both, straight(), 32).rgba[16, 16, 0] > 180


def test_glass_shows_what_is_behind_in_its_own_colour(square, joined):
    transmission = {"KHR_materials_transmission": {"transmissionFactor": 1.0}}
    green = Material(base_color_factor=(0.2, 0.9, 0.2, 1), metallic_factor=0.0, extensions=transmission)
    behind = Material(base_color_factor=(0.8, 0.8, 0.8, 1), metallic_factor=0.0, roughness_factor=1.0)
    view = render_image(joined(square(green, z=0.5), square(behind, z=-0.5)), straight(), 32)
    plain = render_image(square(behind, z=-0.5), straight(), 32)
    seen, light = (LINEAR_OF_BYTE[image.rgba[16, 16, :3]] for image in (view, plain))
    np.testing.assert_allclose(seen / light, [0.2, 0.9, 0.2], atol=0.08)
    alone = render_image(square(green, z=0.5), straight(), 32)
    assert alone.mask[16, 16]
    over_white = LINEAR_OF_BYTE[alone.rgba[16, 16, :3]] * (alone.rgba[16, 16, 3] / 255)
    assert over_white[1] + 1 - alone.rgba[16, 16, 3] / 255 == pytest.approx(0.9, abs=0.08)


def test_a_volume_refracts_and_absorbs(square, joined, png):
    extensions = {
        "KHR_materials_transmission": {"transmissionFactor": 1.0},
        "KHR_materials_volume": {
            "thicknessFactor": 0.5,
            "attenuationDistance": 0.5,
            "attenuationColor": [0.5, 1.0, 1.0],
        },
    }
    clear = Material(metallic_factor=0.0, roughness_factor=0.0, extensions=extensions)
    stripes = np.zeros((8, 8, 3), np.uint8)
    stripes[:, 4:] = 255
    behind = Material(base_color=png(stripes), metallic_factor=0.0, roughness_factor=1.0)
    x, y, z = np.eye(3, dtype=np.float32)
    tilted = Camera(
        (z + x) * np.float32(3), (x - z) / np.float32(2**0.5), y, -(z + x) / np.float32(2**0.5), 1.0
    )
    pair = joined(square(clear, z=0.3), square(behind, z=-0.2))
    view, plain = (render_image(model, tilted, 64) for model in (pair, square(behind, z=-0.2)))
    edges = [int(np.argmax(image.rgba[32, 10:54, 1] > 120)) for image in (view, plain)]
    # A plate of 0.5 m moves what is behind by t·sin(a - b), with sin(b) = sin(a) / 1.5.
    inside = np.arcsin(np.sin(np.pi / 4) / 1.5)
    assert abs(edges[0] - edges[1]) == pytest.approx(0.5 * np.sin(np.pi / 4 - inside) * 32, abs=2)
    white = LINEAR_OF_BYTE[view.rgba[32, 42, :3]]
    assert white[0] / white[1] == pytest.approx(0.5, abs=0.05)


def test_the_same_scene_gives_the_same_bytes(sphere):
    scene = Scene(sphere())
    first, again = (render_image(scene, straight(), 160, FINAL_QUALITY) for _ in range(2))
    fresh = render_image(sphere(), straight(), 160, FINAL_QUALITY)
    assert first.rgba.tobytes() == again.rgba.tobytes() == fresh.rgba.tobytes()


def test_each_material_is_looked_up_for_its_own_mesh(square, joined):
    red, blue = (Material(base_color_factor=(*c, 1.0), metallic_factor=0.0) for c in ((1, 0, 0), (0, 0, 1)))
    left = square(red)
    shifted = Mesh(
        square().meshes[0].positions + np.array([2, 0, 0], np.float32),
        square().meshes[0].triangles,
        None,
        None,
    )
    view = render_image(joined(left, Model((shifted,), (blue,))), straight(half_height_m=3.0), 96)
    assert view.rgba[48, 48 - 8, 0] > 180 > view.rgba[48, 48 - 8, 2]
    assert view.rgba[48, 48 + 32, 2] > 180 > view.rgba[48, 48 + 32, 0]


def test_rough_edges_are_a_choice(sphere):
    view = render_image(sphere(), straight(), 64, RenderQuality(antialias=False))
    assert set(np.unique(view.rgba[..., 3])) == {0, 255}


def test_unlit_shows_the_base_colour_itself(square):
    color = (0.9, 0.2, 0.05, 1.0)
    unlit = square(Material(base_color_factor=color, extensions={"KHR_materials_unlit": {}}))
    view = render_image(unlit, straight(), 64)
    expected = to_srgb(np.array(color[:3], np.float32))
    assert np.abs(view.rgba[32, 32, :3].astype(int) - expected).max() <= 1


@pytest.mark.parametrize(
    "material",
    [
        Material(),
        Material(double_sided=True),
        Material(base_color_factor=(1.0, 1.0, 1.0, 0.3), alpha_mode="BLEND"),
        Material(base_color_factor=(1.0, 1.0, 1.0, 0.3), alpha_mode="MASK"),
        Material(extensions={"KHR_materials_transmission": {"transmissionFactor": 1.0}}),
    ],
    ids=["single-sided", "double-sided", "blended", "cut out", "glass"],
)
@pytest.mark.parametrize("perspective", [True, False])
def test_the_mask_alone_is_that_of_the_whole_image(box, material, perspective):
    model = box()
    opened = dataclasses.replace(model.meshes[0], triangles=model.meshes[0].triangles[2:])
    scene = Scene(Model((opened,), (material,)))
    for yaw_deg in range(0, 360, 40):
        fov_deg = 30 if perspective else 0
        camera = fit_camera(scene.hull, yaw_deg=yaw_deg, pitch_deg=25, fov_deg=fov_deg, margin=0.1)
        image = render_image(scene, camera, 64, METRIC_QUALITY)
        np.testing.assert_array_equal(render_mask(scene, camera, 64), image.mask)
