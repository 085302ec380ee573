"""Codes of findings about model files, repair, levels of detail and the match with the photo."""

from __future__ import annotations

from vitrine.findings.code import NOTHING, Code, rows

FILE = rows(
    "file",
    {
        "FILE_UNREADABLE": ("error", "the file cannot be opened or imported", "check its path and format"),
        "LIMIT_EXCEEDED": (
            "error",
            "the model would take more memory or time than the recipe allows; it was not decoded",
            "reduce it, or raise the limit that the message names",
        ),
        "WORKER_STOPPED": (
            "error",
            "reading a photo or a model crashed its process, or took more memory or time than it may",
            "look at the file; raise process.memory_bytes or process.cpu_s for a large one",
        ),
        "FILE_REPAIRED": (
            "warning",
            "the file breaks a rule of glTF, and only one reading makes sense: it was taken",
            "nothing to do here; other readers may refuse the file",
        ),
        "SKIN_WEIGHTS_MISSING": (
            "warning",
            "vertices of a skinned mesh have no weight and follow its first joint",
            "weight them in the modelling program",
        ),
        "VALUES_REPAIRED": ("warning", "NaN or infinity in a vertex was replaced or dropped", "export again"),
        "INDICES_LEFT_OVER": (
            "warning",
            "indices at the end make no triangle, and are dropped",
            "export again",
        ),
        "COLORS_CLAMPED": ("warning", "vertex colours are above 1: glTF clamps them", "scale the colours"),
        "COLORS_BLACK": ("warning", "all vertex colours are black", "export without vertex colours"),
        "MODEL_MOVED": ("info", "a model far from the origin was moved to it", NOTHING),
        "UV_SET_MISSING": (
            "warning",
            "textures read a UV set that the mesh lacks",
            "export with that UV set",
        ),
        "NODE_LEFT_OUT": ("info", "a hidden node is left out", NOTHING),
        "INDEX_OUT_OF_RANGE": ("error", "indices exceed the primitive's vertices", "export the model again"),
        "IMAGE_BROKEN": ("error", "an image does not decode", "replace the texture, export again"),
        "EXTENSION_VALUE_IGNORED": ("warning", "a value of a material's extension is broken", NOTHING),
        "EXTENSION_LEFT_OUT": ("info", "an optional extension is not carried over", NOTHING),
        "PRIMITIVE_LEFT_OUT": ("warning", "points or lines are not carried over", "export them as triangles"),
        "ANIMATION_LEFT_OUT": ("warning", "animations are not carried over", "export the pose you want"),
        "CAMERA_LEFT_OUT": ("warning", "cameras are not carried over", NOTHING),
        "UNREADABLE": (
            "error",
            "Vitrine cannot work with the model",
            "export the model again",
        ),
    },
)

IMPORT = rows(
    "import",
    {
        "UNITS_ASSUMED": (
            "info",
            "the format states no unit or no axes",
            "scale and rotate it if it is wrong",
        ),
        "TEXTURE_MISSING": ("warning", "a texture's file is missing or broken", "put it beside the model"),
        "MATERIALS_MISSING": ("warning", "the material file is missing", "put the .mtl beside the model"),
        "MATERIAL_LEFT_OUT": ("info", "properties of MTL materials are not carried over", NOTHING),
    },
)

REPAIR = rows(
    "repair",
    {
        "DEGENERATE_REMOVED": ("info", "triangles without area, or repeated, were removed", NOTHING),
        "BACK_FACES_REMOVED": ("info", "a surface was there from both sides, and is once now", NOTHING),
        "SHEET_ONE_SIDED": ("warning", "an open sheet is invisible from behind", "export it double-sided"),
        "WINDING_UNIFIED": ("info", "triangles were flipped to face outward", NOTHING),
        "NORMALS_FIXED": ("info", "broken or missing normals were computed", NOTHING),
        "HIDDEN_PARTS_REMOVED": ("info", "parts that nobody can see were removed", NOTHING),
        "SMALL_PARTS_REMOVED": ("info", "loose small parts were removed", NOTHING),
        "FRONT_UNKNOWN": ("info", "the photo does not tell the model's front", "turn it by hand if needed"),
        "FRONT_TURNED": ("info", "the model was rotated to face +Z as in the photo", NOTHING),
        "TEXTURES_DECODED": ("info", "KTX2 textures were decoded and encoded again", NOTHING),
        "MATERIAL_CONVERTED": ("info", "specular-glossiness became metallic-roughness", NOTHING),
        "UV_SETS_BAKED": ("info", "textures with several UV mappings were baked into one UV set", NOTHING),
        "ALPHA_MODE_CHANGED": ("info", "the texture's alpha contradicts the material's alphaMode", NOTHING),
        "ALPHA_FORCED_OPAQUE": (
            "info",
            "the texture has alpha though the material is opaque; files get it without",
            "set repair.transparent = true for a see-through product",
        ),
        "METAL_OUTLIERS_REPLACED": (
            "info",
            "regions of metal without roughness, which render as black mirrors, were filled from around",
            NOTHING,
        ),
        "SIZE_UNLIKELY": ("warning", "the size is unlikely for a product", "give its dimensions"),
        "SIZE_UNKNOWN": ("warning", "the model is flat along every known dimension", "add another dimension"),
        "DIMENSION_OFF": ("warning", "proportions differ from the catalogue's", "check the dimensions"),
    },
)

