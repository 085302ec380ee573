"""Every finding code: its severity, what it means, and what to do about it. `vitrine codes` prints the table.

Codes are UPPER_SNAKE_CASE, as those of the Khronos glTF Validator. An error stops the product, a warning is
worth a look, an info says what was done.
"""

from __future__ import annotations

from vitrine.models import Finding, Severity
from vitrine.record import Record


class Code(Record):
    """One row of the table."""

    subject: str
    """What it is about: the feed, the photo, the purchase, the file, the repair, the levels, the match."""
    severities: tuple[Severity, ...]
    """Its severity, and any other that the check may choose by what it measures."""
    meaning: str
    action: str
    """What to do about it."""


def _rows(subject: str, rows: dict[str, tuple[Severity, str, str]]) -> dict[str, Code]:
    return {
        code: Code(subject=subject, severities=(severity,), meaning=meaning, action=action)
        for code, (severity, meaning, action) in rows.items()
    }


NOTHING = "nothing to do"

FEED = _rows(
    "feed",
    {
        "LINE_UNREADABLE": ("error", "a line is not CSV or JSON", "correct the line; the other lines count"),
        "PRODUCT_INVALID": ("error", "a field of a product is wrong", "correct the field that is named"),
        "PRODUCT_WITHOUT_PHOTO": ("error", "a product has no photo", "add a path or a URL"),
        "ID_REPEATED": ("error", "an id occurs twice; the first product counts", "give each product its own"),
        "ID_MISSING": ("error", "a product has no id", "give it one"),
        "ID_SPOILT": (
            "error",
            "a spreadsheet has rounded the id, or put an error in its place",
            "format the column as text and export it again",
        ),
        "ID_ALIKE": (
            "warning",
            "two ids differ only in case, hyphens, Unicode form or invisible characters",
            "check that they are two products",
        ),
        "ID_ODD": ("warning", "an id has invisible characters, or looks like a date", "correct it"),
        "PHOTO_ADDRESS": ("error", "a photo's address is neither a path nor a URL", "correct the address"),
        "SIZE_AMBIGUOUS": (
            "error",
            "a size can be read two ways, such as 1,200",
            "write it without thousands separators, and one unit",
        ),
        "SIZE_ASSUMED": ("warning", "a size has one likely reading, which is taken", "check the reading"),
        "SIZES_CONTRADICT": ("warning", "sides differ more than 20 times", "check numbers and units"),
        "SIZE_IMPLAUSIBLE": ("warning", "a product is larger than 20 m or under 1 mm", "check the unit"),
        "FEED_REPAIRED": (
            "info",
            "an encoding that was detected, or lines and sheets that are not products",
            NOTHING,
        ),
        "COLUMN_MAPPED": ("info", "a column has another name, and is read as the one that is named", NOTHING),
        "FILE_LEFT_OUT": ("info", "a file of the folder is not read", "move it, or save it as a photo"),
        "PHOTO_GROUPED": ("info", "name_2.jpg is another photo of the product of name.jpg", NOTHING),
        "FIELD_UNKNOWN": ("warning", "fields are not known and are ignored", "correct their names"),
    },
)

PHOTO = _rows(
    "photo",
    {
        "PHOTO_TOO_SMALL": ("error", "the subject has too few pixels for a model", "use a larger photo"),
        "PHOTO_SMALL": ("warning", "the subject has few pixels: detail gets lost", "use a larger photo"),
        "PHOTO_BLURRED": ("error", "even the steepest edges are blurred", "use a sharper photo"),
        "PHOTO_SOFT": ("warning", "the steepest edges are soft", "use a sharper photo"),
        "NOTHING_THERE": ("error", "nothing stands out from the backdrop", "check that it is the right file"),
        "MATTE_EMPTY": ("error", "the photo's alpha hides nearly all of it", "export it with its alpha"),
        "ALPHA_WEAK": ("error", "no pixel is opaque enough for TRELLIS.2", "make the subject opaque"),
        "SUBJECT_CUT": ("error", "the frame cuts the subject", "use a photo that shows it whole"),
        "SUBJECT_TOUCHES": ("warning", "the subject touches the frame", "check that it is not cut"),
        "OUTLINE_UNCLEAR": (
            "warning",
            "subject and backdrop are too alike to cut; the provider removes the backdrop",
            "use a backdrop of another colour, or a cut-out with alpha",
        ),
        "OUTLINE_LOST": (
            "error",
            "part of the product has the backdrop's colour (white on white): a matte would have holes",
            "use a backdrop of another colour, or a cut-out with alpha",
        ),
        "BACKDROP_KEPT": ("info", "the backdrop is not plain; the provider removes it", NOTHING),
        "BACKDROP_BUSY": (
            "warning",
            "the photo looks like a scene; the provider removes the backdrop",
            "use a photo before a plain backdrop",
        ),
        "PHOTO_COLLAGE": ("error", "the photo is made of several pictures", "crop it to one picture"),
        "PHOTO_FRAMED": ("error", "the photo has a frame around it", "crop the frame off"),
        "PHOTO_BANNER": ("error", "a band of text or colour crosses the photo", "crop the band off"),
        "PHOTO_ELONGATED": (
            "warning",
            "the subject is so long that little of its width is seen",
            "use a photo from an angle at which it is shorter",
        ),
        "PHOTO_UPSCALED": ("warning", "the photo was enlarged: it has little detail", "use the original"),
        "PHOTO_DARK": ("warning", "even the brightest parts are dark", "use a brighter photo"),
        "ALPHA_CARD": (
            "warning",
            "the photo's alpha is a rectangle with a plain backdrop, which is removed",
            "export it with the product's outline as alpha, if it is the rectangle itself",
        ),
        "ALPHA_INVERTED": ("error", "the photo's alpha hides the product", "invert the alpha"),
        "FRAME_BLANK": ("error", "the first frame of an animation is blank", "save one frame as an image"),
        "FRAMES_LEFT_OUT": ("info", "the first frame or page of the file is used", NOTHING),
        "PHOTO_CUT_SHORT": ("warning", "a JPEG lacks its end", "export or download it again"),
        "BIT_DEPTH_GUESSED": (
            "warning",
            "the values of a 16-bit photo end at 8, 10 or 12 bits, which is taken as white",
            "export it with 8 bits a channel",
        ),
    },
) | {
    "SEVERAL_SUBJECTS": Code(
        subject="photo",
        severities=("warning", "error"),
        meaning="separate subjects give one model (error from three on: a collage or a set)",
        action="crop it to one product",
    )
}

