"""What a product is made from, before any step reads it."""

from __future__ import annotations

from tasks.code_version import step_versions
from vitrine.models import Inputs, Product
from vitrine.planning import PhotoHashes, RunHashes
from vitrine.recipe import Recipe
from vitrine.settings import Settings


def inputs_of(product: Product, recipe: Recipe, account: str) -> Inputs:
    """Return the inputs with which a later run finds out whether the product has changed.

    A photo that changes after this call differs from them, so that the later run converts the product.
    """
    photos = PhotoHashes.open(Settings.from_env().make_home())
    return RunHashes.of(recipe, account, step_versions()).inputs(product, photos.of(product.photos))
