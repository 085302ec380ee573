from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from vitrine.gltf import Model
from vitrine.importers.import_model import import_model


def codes(model: Model) -> list[str]:
    return [finding.code for finding in model.findings]


def test_a_missing_texture_is_a_finding(chair_obj: Path) -> None:
    (chair_obj.parent / "wood.png").unlink()
    model = import_model(chair_obj)
    assert "TEXTURE_MISSING" in codes(model)
    assert model.materials[0].base_color is None
    assert model.materials[0].base_color_factor == pytest.approx((0.5, 0.25, 1, 1), abs=0.003)


def test_a_broken_texture_is_a_finding(chair_obj: Path) -> None:
    (chair_obj.parent / "wood.png").write_bytes(b"no image")
    assert "TEXTURE_MISSING" in codes(import_model(chair_obj))


def test_a_missing_material_file_is_a_finding(chair_obj: Path) -> None:
    (chair_obj.parent / "chair.mtl").unlink()
    model = import_model(chair_obj)
    assert "MATERIALS_MISSING" in codes(model)
    assert model.triangle_count == 2


@pytest.mark.parametrize("name", ["C:\\Users\\me\\wood.png", "/home/me/wood.png", "-s 1 1 1 wood.png"])
def test_a_path_of_another_machine_is_looked_for_beside_the_model(
    chair_obj: Path, wood: bytes, name: str
) -> None:
    (chair_obj.parent / "chair.mtl").write_text(f"newmtl wood\nmap_Kd {name}\n")
    texture = import_model(chair_obj).materials[0].base_color
    assert texture is not None
    assert texture.data == wood


def test_nothing_outside_the_folder_is_read(chair_obj: Path, wood: bytes) -> None:
    (chair_obj.parent / "chair.mtl").write_text("newmtl wood\nmap_Kd ../secret.png\n")
    (chair_obj.parent.parent / "secret.png").write_bytes(wood)
    (chair_obj.parent / "wood.png").unlink()
    (chair_obj.parent / "secret.png").symlink_to("../secret.png")
    model = import_model(chair_obj)
    assert "TEXTURE_MISSING" in codes(model)
    assert model.materials[0].base_color is None


def test_opacity_makes_a_material_blend(chair_obj: Path) -> None:
    (chair_obj.parent / "chair.mtl").write_text("newmtl wood\nKd 1 0 0\nd 0.5\n")
    (material,) = import_model(chair_obj).materials
    assert (material.alpha_mode, material.base_color_factor[3]) == ("BLEND", 0.5)


def test_images_that_gltf_does_not_know_become_png(chair_obj: Path) -> None:
    Image.new("RGBA", (4, 4), (10, 20, 30, 40)).save(chair_obj.parent / "wood.tga")
    (chair_obj.parent / "chair.mtl").write_text("newmtl wood\nmap_Kd wood.tga\n")
    texture = import_model(chair_obj).materials[0].base_color
    assert texture is not None
    assert texture.media_type == "image/png"
