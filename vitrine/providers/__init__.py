"""Hosted image-to-3D services: `submit` buys, `wait` asks, `fetch` brings home."""

from vitrine.providers.empiriolabs import EmpirioLabs
from vitrine.providers.pixazo import Pixazo

__all__ = ["EmpirioLabs", "Pixazo"]
