"""Turn the model so that its front looks along +Z, as viewers expect."""

from __future__ import annotations

from dataclasses import replace

from vitrine.arrays import Floats
from vitrine.errors import PhotoError
from vitrine.findings import finding
from vitrine.geometry.proxy import build_proxy
from vitrine.gltf.model import Model
from vitrine.models import Fidelity, Finding
from vitrine.render.metrics.photo_match import match_photo
from vitrine.render.scene import Scene

TRUSTED_IOU = 0.75
"""Below this the best view is a chance likeness, which says nothing of where the front is."""

Faced = tuple[Model, tuple[Finding, ...], Fidelity | None]


def face_front(model: Model, photo: bytes, *, turned: bool = True) -> Faced:
    """A copy turned about the vertical by the quarter turn nearest to the view that matches the photo best.

    Whole quarters, since a photo from three quarters must not leave the model standing askew; one that shows
    the front already comes back as it is, and so does every model when `turned` is off. `photo` is the
    cut-out that the model was made from; without alpha nothing can be told. With the model come what was
    found, and how well the model, as it stands now, matches the photo.
    """
    try:
        best = match_photo(photo, Scene(build_proxy(model)))
    except PhotoError as error:
        return model, (finding("FRONT_UNKNOWN", str(error)),), None
    quarters = round(best.yaw_deg / 90) % 4
    if not quarters or not turned:
        return model, (), best
    if best.silhouette_iou < TRUSTED_IOU:
        message = f"no view is like the photo (best silhouette IoU {best.silhouette_iou:.2f}): not turned"
        return model, (finding("FRONT_UNKNOWN", message),), best
    message = (
        f"turned by {90 * quarters}°: the photo shows it from a yaw of {best.yaw_deg:.0f}° "
        f"(silhouette IoU {best.silhouette_iou:.2f})"
    )
    rotated = finding("FRONT_TURNED", message, measured=best.yaw_deg)
    yaw_deg = (best.yaw_deg - 90 * quarters + 180) % 360 - 180
    return rotate_quarters(model, quarters), (rotated,), best.model_copy(update={"yaw_deg": yaw_deg})


def rotate_quarters(model: Model, quarters: int) -> Model:
    """A copy turned so that what faced a yaw of `quarters` × 90° (90° is +X) faces +Z; exact."""
    meshes = []
    for mesh in model.meshes:
        normals = None if mesh.normals is None else _turned(mesh.normals, quarters)
        tangents = None if mesh.tangents is None else _turned(mesh.tangents, quarters)
        positions = _turned(mesh.positions, quarters)
        meshes.append(replace(mesh, positions=positions, normals=normals, tangents=tangents))
    return replace(model, meshes=tuple(meshes))


def _turned(vectors: Floats, quarters: int) -> Floats:
    turned = vectors.copy()
    for _ in range(quarters % 4):
        turned[:, 0], turned[:, 2] = -turned[:, 2].copy(), turned[:, 0].copy()
    return turned
