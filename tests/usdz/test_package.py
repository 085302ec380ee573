from __future__ import annotations

import io
import zipfile

import pytest

from vitrine.errors import ModelError
from vitrine.usdz.package import pack_files, package_faults, unpack_files

FILES = {"model.usdc": b"layer", "textures/texture_0.png": b"x" * 100, "textures/texture_1.jpg": b""}


def test_every_file_is_stored_at_a_multiple_of_64_bytes() -> None:
    data = pack_files(FILES)
    assert list(unpack_files(data).items()) == list(FILES.items())
    assert package_faults(data) == []
    assert data.index(b"layer") % 64 == data.index(b"x" * 100) % 64 == 0
    assert data == pack_files(FILES)


def test_what_another_program_packs_wrongly_is_named() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("model.usdc", b"layer" * 20, compress_type=zipfile.ZIP_DEFLATED)
        package.writestr("a.png", b"x")
    faults = package_faults(out.getvalue())
    assert "model.usdc is compressed" in faults
    assert any(fault.startswith("a.png starts at byte") for fault in faults)


def test_what_is_no_zip_is_refused() -> None:
    for call in (unpack_files, package_faults):
        with pytest.raises(ModelError, match="not a readable ZIP"):
            call(b"PK but no more")
