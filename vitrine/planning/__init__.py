"""What a run has to do: the products of a feed against the published catalogue."""

from vitrine.planning.compare import Action, PlannedProduct, compare
from vitrine.planning.find_unchanged import find_unchanged
from vitrine.planning.photo_hashes import PhotoHashes
from vitrine.planning.plan import Planner, Tally
from vitrine.planning.run_hashes import RunHashes
from vitrine.planning.run_plan import RunPlan

__all__ = [
    "Action",
    "PhotoHashes",
    "PlannedProduct",
    "Planner",
    "RunHashes",
    "RunPlan",
    "Tally",
    "compare",
    "find_unchanged",
]
