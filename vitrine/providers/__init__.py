"""Hosted image-to-3D services: `submit` buys a model, `wait` polls its job, `fetch` downloads it."""

from vitrine.providers.empiriolabs import EmpirioLabs
from vitrine.providers.pixazo import Pixazo

__all__ = ["EmpirioLabs", "Pixazo"]