PURCHASE = _rows(
    "purchase",
    {
        "DOWNGRADED": ("warning", "the model was made with less than was ordered", "ask the provider"),
        "UNCONFIRMED": ("info", "the provider does not say at which resolution it was made", NOTHING),
    },
) | {
    "CHARGED_OTHERWISE": Code(
        subject="purchase",
        severities=("warning", "info"),
        meaning="the charge is not the quoted price (info when it is lower)",
        action="check the provider's price list",
    )
}

FILE = _rows(
    "file",
    {
        "FILE_UNREADABLE": ("error", "the file cannot be opened or imported", "check its path and format"),
        "FILE_REPAIRED": (
            "warning",
            "the file breaks a rule of glTF, and only one reading makes sense: it was taken",
            "nothing to do here; other readers may refuse the file",
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
        "GLB_CONTAINER": ("error", "header, length or chunk bounds are wrong", "export the model again"),
        "JSON_INVALID": ("error", "the JSON chunk is not a glTF 2.x document", "export the model again"),
        "BUFFER_BROKEN": (
            "error",
            "a buffer has fewer bytes than it says, or is in another file",
            "export as one GLB",
        ),
        "VIEW_BROKEN": (
            "error",
            "a buffer view exceeds its buffer, or does not decompress",
            "export the model again",
        ),
        "ACCESSOR_BROKEN": (
            "error",
            "an accessor has an unknown type, or exceeds its view",
            "export the model again",
        ),
        "ACCESSOR_NOT_FINITE": (
            "error",
            "an accessor holds NaN or infinity",
            "repair the mesh, export it",
        ),
        "ACCESSOR_BOUNDS": (
            "warning",
            "an accessor's min and max are not those of its values",
            "export the model again",
        ),
        "INDEX_OUT_OF_RANGE": ("error", "indices exceed the primitive's vertices", "export the model again"),
        "IMAGE_BROKEN": ("error", "an image does not decode", "replace the texture, export again"),
        "IMAGE_NOT_CHECKED": ("info", "an image's format is not decoded here", NOTHING),
        "EXTENSION_UNSUPPORTED": ("error", "a required extension is not read here", "export without it"),
        "EXTENSION_LEFT_OUT": ("info", "an optional extension is not carried over", NOTHING),
        "PRIMITIVE_LEFT_OUT": ("warning", "points or lines are not carried over", "export them as triangles"),
        "ANIMATION_LEFT_OUT": ("warning", "animations are not carried over", "export the pose you want"),
        "CAMERA_LEFT_OUT": ("warning", "cameras are not carried over", NOTHING),
        "NORMALS_NOT_UNIT": ("warning", "some normals are not of length one", "export the model again"),
        "NOT_STATIC": ("info", "animations or cameras, which a static model does not have", NOTHING),
        "UNREADABLE": ("error", "the document breaks the schema elsewhere", "export the model again"),
    },
)

IMPORT = _rows(
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

REPAIR = _rows(
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
        "SIZE_UNLIKELY": ("warning", "the size is unlikely for a product", "give its dimensions"),
        "SIZE_UNKNOWN": ("warning", "the model is flat along every known dimension", "add another dimension"),
        "DIMENSION_OFF": ("warning", "proportions differ from the catalogue's", "check the dimensions"),
    },
)

LODS = _rows(
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

MATCH = _rows(
    "match with the photo",
    {
        "FIDELITY_UNKNOWN": ("info", "the photo has no outline to compare with", "look at the model"),
        "FIDELITY_OUTLINE": (
            "warning",
            "the outlines differ: held for review",
            "look at it, then --accept",
        ),
        "FIDELITY_COLOUR": (
            "warning",
            "the colours differ: held for review",
            "look at it, then --accept",
        ),
    },
)

CODES: dict[str, Code] = FEED | PHOTO | PURCHASE | IMPORT | FILE | REPAIR | LODS | MATCH


def finding(
    code: str,
    message: str,
    *,
    pointer: str = "",
    measured: float | None = None,
    limit: float | None = None,
    severity: Severity | None = None,
) -> Finding:
    """Return the finding `code`, with the first severity that the table gives it unless one is chosen.

    Raises `KeyError` for a code outside the table, `ValueError` for a severity that it does not have.
    """
    allowed = CODES[code].severities
    severity = severity or allowed[0]
    if severity not in allowed:
        raise ValueError(f"{code} is {' or '.join(allowed)}, never {severity}")
    return Finding(
        code=code, severity=severity, message=message, pointer=pointer, measured=measured, limit=limit
    )
