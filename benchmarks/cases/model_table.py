"""What is right for each model of the cases (`mNN`): first pattern that matches counts.

Geometry and materials are here, containers and documents in `container_table.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.cases.model_checks import (
    Extent,
    Has,
    Images,
    Keeps,
    LooksLike,
    SameImage,
    SameOcclusion,
    Shows,
    Sound,
    Triangles,
)
from benchmarks.cases.records import Expected, Finds, FindsNot, refused

VASE = (Sound(), Extent(), LooksLike())
"""Every output is sound and looks like `reference/vase.glb`."""
AS_VASE = "looks like reference/vase.glb"


def shape_only(iou: float = 0.97, least_alpha: int = 128) -> tuple[Any, ...]:
    """Return the checks of a vase whose colours are its own."""
    return (Sound(), Extent(), LooksLike(iou=iou, delta_e=200, least_alpha=least_alpha))


def red_over_green(pixels: Any) -> bool:
    """Whether red, green and blue each vary widely: vertex colours that span 0 to 1 are drawn."""
    low, high = np.percentile(pixels[:, :3], (10, 90), axis=0)
    return bool((high - low > 60)[:2].all())


def spanning(model: Any) -> bool:
    """Whether the vertex colours of a model span 0 to 1, with the mean of the source's (0.5)."""
    colors = [mesh.colors for mesh in model.meshes]
    if any(c is None for c in colors):
        return False
    values = np.concatenate(colors)[:, :2]
    return bool(values.min() < 0.1 and values.max() > 0.9 and (abs(values.mean(axis=0) - 0.5) < 0.12).all())


def extension(name: str) -> Has:
    """Return the check that every material of the web files has an extension."""
    return Has(name, lambda doc: all(name in m.get("extensions", {}) for m in doc["materials"]))


def ramp(image: Any) -> bool:
    """Whether an image spans dark to light in even steps."""
    gray = image[..., :3].astype(float).mean(axis=2)
    return bool(gray.min() < 60 and gray.max() > 200 and 90 < gray.mean() < 165)


COLOURS = (Keeps("vertex colours span 0 to 1", spanning), Shows("red and green vary", red_over_green))
GRADIENT = Images(
    "the gradient along u", lambda image: bool(np.ptp(image[..., :3].astype(float).mean(axis=2)) > 30)
)
SEES_RED = Shows(
    "the red box inside is seen",
    lambda p: bool(((p[:, 0] > p[:, 1] + 30) & (p[:, 0] > p[:, 2] + 30)).mean() > 0.01),
    ("poster",),
)
BLENDS = Has("BLEND", lambda doc: doc["materials"][0].get("alphaMode") == "BLEND", ("web-lod0", "ar"))
MASKS = Has("MASK", lambda doc: doc["materials"][0].get("alphaMode") == "MASK", ("web-lod0", "ar"))
AR_LETS_THROUGH = Has(
    "BLEND in AR", lambda doc: any(m.get("alphaMode") == "BLEND" for m in doc["materials"]), ("ar",)
)
OPAQUE = Has("no BLEND", lambda doc: all(m.get("alphaMode") != "BLEND" for m in doc["materials"]))

