"""The recipe: every default of a conversion, in one place.

Each step takes its part of the recipe as one argument and has no default of its own. `Recipe.load` reads
TOML, YAML or JSON; an unknown field is an error that names it.
"""

from __future__ import annotations

from vitrine.defaults import FeedRole
from vitrine.recipe.limits import ModelLimits, PhotoLimits, ProcessLimits
from vitrine.recipe.options import (
    DEFAULT_FEED,
    ArOptions,
    CertifyOptions,
    FeedOptions,
    FidelityOptions,
    Fraction,
    Generation,
    Guidance,
    Level,
    PhotoOptions,
    PosterOptions,
    RepairOptions,
    Rescale,
    RescaleT,
    ReviewMode,
    Steps,
    TurntableOptions,
    UsdzOptions,
    WebOptions,
)
from vitrine.recipe.recipe import Recipe

__all__ = [
    "DEFAULT_FEED",
    "ArOptions",
    "CertifyOptions",
    "FeedOptions",
    "FeedRole",
    "FidelityOptions",
    "Fraction",
    "Generation",
    "Guidance",
    "Level",
    "ModelLimits",
    "PhotoLimits",
    "PhotoOptions",
    "PosterOptions",
    "ProcessLimits",
    "Recipe",
    "RepairOptions",
    "Rescale",
    "RescaleT",
    "ReviewMode",
    "Steps",
    "TurntableOptions",
    "UsdzOptions",
    "WebOptions",
]
