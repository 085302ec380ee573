"""A model that files are built from: what several files need of it is computed once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from typing import TYPE_CHECKING

from vitrine.codecs import meshopt
from vitrine.geometry.join import join, split
from vitrine.geometry.partitioned_simplify import PartitionedSimplify, start_partitioned_simplify
from vitrine.geometry.simplify import MAX_ERROR, Simplified, simplify
from vitrine.gltf.model import Model
from vitrine.lods.prepare_model import prepare_model
from vitrine.textures.decoded import DecodedTextures
from vitrine.threads import Once

if TYPE_CHECKING:  # the renderer takes as long to import as to build a small ladder
    from vitrine.render.metrics.certificate import Reference


class LodSource:
    """A model, prepared and joined, with its textures. Safe to share between threads.

    Files that start from as many triangles, such as the first level and the ar file, share them.

    Raises
    ------
    ModelError
        For a model without triangles, or with coordinates that meshoptimizer cannot take.
    """

    def __init__(
        self, model: Model, decoded: DecodedTextures | None = None, reference: Reference | None = None
    ) -> None:
        self.given = model
        self.reference = reference
        """The model's scene and images of it, where there are any already."""
        self.model = prepare_model(model)
        self.joined = join(self.model)
        self.decoded = decoded or DecodedTextures()
        self.scale: float = meshopt.simplify_scale(self.joined.positions)
        """Errors times this are in the model's unit."""
        self._known = Once()

    @classmethod
    def of(cls, model: Model | LodSource) -> LodSource:
        """Return a source as it is, so that callers share it, or that of a model."""
        return model if isinstance(model, LodSource) else cls(model)

    def start(self, target: int, pool: Executor) -> Callable[[], Simplified]:
        """Start on `pool` to simplify the model's partitions on the way to `target` triangles, if that pays.

        Returns a function that waits for them, and returns the triangles from which `target` is reached.
        """

        def start_partitions() -> PartitionedSimplify | None:
            return start_partitioned_simplify(self.joined, target, pool)

        partitioned = self._known.get(("partitions", target), start_partitions)
        if partitioned is None:
            return lambda: Simplified(self.joined.triangles, 0.0)
        return lambda: Simplified(*partitioned.result())

    def simplified(self, target: int, pool: Executor) -> Simplified:
        """Return at most `target` triangles, where seams and borders allow it, and their error."""
        start = self.start(target, pool)

        def simplify_rest() -> Simplified:
            return simplify_further(self, start(), target)

        return self._known.get(("simplified", target), simplify_rest)

    def split(self, simplified: Simplified) -> Model:
        """Return the prepared model with these triangles; each mesh keeps all of its vertices."""
        return split(self.model, self.joined, simplified.triangles)


def simplify_further(
    source: LodSource, before: Simplified, target: int, *, max_error: float = MAX_ERROR
) -> Simplified:
    """Simplify triangles of a source that have an error already; errors add up."""
    after = simplify(source.joined, before.triangles, target, max_error=max_error)
    return Simplified(after.triangles, before.error + after.error)