MODELS = (
    Expected("m01*/*", "looks like expected-same-look.glb", ((Sound(), LooksLike("m01-texture-transform/expected-same-look.glb")),)),
    Expected("m02*/identity*", "simply works: the transform changes nothing", ((Sound(), Extent(), LooksLike(delta_e=10)),)),
    Expected("m02*/*", "baked into one UV set, or refused naming the textures", ((Sound(), Extent(), LooksLike("m01-texture-transform/expected-same-look.glb", delta_e=10)), (refused("normaltexture", "basecolortexture"),))),
    Expected("m03*/*", "occlusion kept; base colour as the vase's", ((Sound(), Extent(), LooksLike(roles=("web-lod0", "web-lod3", "ar"), occlusion=False, delta_e=10), LooksLike(roles=("poster",), delta_e=200), SameOcclusion()),)),
    Expected("m04*/texcoord_1-missing*", "refused, or read with a warning", ((Sound(), Extent(), Finds("texcoord|uv")), (refused("texcoord_1"),))),
    Expected("m04*/*", AS_VASE, (VASE,)),
    Expected("m05*/hdr*", "clamped to white, and said", ((*shape_only(), Finds("colou?r")),)),
    Expected("m05*/*", "colours survive in levels, AR file and poster", ((*shape_only(), *COLOURS),)),
    Expected("m06*/all-black*", "black, with a warning", ((*shape_only(), Finds("black|colou?r"), Shows("black", lambda p: bool(p[:, :3].mean() < 60))),)),
    Expected("m06*/blend*", "colour x texture x factor, alpha of the vertices", ((*shape_only(least_alpha=8), BLENDS, Keeps("vertex alpha", lambda m: all(x.colors is not None and x.colors[:, 3].min() < 0.2 for x in m.meshes))),)),
    Expected("m06*/*", "colour x texture x factor, opaque", (shape_only(),)),
    Expected("m07*/*left-over*", "left-over indices dropped with a finding", ((Sound(), Extent(), Finds("left|dropped|multiple"), LooksLike()), (Sound(), Finds("left|dropped|multiple"), Triangles(700, 800)))),
    Expected("m07*/triangle-fan*", "a disc of 0.4 m", ((Sound(), Extent((0.4, 0.1, 0.4)), Triangles(30, 32)),)),
    Expected("m07*/triangle-strip*", "the vase, its outside out", ((Sound(), Extent((0.2242, 0.3, 0.262)), Triangles(700, 828), FindsNot("winding")),)),
    Expected("m07*/*", "same surface as a list", (Sound(),)),
    Expected("m08*/mirrored*", "both halves lit alike", ((Sound(), Extent((0.5244, 0.3, 0.2621))),)),
    Expected("m08*/*", "the vase, upside down and right side out", ((Sound(), Extent()),)),
    Expected("m09*/mesh-1-node-0*", AS_VASE, (VASE,)),
    Expected("m09*/no-weights*", AS_VASE, (VASE,)),
    Expected("m09*/weight-1*", "leans to +x at the top", ((Sound(), Extent((0.2971, 0.3, 0.2621))),)),
    Expected("m09*/*", "no crash", (Sound(),)),
    Expected("m10*/vertex*", "unlit and vertex colours kept", ((*shape_only(), *COLOURS, extension("KHR_materials_unlit")),)),
    Expected("m10*/*", "unlit kept in web files, AR rough", ((*shape_only(), extension("KHR_materials_unlit")),)),
    Expected("m11*/blend*", "glass: BLEND everywhere", ((Sound(), Extent(), AR_LETS_THROUGH),)),
    Expected("m11*/transmission*", "extensions survive, AR lets light through, the box is seen", ((Sound(), Extent(), Has("KHR_materials_transmission", lambda doc: any("KHR_materials_transmission" in m.get("extensions", {}) for m in doc["materials"])), AR_LETS_THROUGH, SEES_RED),)),
    Expected("m11*/*", "glass survives", (Sound(),)),
    Expected("m12*/*", "converted to metallic-roughness, or refused saying so", ((Sound(), Extent(), LooksLike(delta_e=6), Has("no extension", lambda doc: "KHR_materials_pbrSpecularGlossiness" not in doc.get("extensionsUsed", []))), (refused("specularglossiness"),))),
    Expected("m13*/*", "hidden node left out: 0.3 m high", (VASE,)),
    Expected("m14*/*", AS_VASE, (VASE,)),
    Expected("m15*/centimetres*", "a finding that names 30 m", ((Sound(), Extent((22.44, 30, 26.21)), Finds("30(\\.0*)? m")),)),
    Expected("m15*/kilometres*", "a finding that names 0.3 mm", ((Sound(), Finds("0\\.3(0*)? mm|0\\.0003")),)),
    Expected("m15*/*", "a finding that names the extent", ((Sound(), Finds(" m\\b| mm\\b")),)),
    Expected("m16*/*", f"{AS_VASE}; its material is rougher", ((Sound(), Extent(), LooksLike(delta_e=5)),)),
    Expected("m18*/normalized*", "red over u, green over height, not white", ((*shape_only(), *COLOURS),)),
    Expected("m18*/*", "read", (Sound(),)),
    Expected("m19*/*", AS_VASE, ((Sound(), Extent(), LooksLike(delta_e=6)),)),
    Expected("m20*/base-gray-alpha*", "gray ramp, mask kept", ((*shape_only(iou=0.45), MASKS, Images("a ramp", ramp)),)),
    Expected("m20*/base-gray16*", "a ramp, not white", ((*shape_only(), Images("a ramp", ramp)),)),
    Expected("m20*/metallic*", "roughness ramp kept", ((*shape_only(), Images("bright enough", lambda image: bool(image[..., 1].max() > 200))),)),
    Expected("m20*/*", AS_VASE, ((Sound(), Extent(), LooksLike(delta_e=8)),)),
    Expected("m21*/*", AS_VASE, (VASE,)),
    Expected("m22*/1x1*", "red all over", ((*shape_only(), Images("red", lambda image: bool(abs(image[..., :3].astype(float).mean(axis=(0, 1)) - (200, 30, 30)).max() < 12))),)),
    Expected("m22*/cmyk*", "read, and RGB in the AR file", ((Sound(), Extent(), LooksLike(delta_e=12)),)),
    Expected("m22*/gif*", "refused naming GIF, or read", (refused("gif"), VASE)),
    Expected("m22*/empty*", "refused: the image is empty or cut short", (refused("image"),)),
    Expected("m22*/*cut*", "refused: the image is cut short", (refused("image"),)),
    Expected("m22*/strip*", "keeps its gradient", ((*shape_only(), GRADIENT),)),
    Expected("m22*/npot*", "keeps its colours", ((*shape_only(), GRADIENT),)),
    Expected("m22*/*", AS_VASE, ((Sound(), Extent(), LooksLike(delta_e=4)),)),
    Expected("m23*/*", "8x8 texels kept, NEAREST kept", ((*shape_only(), SameImage(), Has("NEAREST", lambda doc: doc.get("samplers", [{}])[0].get("magFilter") == 9728, ("web-lod0", "ar"))),)),
    Expected("m24*/400*", "small parts removed", ((Sound(), Extent((0.2247, 0.3, 0.2626)), Finds("small_parts")),)),
    Expected("m24*/flipped*", "winding unified", ((Sound(), Extent((0.2247, 0.3, 0.2626)), Finds("winding")),)),
    Expected("m24*/glass*", "alpha in the texture of an opaque material: reported", ((Sound(), Extent((0.2247, 0.3, 0.2626)), Finds("alpha")),)),
    Expected("m24*/unwelded*", "reaches the budget of the last level", ((Sound(), Extent((0.2247, 0.3, 0.2626)), Triangles(30_000, 38_400), Has("2,500 triangles", lambda doc: doc["accessors"] is not None, ("web-lod3",)), Keeps("at most 2,500 triangles", lambda m: m.triangle_count <= 2500, ("web-lod3",))),)),
    Expected("m24*/*", "repaired", ((Sound(), Extent((0.2247, 0.3, 0.2626))),)),
    Expected("m36*/nearest*", "NEAREST at all levels", ((*shape_only(), Has("NEAREST", lambda doc: doc.get("samplers", [{}])[0].get("magFilter") == 9728, ("web-lod0", "web-lod3", "ar"))),)),
    Expected("m36*/*clamp*", "clamped at all levels", ((*shape_only(), Has("CLAMP_TO_EDGE", lambda doc: doc.get("samplers", [{}])[0].get("wrapS") == 33071, ("web-lod0", "ar"))),)),
    Expected("m36*/*", "same look at all levels", (shape_only(),)),
    Expected("m37*/lamp*", "emissive strength kept; the poster is not blown out", ((Sound(), Extent(), extension("KHR_materials_emissive_strength"), Shows("not blown out", lambda p: bool((p[:, :3].min(axis=1) > 250).mean() < 0.3), ("poster",))),)),
    Expected("m37*/*", "extensions kept and valid", (Sound(),)),
)  # fmt: skip
