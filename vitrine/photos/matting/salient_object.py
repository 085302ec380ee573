"""Find the salient object of a photo with an ONNX model of rembg's kind (U-2-Net, IS-Net, BiRefNet)."""

from __future__ import annotations

import functools
import hashlib
import threading
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from vitrine.errors import ConfigError

Floats = npt.NDArray[np.float32]

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet's colours, 0 to 1: what U-2-Net was trained with (`data_loader.py` in its repository)."""
HALF_DEVIATION = (1.0, 1.0, 1.0)
"""IS-Net (DIS) subtracts 0.5 and divides by 1 (its `Inference.py`)."""
DEFAULT_PX = 320
"""Side of the input of a model that takes any size."""

_CREATE = threading.Lock()


class SalientObjectModel:
    """A model in memory; its session runs on the caller's thread alone, so that each photo costs one core."""

    def __init__(self, path: Path) -> None:
        onnxruntime = _import_onnxruntime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's errors share no base class
            raise ConfigError(f"{path}: not a model that onnxruntime can run: {error}") from error
        first = self._session.get_inputs()[0]
        self._input = first.name
        self._output = self._session.get_outputs()[0].name
        side = first.shape[-1] if len(first.shape) == 4 else None
        self.side_px = side if isinstance(side, int) else DEFAULT_PX
        self._is_isnet = path.stem.startswith("isnet")
        self._gives_logits = path.stem.startswith("birefnet")

    def predict(self, rgb: npt.NDArray[np.uint8]) -> Floats:
        """Return the probability that a pixel is of the salient object, (h, w) float32, for (h, w, 3) uint8.

        Raises `ConfigError` for a model that takes or returns something else.
        """
        height, width = rgb.shape[:2]
        size = (self.side_px, self.side_px)
        small = Image.fromarray(rgb).resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
        pixels = np.asarray(small, np.float32)
        pixels = pixels / max(1.0, float(pixels.max()))
        mean, deviation = ((0.5,) * 3, HALF_DEVIATION) if self._is_isnet else (MEAN, DEVIATION)
        normal = (pixels - np.array(mean, np.float32)) / np.array(deviation, np.float32)
        try:
            found = self._session.run([self._output], {self._input: normal.transpose(2, 0, 1)[None]})[0]
            plane = np.asarray(found, np.float32).reshape(size)
        except Exception as error:
            raise ConfigError(
                f"the matte's model does not map one (1, 3, {size[0]}, {size[0]}) float32 image to one plane "
                f"of that size: {error}"
            ) from error
        if self._gives_logits:
            plane = np.asarray(1 / (1 + np.exp(-np.clip(plane, -30, 30))), np.float32)
        large = Image.fromarray(plane).resize((width, height), Image.Resampling.BILINEAR)
        return np.clip(np.asarray(large, np.float32), 0, 1)


def load_model(path: Path) -> SalientObjectModel:
    """Return the model in the file `path`: one session for each file and process."""
    with _CREATE:
        return _loaded(path)


@functools.lru_cache(maxsize=2)
def _loaded(path: Path) -> SalientObjectModel:
    return SalientObjectModel(path)


@functools.lru_cache(maxsize=8)
def model_sha256(path: Path) -> str:
    """Return the sha256 (hex) of the model's file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _import_onnxruntime() -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise ConfigError(
            "the matte's model needs the package onnxruntime: pip install 'vitrine[matte]'"
        ) from error
    return onnxruntime
