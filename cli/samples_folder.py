"""Find the sample photos: beside the library in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

import vitrine
from vitrine.errors import ConfigError


def samples_folder() -> Path:
    """Return the folder with `products.csv`, `products.jsonl`, `recipe.toml` and six photos.

    Raises `ConfigError` when the installation has none.
    """
    library = Path(vitrine.__file__).resolve().parent
    for folder in (library / "samples", library.parent / "samples"):
        if (folder / "products.csv").is_file():
            return folder
    raise ConfigError(f"no samples in {library / 'samples'} or beside it: install vitrine again")