LODS = rows(
    "levels of detail",
    {
        "LOD_REBAKED": ("info", "a level has UVs and textures of its own", NOTHING),
        "LOD_TOO_LARGE": ("warning", "a level exceeds its max_bytes", "raise it, or lower texture_px"),
        "LOD_ABOVE_TARGET": ("warning", "a level has more triangles than its target", "raise the target"),
        "LOD_REGENERATED": ("info", "a level missed a limit and was built with more triangles", NOTHING),
        "LOD_BELOW_QUALITY": (
            "warning",
            "a level misses a limit even so",
            "raise its triangles",
        ),
        "NOT_JUDGED": (
            "info",
            "the images that levels are compared in do not show a feature of the materials",
            "look at the levels in a viewer",
        ),
        "AR_TOO_LARGE": ("warning", "the AR file exceeds ar.size_bytes", "raise it, or lower ar.triangles"),
    },
) | {
    "TEXTURE_QUALITY": Code(
        subject="levels of detail",
        severities=("warning", "info"),
        meaning="the WebP quality that was chosen (warning when it misses web.webp_min_ssim)",
        action="lower web.webp_min_ssim, or accept it",
    )
}

CORE = rows(
    "AR files",
    {
        "UNLIT_BAKED": ("info", "an unlit material emits its colour, or is rough", "compare the pictures"),
        "TRANSMISSION_BAKED": ("info", "glass blends instead of refracting light", "compare the pictures"),
        "DIFFUSE_TRANSMISSION_BAKED": ("info", "a translucent material is opaque", "compare the pictures"),
        "SPECULAR_BAKED": ("info", "reflectance became metallic and roughness", "compare the pictures"),
        "SHEEN_BAKED": ("info", "sheen became part of the base colour", "compare the pictures"),
        "CLEARCOAT_BAKED": ("info", "the roughness is that of the clearcoat", "compare the pictures"),
        "EMISSIVE_BAKED": ("info", "emissive light is as bright as core glTF has it", NOTHING),
        "MATERIAL_EXTENSION_DROPPED": (
            "warning",
            "core glTF cannot express a property of a material",
            "compare the pictures",
        ),
        "AR_BELOW_QUALITY": (
            "warning",
            "a file for AR looks different from the source",
            "compare the pictures, or raise ar.triangles",
        ),
        "DESTINATION_BUILT": ("info", "a destination of the recipe got a smaller file of its own", NOTHING),
        "DESTINATION_MISSED": (
            "warning",
            "a destination of the recipe may refuse even the smallest file",
            "see the verdicts of the product",
        ),
        "VERTEX_COLORS_BAKED": ("info", "the USDZ has a texture for vertex colours", NOTHING),
    },
)
"""What the files that every reader understands cannot have."""

MATCH = rows(
    "match with the photo",
    {
        "FIDELITY_OUTLINE": (
            "warning",
            "the outlines differ: held for review",
            "look at it: vitrine review",
        ),
        "REVIEW_ASKED": (
            "warning",
            'the recipe has review = "always": held for review',
            "vitrine review",
        ),
        "FIDELITY_COLOUR": (
            "warning",
            "the colours differ: held for review",
            "look at it: vitrine review",
        ),
    },
) | {
    "FIDELITY_UNKNOWN": Code(
        subject="match with the photo",
        severities=("warning", "info"),
        meaning="the photo has no outline to compare with: held for review (info: not held, by the recipe)",
        action="look at it: vitrine review",
    )
}
