"""`vitrine optimize` on one model, and what its outputs hold, measured with the library."""

from __future__ import annotations

import io
import json
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.cases.command import Answer, vitrine
from benchmarks.cases.records import Facts
from vitrine.arrays import Bytes, Floats
from vitrine.codecs.images import decode_image
from vitrine.gltf.container import read_container
from vitrine.gltf.model import Model
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.gltf.validation.validate import validate
from vitrine.render.camera import fit_camera
from vitrine.render.render_image import render_image

SIZE_PX = 160
VIEWS = ((25.0, 15.0), (205.0, 15.0))
"""Yaw and pitch in degrees: as on the poster, and from behind."""
LEVELS = ("web-lod0", "web-lod1", "web-lod2", "web-lod3")


def optimize(path: Path, work: Path, arguments: tuple[str, ...] = ()) -> tuple[Facts, Answer]:
    """Run `vitrine optimize` into a new folder in `work`; the facts and the command's answer."""
    to = Path(tempfile.mkdtemp(dir=work))
    answer = vitrine("optimize", *arguments, "--to", str(to), "--json", "--", str(path))
    facts: Facts = {"code": answer.code, "message": answer.message, "folder": to, "work": work, "path": path}
    facts["findings"], facts["outputs"] = [], {}
    if answer.code == 0:
        manifest = json.loads(answer.out)
        facts["manifest"] = manifest
        facts["findings"] = [f"{f['code']}: {f['message']}" for f in manifest["findings"]]
        facts["outputs"] = {file["role"]: file for file in manifest["files"]}
    return facts, answer


def reference_of(facts: Facts, like: str) -> Path:
    """Return the folder with the outputs of the model that a case must look like; made once."""
    made: Path = facts["work"] / f"like-{like.replace('/', '-')}"
    if not (made / "manifest.json").is_file():
        answer = vitrine("optimize", "--to", str(made), "--", str(facts["cases"] / like))
        if answer.code:
            raise RuntimeError(f"{like}: {answer.message}")
    return made


def glb_of(folder: Path, role: str) -> bytes:
    """Return the bytes of a level or of the AR file."""
    return (folder / f"{role}.glb").read_bytes()


@cache
def model_of(folder: Path, role: str) -> Model:
    """Return an output, read."""
    return read_glb(glb_of(folder, role))


def document_of(folder: Path, role: str) -> dict[str, Any]:
    """Return the JSON of an output."""
    return read_container(glb_of(folder, role)).document


@cache
def views_of(folder: Path, role: str, occlusion: bool = True) -> tuple[Bytes, ...]:
    """Return small renderings of an output, (n, n, 4) uint8 each; of the poster, the picture itself.

    Without `occlusion`, occlusion textures are left out of the renderings.
    """
    if role == "poster":
        with Image.open(folder / "poster.webp") as image:
            return (np.array(image.convert("RGBA").resize((SIZE_PX, SIZE_PX))),)
    model = model_of(folder, role)
    if not occlusion:
        model = replace(model, materials=tuple(replace(m, occlusion=None) for m in model.materials))
    points = np.concatenate([mesh.positions[mesh.triangles.reshape(-1)] for mesh in model.meshes])
    cameras = [fit_camera(points, yaw_deg=yaw, pitch_deg=pitch, fov_deg=22.0) for yaw, pitch in VIEWS]
    return tuple(render_image(model, camera, SIZE_PX).rgba for camera in cameras)


def occlusion_of(model: Model) -> tuple[Floats, Floats]:
    """Return the centroids of triangles with an occlusion texture, and the occlusion there.

    (n, 3) float32 in a box from 0 to 1, and (n,) float32 of the nearest texel of the UV set that is named.
    """
    low, high = model.bounds
    places, values = [], []
    for mesh in model.meshes:
        texture = model.materials[mesh.material].occlusion
        if texture is None or mesh.uvs is None:
            continue
        red = decode_image(texture.data, texture.media_type)[..., 0].astype(np.float32) / 255
        uvs = (mesh.uvs, *mesh.other_uvs)[texture.uv][mesh.triangles].mean(axis=1) % 1.0
        column, row = (uvs * red.shape[::-1]).astype(int).T
        places.append((mesh.positions[mesh.triangles].mean(axis=1) - low) / (high - low))
        values.append(red[row.clip(max=red.shape[0] - 1), column.clip(max=red.shape[1] - 1)])
    if not places:
        return np.zeros((0, 3), np.float32), np.zeros(0, np.float32)
    return np.concatenate(places), np.concatenate(values)


def images_of(folder: Path, role: str) -> list[Image.Image]:
    """Return the decoded images of an output; KTX2 is left out."""
    container = read_container(glb_of(folder, role))
    found: list[Image.Image] = []
    for image in container.document.get("images", []):
        view = container.document["bufferViews"][image["bufferView"]]
        start = view.get("byteOffset", 0)
        data = bytes(container.binary[start : start + view["byteLength"]])
        if image.get("mimeType") != "image/ktx2":
            found.append(Image.open(io.BytesIO(data)))
    return found


def faults_of_file(folder: Path, role: str) -> list[str]:
    """Return what the library's own validation says against an output."""
    report = validate(glb_of(folder, role))
    return [f"{role}: {i.code} {i.message[:80]}" for i in report.issues if i.severity == "error"]


def colour_difference(one: Bytes, other: Bytes, least_alpha: int = 128) -> tuple[float, float]:
    """Return (silhouette IoU, mean CIE 1976 difference where both show something) of two views.

    A pixel shows something from an alpha of `least_alpha` on.
    """
    a, b = one[..., 3] >= least_alpha, other[..., 3] >= least_alpha
    joint, common = (a | b).sum(), a & b
    if not joint:
        return 1.0, 0.0
    iou = float(common.sum() / joint)
    if not common.any():
        return iou, 100.0
    return iou, float(np.linalg.norm(_lab(one[common]) - _lab(other[common]), axis=1).mean())


def _lab(rgba: Bytes) -> np.ndarray[Any, np.dtype[np.float64]]:
    """CIE L*a*b* (D65) of (n, 4) sRGB bytes."""
    srgb = rgba[:, :3].astype(np.float64) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    ) / np.array([[0.95047], [1.0], [1.08883]])
    xyz = linear @ to_xyz.T
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)
