"""Changes to an animated mesh: samplers, channels, skins, morph targets, sparse accessors."""

from __future__ import annotations

from tests.gltf.validation.changes import (
    NAN,
    Change,
    attributes,
    channel,
    drop,
    patch,
    replace,
    sampler,
    set_value,
    several,
    skin_matrices,
    sparse,
    sparse_accessor,
    sparse_indices,
)

ANIMATED: dict[str, Change] = {
    "good": lambda _: None,
    "times-negative": lambda a: a.patch(sampler(a, 0)["input"], "f4", 0, -1),
    "times-equal": lambda a: a.patch(sampler(a, 0)["input"], "f4", 1, 0),
    "times-falling": lambda a: a.patch(sampler(a, 0)["input"], "f4", 0, 2),
    "times-nan": lambda a: a.patch(sampler(a, 0)["input"], "f4", 1, NAN),
    "times-no-bounds": lambda a: a.doc["accessors"][sampler(a, 0)["input"]].pop("max"),
    "times-format": lambda a: sampler(a, 0).update(input=sampler(a, 0)["output"]),
    "times-one-cubic": lambda a: sampler(a, 1).update(
        input=a.accessor([0], kind="SCALAR", target=None), output=a.accessor([[0, 0, 0]] * 3, target=None)
    ),
    "quaternion-long": lambda a: a.patch(sampler(a, 0)["output"], "f4", 3, 2),
    "quaternion-normalized": lambda a: sampler(a, 0).update(
        output=a.accessor([[0, 0, 0, 127]] * 2, "i1", "VEC4", None, normalized=True)
    ),
    "quaternion-short-normalized": lambda a: sampler(a, 0).update(
        output=a.accessor([[0, 0, 0, 100]] * 2, "i1", "VEC4", None, normalized=True)
    ),
    "quaternion-cubic": lambda a: sampler(a, 0).update(
        interpolation="CUBICSPLINE",
        output=a.accessor([[0, 0, 0, 5], [0, 0, 0, 1], [9, 0, 0, 0]] * 2, kind="VEC4", target=None),
    ),
    "quaternion-cubic-long": lambda a: sampler(a, 0).update(
        interpolation="CUBICSPLINE",
        output=a.accessor([[0, 0, 0, 1], [0, 0, 0, 5], [0, 0, 0, 1]] * 2, kind="VEC4", target=None),
    ),
    "output-format": lambda a: sampler(a, 1).update(output=sampler(a, 0)["output"]),
    "output-count": lambda a: sampler(a, 0).update(
        output=a.accessor([[0, 0, 0, 1]] * 3, kind="VEC4", target=None)
    ),
    "output-missing": lambda a: sampler(a, 0).update(output=99),
    "output-stride": lambda a: a.doc["bufferViews"][
        a.doc["accessors"][sampler(a, 0)["output"]]["bufferView"]
    ].update(byteStride=16),
    "interpolation": lambda a: sampler(a, 0).update(interpolation="CUBIC"),
    "sampler-missing": lambda a: channel(a, 0).update(sampler=7),
    "sampler-unused": lambda a: a.doc["animations"][0]["samplers"].append(dict(sampler(a, 0))),
    "sampler-none": lambda a: channel(a, 2).pop("sampler"),
    "target-node-missing": lambda a: channel(a, 0)["target"].update(node=77),
    "target-path": lambda a: channel(a, 0)["target"].update(path="color"),
    "target-twice": lambda a: a.doc["animations"][0]["channels"].append(channel(a, 0)),
    "target-matrix": lambda a: channel(a, 0)["target"].update(node=4),
    "target-skin": lambda a: channel(a, 0)["target"].update(node=0),
    "target-no-morphs": lambda a: channel(a, 2)["target"].update(node=1),
    "target-pointer": lambda a: channel(a, 0)["target"].update(path="pointer"),
    "usage": lambda a: sampler(a, 0).update(output=0),
    "channels-empty": set_value("animations/0/channels", []),
    "samplers-none": drop("animations/0/samplers"),
    "joint-out-of-range": patch("JOINTS_0", "u1", 1, 2),
    "joint-twice": patch("JOINTS_0", "u1", 1, 0),
    "joint-without-weight": patch("JOINTS_0", "u1", 3, 1),
    "weight-negative": patch("WEIGHTS_0", "f4", 0, -0.5),
    "weight-sum": patch("WEIGHTS_0", "f4", 0, 0.4),
    "weight-sum-close": patch("WEIGHTS_0", "f4", 0, 0.5000001),
    "weights-zero": several(patch("WEIGHTS_0", "f4", 0, 0), patch("WEIGHTS_0", "f4", 1, 0)),
    "weights-u1": replace("WEIGHTS_0", [[127, 128, 0, 0]] * 3, "u1", "VEC4", normalized=True),
    "weights-u1-sum": replace("WEIGHTS_0", [[127, 127, 0, 0]] * 3, "u1", "VEC4", normalized=True),
    "weights-u2": replace("WEIGHTS_0", [[65535, 0, 0, 0]] * 3, "u2", "VEC4", normalized=True),
    "second-set": several(
        replace("JOINTS_1", [[1, 0, 0, 0]] * 3, "u1", "VEC4"),
        replace("WEIGHTS_1", [[0.5, 0, 0, 0]] * 3, kind="VEC4"),
    ),
    "second-set-good": several(
        replace("JOINTS_1", [[0, 0, 0, 0]] * 3, "u1", "VEC4"),
        replace("WEIGHTS_1", [[0, 0, 0, 0]] * 3, kind="VEC4"),
    ),
    "skin-joint-missing": set_value("skins/0/joints", [1, 22]),
    "skin-joint-twice": set_value("skins/0/joints", [1, 1]),
    "skin-one-joint": set_value("skins/0/joints", [1]),
    "skin-no-common-root": set_value("skins/0/joints", [1, 3]),
    "skin-skeleton": set_value("skins/0/skeleton", 3),
    "skin-skeleton-joint": set_value("skins/0/skeleton", 2),
    "skin-skeleton-missing": set_value("skins/0/skeleton", 33),
    "skin-unused": drop("nodes/0/skin"),
    "skin-mesh-without-joints": lambda a: attributes(JOINTS_0=None, WEIGHTS_0=None)(a),
    "skin-other-scene": lambda a: [
        a.doc["scenes"].append({"nodes": [1, 3, 4]}),
        a.doc["scenes"][0].update(nodes=[0]),
    ],
    "skin-transform": set_value("nodes/0/translation", [1, 0, 0]),
    "skin-transform-zero": set_value("nodes/0/translation", [0, 0, 0]),
    "skin-child": lambda a: [
        a.doc["nodes"][3].update(children=[0]),
        a.doc["scenes"][0].update(nodes=[1, 3, 4]),
    ],
    "matrix-last-row": lambda a: a.patch(skin_matrices(a), "f4", 3, 1),
    "matrix-corner": lambda a: a.patch(skin_matrices(a), "f4", 15, 2),
    "matrices-few": lambda a: a.doc["accessors"][skin_matrices(a)].update(count=1),
    "matrices-format": set_value("skins/0/inverseBindMatrices", 0),
    "matrices-missing": set_value("skins/0/inverseBindMatrices", 88),
    "matrices-stride": lambda a: a.doc["bufferViews"][
        a.doc["accessors"][skin_matrices(a)]["bufferView"]
    ].update(byteStride=64),
    "morph-weights-overridden": set_value("nodes/0/weights", [0.2]),
    "morph-weights-count": set_value("meshes/0/weights", [0.2, 0.2]),
    "morph-node-weights-count": set_value("nodes/0/weights", [0.2, 0.2]),
    "sparse-falling": lambda a: sparse_indices(a, 2, 0),
    "sparse-equal": lambda a: sparse_indices(a, 2, 2),
    "sparse-out-of-range": lambda a: sparse_indices(a, 0, 3),
    "sparse-count": lambda a: sparse(a).update(count=4),
    "sparse-count-0": lambda a: sparse(a).update(count=0),
    "sparse-indices-view": lambda a: sparse(a)["indices"].update(bufferView=99),
    "sparse-values-view": lambda a: sparse(a)["values"].update(bufferView=99),
    "sparse-values-offset": lambda a: sparse(a)["values"].update(byteOffset=2),
    "sparse-indices-type": lambda a: sparse(a)["indices"].update(componentType=5122),
    "sparse-indices-large": lambda a: sparse(a)["indices"].update(componentType=5125),
    "sparse-none": lambda a: sparse(a).pop("values"),
    "sparse-stride": lambda a: a.doc["bufferViews"][sparse(a)["values"]["bufferView"]].update(byteStride=12),
    "sparse-max": lambda a: sparse_accessor(a).update(max=[0, 0, 3]),
    "sparse-min": lambda a: sparse_accessor(a).update(min=[0, 0, 1]),
    "sparse-on-view": lambda a: sparse_accessor(a).update(bufferView=0, max=[1, 0, 2]),
}
