from __future__ import annotations

import pytest

from vitrine.errors import ModelError
from vitrine.gltf.reader.extensions import check_extensions


def test_supported_and_ignorable_extensions_pass() -> None:
    names = ["EXT_texture_webp", "KHR_materials_ior", "KHR_materials_variants"]
    assert check_extensions({"extensionsRequired": names}) == ()


def test_optional_extensions_are_left_out_with_a_finding() -> None:
    (found,) = check_extensions({"extensionsUsed": ["ACME_hair", "KHR_mesh_quantization"]})
    assert (found.code, found.pointer) == ("EXTENSION_LEFT_OUT", "/extensionsUsed")
    assert "ACME_hair" in found.message


def test_what_changes_the_model_is_refused() -> None:
    document = {"extensionsRequired": ["ACME_hair"]}
    with pytest.raises(ModelError, match="which Vitrine does not read"):
        check_extensions(document)
