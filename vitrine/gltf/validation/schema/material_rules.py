"""Rules about several properties of a material, or of its extensions."""

from __future__ import annotations

import math

from vitrine.gltf.validation.rows import Cursor, Rows


def _check_materials(rows: Rows, cursor: Cursor) -> None:
    for cursor.row, item in enumerate(rows.items):
        if "alphaCutoff" in item and rows.values["alphaMode"][cursor.row] != "MASK":
            cursor.add("MATERIAL_ALPHA_CUTOFF_INVALID_MODE", "alphaCutoff")


def _check_iridescence(rows: Rows, cursor: Cursor) -> None:
    for cursor.row, item in enumerate(rows.items):
        minimum = rows.values["iridescenceThicknessMinimum"][cursor.row]
        if type(item.get("iridescenceThicknessTexture")) is dict:
            if minimum == rows.values["iridescenceThicknessMaximum"][cursor.row]:
                cursor.add(
                    "KHR_MATERIALS_IRIDESCENCE_THICKNESS_TEXTURE_UNUSED", "iridescenceThicknessTexture"
                )
        elif not math.isnan(minimum) and "iridescenceThicknessMinimum" in item:
            cursor.add(
                "KHR_MATERIALS_IRIDESCENCE_THICKNESS_RANGE_WITHOUT_TEXTURE", "iridescenceThicknessMinimum"
            )


MATERIAL_RULES = {"material": _check_materials, "KHR_materials_iridescence": _check_iridescence}
