"""Rotate the model so that its front faces +Z, as viewers expect."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vitrine.arrays import Floats
from vitrine.errors import PhotoError
from vitrine.findings import finding
from vitrine.geometry.proxy import build_proxy
from vitrine.gltf.model import Model
from vitrine.models import Fidelity, Finding
from vitrine.render.metrics.photo_match import match_photo
from vitrine.render.scene import Scene

MIN_SILHOUETTE_IOU = 0.75
"""Below this the best viewpoint matches the photo by chance, and does not tell where the front is."""


@dataclass(frozen=True, slots=True)
class FacedModel:
    """A model whose front faces +Z, as far as the photo tells."""

    model: Model
    findings: tuple[Finding, ...] = ()
    fidelity: Fidelity | None = None
    """How well the model, as it is now, matches the photo; `None` for a photo without alpha"""


def face_front(model: Model, photo: bytes, *, rotate: bool = True) -> FacedModel:
    """Rotate a model about the vertical so that what the photo shows faces +Z.

    `photo` is the cut-out, with alpha, that the model was made from. The model is compared with it from many
    viewpoints, and rotated by the multiple of 90° nearest to the best one: a photo taken at an angle must not
    leave the model askew. A model that faces the front already is returned as it is, and so is every model
    when `rotate` is off.
    """
    try:
        best = match_photo(photo, Scene(build_proxy(model)))
    except PhotoError as error:
        return FacedModel(model, (finding("FRONT_UNKNOWN", str(error)),))
    quarters = round(best.yaw_deg / 90) % 4
    if not quarters or not rotate:
        return FacedModel(model, fidelity=best)
    if best.silhouette_iou < MIN_SILHOUETTE_IOU:
        message = (
            f"no viewpoint matches the photo: the best silhouette IoU is {best.silhouette_iou:.2f}, "
            f"{MIN_SILHOUETTE_IOU} is needed; the model is not rotated"
        )
        return FacedModel(model, (finding("FRONT_UNKNOWN", message),), best)
    message = (
        f"rotated by {90 * quarters}°: the photo shows the model from a yaw of {best.yaw_deg:.0f}° "
        f"(silhouette IoU {best.silhouette_iou:.2f})"
    )
    rotation = finding("FRONT_TURNED", message, measured=best.yaw_deg)
    return FacedModel(rotate_quarters(model, quarters), (rotation,), _seen_from(best, quarters))


def turn_front(faced: FacedModel, quarters: int) -> FacedModel:
    """Turn a model by so many quarters more, whatever its photo shows: a person has said so."""
    if not quarters:
        return faced
    turned = finding("FRONT_TURNED", f"rotated by {90 * quarters}°, as the recipe or a reviewer says")
    fidelity = faced.fidelity and _seen_from(faced.fidelity, quarters)
    return FacedModel(rotate_quarters(faced.model, quarters), (*faced.findings, turned), fidelity)


def _seen_from(fidelity: Fidelity, quarters: int) -> Fidelity:
    """The same view of the photo, in the axes of a model that was rotated by so many quarters."""
    return fidelity.model_copy(update={"yaw_deg": (fidelity.yaw_deg - 90 * quarters + 180) % 360 - 180})


def rotate_quarters(model: Model, quarters: int) -> Model:
    """Return a copy rotated about +Y so that what faced a yaw of `quarters` × 90° faces +Z.

    A yaw of 90° is +X. Coordinates are swapped and negated, so that the rotation is exact.
    """
    meshes = []
    for mesh in model.meshes:
        normals = None if mesh.normals is None else _rotated(mesh.normals, quarters)
        tangents = None if mesh.tangents is None else _rotated(mesh.tangents, quarters)
        positions = _rotated(mesh.positions, quarters)
        meshes.append(replace(mesh, positions=positions, normals=normals, tangents=tangents))
    return replace(model, meshes=tuple(meshes))


def _rotated(vectors: Floats, quarters: int) -> Floats:
    rotated = vectors.copy()
    for _ in range(quarters % 4):
        rotated[:, 0], rotated[:, 2] = -rotated[:, 2].copy(), rotated[:, 0].copy()
    return rotated
