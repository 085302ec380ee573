"""`find_model`: which file a recipe's `photo.matte_model` is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vitrine.errors import ConfigError
from vitrine.photos.matting.model_file import find_model
from vitrine.photos.matting.salient_object import load_model, model_sha256


@pytest.fixture
def rembg_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which rembg keeps its models, with one."""
    (tmp_path / "isnet-general-use.onnx").write_bytes(b"not a real model")
    monkeypatch.setenv("U2NET_HOME", str(tmp_path))
    return tmp_path


def test_a_name_is_a_model_of_rembgs_and_a_path_is_a_file(rembg_folder: Path) -> None:
    file = rembg_folder / "isnet-general-use.onnx"
    assert find_model("isnet-general-use") == file.resolve()
    assert find_model("isnet-general-use.onnx") == file.resolve()
    assert find_model(str(file)) == file.resolve()
    assert find_model("off") is None


@pytest.mark.usefixtures("rembg_folder")
def test_what_is_not_there_is_named_with_the_places_that_were_looked_in() -> None:
    with pytest.raises(ConfigError, match=r"matte_model is 'u2net': there is no .*u2net\.onnx; give a path"):
        find_model("u2net")
    with pytest.raises(ConfigError, match=r"models/mine\.onnx"):
        find_model("models/mine.onnx")


def test_a_file_that_is_no_model_is_an_error_that_names_it(rembg_folder: Path) -> None:
    pytest.importorskip("onnxruntime")
    with pytest.raises(ConfigError, match=r"isnet-general-use\.onnx: not a model that onnxruntime can run"):
        load_model(rembg_folder / "isnet-general-use.onnx")


def test_a_model_is_loaded_once_and_gives_a_probability_for_each_pixel() -> None:
    path = find_model("")
    if path is None:
        pytest.skip("no salient-object model (`make setup` fetches it), or no onnxruntime")
    model = load_model(path)
    assert load_model(path) is model
    assert len(model_sha256(path)) == 64
    found = model.predict(np.zeros((30, 50, 3), np.uint8))
    assert (found.shape, found.dtype) == ((30, 50), np.float32)
    assert 0 <= found.min() <= found.max() <= 1
