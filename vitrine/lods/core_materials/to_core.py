"""Express every material of a model in core glTF 2.0, and say what has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from vitrine.findings import finding
from vitrine.gltf.model import Material, Model
from vitrine.lods.core_materials import (
    clearcoat,
    diffuse_transmission,
    emissive,
    sheen,
    specular,
    transmission,
    unlit,
)
from vitrine.lods.core_materials.channels import Channels, MaterialReader
from vitrine.models import Finding
from vitrine.repair.specular_glossiness import convert_specular_glossiness

WHITE = 0.999
"""Vertex colours from here on change nothing."""


@dataclass(frozen=True, slots=True)
class _Step:
    """How one extension, or two that work together, becomes core channels."""

    extensions: tuple[str, ...]
    bake: Callable[[MaterialReader, Channels], Channels]
    code: str
    words: str


STEPS = (
    _Step(
        (specular.NAME, specular.IOR),
        specular.bake_specular,
        "SPECULAR_BAKED",
        "specular and ior became metallic and roughness",
    ),
    _Step(
        (diffuse_transmission.NAME,),
        diffuse_transmission.bake_diffuse_transmission,
        "DIFFUSE_TRANSMISSION_BAKED",
        "diffuse transmission became base colour",
    ),
    _Step((sheen.NAME,), sheen.bake_sheen, "SHEEN_BAKED", "sheen became base colour"),
    _Step((clearcoat.NAME,), clearcoat.bake_clearcoat, "CLEARCOAT_BAKED", "clearcoat became roughness"),
    _Step(
        (transmission.NAME, transmission.VOLUME),
        transmission.bake_transmission,
        "TRANSMISSION_BAKED",
        "transmission, with its volume and ior, became alpha blending",
    ),
)
"""In this order: the colour of glass and its roughness decide what it lets through."""

NO_EFFECT = {
    "KHR_materials_anisotropy": "anisotropyStrength",
    "KHR_materials_dispersion": "dispersion",
    "KHR_materials_iridescence": "iridescenceFactor",
}
"""Extensions that core glTF cannot express, and the factor without which they do nothing."""


def to_core_materials(model: Model) -> tuple[Model, tuple[Finding, ...]]:
    """Return a copy whose materials have no extension, and a finding for each that changed a material.

    Geometry stays as it is. The textures of a material read one UV set, as after repair. Raises `ModelError`
    for a texture that does not decode.
    """
    if not any(material.extensions for material in model.materials):
        return model, ()
    model, converted = convert_specular_glossiness(model)
    findings = list(converted)
    materials = list(model.materials)
    for number, material in enumerate(materials):
        materials[number], codes = _core_material(material, has_vertex_colors(model, number))
        name, pointer = material.name or str(number), f"/materials/{number}"
        findings += [finding(code, f"material {name}: {words}", pointer=pointer) for code, words in codes]
    return replace(model, materials=tuple(materials)), tuple(findings)


def has_vertex_colors(model: Model, material: int) -> bool:
    """Whether vertex colours change how a material looks."""
    colors = [mesh.colors for mesh in model.meshes if mesh.material == material and mesh.colors is not None]
    return any(float(each.min(initial=1.0)) < WHITE for each in colors)


def _core_material(material: Material, vertex_colors: bool) -> tuple[Material, list[tuple[str, str]]]:
    """Return a material without extensions, and (code, words) for each change."""
    if not material.extensions:
        return replace(material, extension_textures=()), []
    if unlit.NAME in material.extensions:
        how = "a rough base colour" if vertex_colors else "emissive light"
        core = unlit.bake_unlit(material, vertex_colors=vertex_colors)
        return core, [("UNLIT_BAKED", f"unlit became {how}")]
    changes: list[tuple[str, str]] = []
    reader = MaterialReader(material)
    before = channels = reader.channels()
    for step in STEPS:
        if not any(name in material.extensions for name in step.extensions):
            continue
        if step.bake is specular.bake_specular and _is_glass(material):
            continue  # its reflectance is that of core glTF, give or take, and metal lets no light through
        after = step.bake(reader, channels)
        if after is not channels:
            changes.append((step.code, step.words))
            channels = after
    core = reader.with_channels(before, channels)
    if any(code == "TRANSMISSION_BAKED" for code, _ in changes):
        core = replace(core, alpha_mode="BLEND")
    emitting = emissive.bake_emissive_strength(core)
    if emitting is not core:
        strength = material.extensions[emissive.NAME]["emissiveStrength"]
        changes.append(("EMISSIVE_BAKED", f"emissive strength {strength:g} became factor and texture"))
    changes += [("MATERIAL_EXTENSION_DROPPED", f"{name} is left out") for name in _dropped(material)]
    return replace(emitting, extensions={}, extension_textures=()), changes


def _is_glass(material: Material) -> bool:
    return bool(material.extensions.get(transmission.NAME, {}).get("transmissionFactor"))


def _dropped(material: Material) -> Iterator[str]:
    """Yield the extensions that change how the material looks, and for which core glTF has nothing."""
    baked = {name for step in STEPS for name in step.extensions} | {emissive.NAME}
    for name, settings in material.extensions.items():
        if name in baked:
            continue
        if name not in NO_EFFECT or settings.get(NO_EFFECT[name]):
            yield name
