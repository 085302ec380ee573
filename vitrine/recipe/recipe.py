"""The recipe: all options of a conversion, read from TOML, YAML or JSON."""

from __future__ import annotations

import itertools
import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from vitrine.errors import RecipeError
from vitrine.recipe.limits import ModelLimits, ProcessLimits
from vitrine.recipe.options import (
    ArOptions,
    CertifyOptions,
    FeedOptions,
    FidelityOptions,
    Generation,
    Level,
    PhotoOptions,
    PosterOptions,
    RepairOptions,
    ReviewMode,
    TurntableOptions,
    UsdzOptions,
    WebOptions,
)
from vitrine.recipe.suggest_field import suggest_field
from vitrine.record import Record


class Recipe(Record):
    """All options of a conversion."""

    mode: Literal["final", "draft-then-final"] = "final"
    """`draft-then-final` buys a draft at resolution 512 first (same seed; EmpirioLabs: $0.025), and the final
    only when the photo has no warning and the draft no error."""
    feed: FeedOptions = FeedOptions()
    photo: PhotoOptions = PhotoOptions()
    generation: Generation = Generation()
    destinations: tuple[str, ...] = ()
    """Shops and viewers, such as shopify or google-ads: one that the AR file is too large for gets a file of
    its own. `vitrine check --help` names them."""
    shop: str | None = None
    """The shop whose products show the published models: shopify, woocommerce, or block:TYPE/NAME."""
    attempt: Annotated[int, Field(ge=1)] = 1
    """Raise it to buy the model of every product of this recipe anew, once for each number."""
    deadline_s: Annotated[float, Field(gt=0)] = 1800.0
    """How long a run waits for a paid job; the next run continues with its receipt."""
    limits: ModelLimits = ModelLimits()
    process: ProcessLimits = ProcessLimits()
    repair: RepairOptions = RepairOptions()
    ladder: tuple[Level, ...] = (
        Level(triangles=100_000, texture_px=2048),
        Level(triangles=40_000, texture_px=1024),
        Level(triangles=10_000, texture_px=512),
        Level(triangles=2_500, texture_px=256),
    )
    web: WebOptions = WebOptions()
    ar: ArOptions = ArOptions()
    usdz: UsdzOptions = UsdzOptions()
    certify: CertifyOptions = CertifyOptions()
    fidelity: FidelityOptions = FidelityOptions()
    review: ReviewMode = "on-findings"
    """Which products wait for a person: none, those that miss a limit of `fidelity`, or every new release."""
    review_days: Annotated[float, Field(gt=0, le=3650)] | None = None
    """Days after which the next run of the catalogue decides about what waits, by `review_default`."""
    review_default: Literal["approved", "rejected"] = "rejected"
    """What is decided about a product that nobody has decided about in `review_days`."""
    poster: PosterOptions = PosterOptions()
    turntable: TurntableOptions = TurntableOptions()

    @model_validator(mode="after")
    def _ladder_descends(self) -> Recipe:
        counts = [level.triangles for level in self.ladder]
        if not counts:
            raise ValueError("ladder is empty: name at least one level")
        if any(b >= a for a, b in itertools.pairwise(counts)):
            raise ValueError(f"ladder must descend, triangles are {counts}")
        return self

    @classmethod
    def load(cls, path: str | Path) -> Recipe:
        """Read a recipe from a `.toml`, `.yaml`/`.yml` or `.json` file.

        Raises `RecipeError` naming the file and every field that is unknown or out of range.
        """
        path = Path(path)
        try:
            text = path.read_text(encoding="utf-8")
            match path.suffix.lower():
                case ".toml":
                    data = tomllib.loads(text)
                case ".yaml" | ".yml":
                    data = _read_yaml(text)
                case ".json":
                    data = json.loads(text)
                case other:
                    raise RecipeError(
                        f"{path}: a recipe is .toml, .yaml or .json, not {other or 'without suffix'}"
                    )
        except OSError as error:
            raise RecipeError(f"{path}: {error.strerror or error}") from error
        except (ValueError, RecursionError) as error:
            why = "it is nested too deep" if isinstance(error, RecursionError) else error
            raise RecipeError(f"{path}: not readable as {path.suffix}: {why}") from error
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            lines = [
                f"{'.'.join(map(str, fault['loc'])) or 'recipe'}: {fault['msg']}{suggest_field(cls, fault)}"
                for fault in error.errors()
            ]
            raise RecipeError(f"{path}: " + "; ".join(lines)) from error


def _read_yaml(text: str) -> Any:
    """Return what a YAML document holds. Raises `ValueError`."""
    import yaml  # few recipes are YAML, and every command imports this module

    try:
        return yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
