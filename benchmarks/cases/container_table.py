"""What is right for each model of the cases whose container, document or node tree is unusual."""

from __future__ import annotations

from benchmarks.cases.model_checks import Extent, Keeps, LooksLike, Shows, Sound, Triangles
from benchmarks.cases.model_table import AS_VASE, MODELS, VASE, shape_only
from benchmarks.cases.records import Expected, Finds, refused

BOX = (Sound(), Extent((1.0, 1.0, 1.0)))

CONTAINERS = (
    Expected("m25*/gzipped*", "read, or refused naming gzip", (VASE, refused("gzip"))),
    Expected("m25*/zero-bytes*", "refused: empty", (refused("empty|0 bytes"),)),
    Expected("m25*/json-with-nan*", "refused naming NaN, or repaired with a finding", (refused("nan"), (*VASE, Finds("nan")))),
    Expected("m25*/length-field*", "repaired with a finding, or refused naming the length", ((*VASE, Finds("length|header")), refused("length|header|cut short"))),
    Expected("m25*/bom*", "read with a finding", ((*VASE, Finds("bom|byte order mark")),)),
    Expected("m25*/integers*", "read (1617.0 is an integer)", (VASE,)),
    Expected("m25*/buffer-longer*", "read with a finding", ((*VASE, Finds("buffer")),)),
    Expected("m25*/asset-version*", "read with a finding", ((*VASE, Finds("version")),)),
    Expected("m25*/json-padded-with-nul*", "read with a finding", ((*VASE, Finds("nul|padding|zero")),)),
    Expected("m25*/*data-uri*", "read", (VASE, (Sound(), Extent((None, 0.3, None))))),
    Expected("m25*/*", AS_VASE, (VASE,)),
    Expected("m26*/all-triangles-degenerate*", "refused: no triangle left", (refused("no triangle"),)),
    Expected("m26*/every-triangle-twice*", "the vase; doubles dropped or kept", ((Sound(), Extent(), LooksLike()),)),
    Expected("m26*/half*", "the vase with 3,072 triangles", ((*VASE, Triangles(2900, 3072)),)),
    Expected("m26*/huge-uv*", "wraps to the same picture", (shape_only(),)),
    Expected("m26*/inward*", "normals computed anew", ((*VASE,),)),
    Expected("m26*/nan-in-one-normal*", "repaired with a finding", ((*VASE, Finds("nan|normal|finite")),)),
    Expected("m26*/nan-in-one-uv*", "repaired with a finding", ((*VASE, Finds("nan|uv|texcoord|finite")),)),
    Expected("m26*/one-nan-position*", "repaired with a finding, or refused naming it", ((*VASE, Finds("nan|position|finite")), refused("nan|finite", "position"))),
    Expected("m26*/no-uv*", "read, with a finding, or plain", (shape_only(),)),
    Expected("m26*/positions-without*", "refused: nothing is left", (refused("triangle|flat|position|zero|size"),)),
    Expected("m26*/uint8*", "the coarse vase", ((Sound(), Extent((0.2247, 0.3, 0.2502))),)),
    Expected("m26*/zero-normals*", "normals computed", (VASE,)),
    Expected("m26*/*", "the vase, repaired", ((Sound(), Extent()),)),
    Expected("m27*/second-scene*", "shows the vase", (VASE,)),
    Expected("m27*/64*", "fits the budget", ((Sound(), Extent((2.3242, 2.75, 0.2602)), Keeps("2,500 triangles", lambda m: m.triangle_count <= 3750, ("web-lod3",))),)),
    Expected("m27*/*loop*", "refused: the tree has a loop", (refused("node|loop|tree"),)),
    Expected("m27*/matrix-and-trs*", AS_VASE, (VASE,)),
    Expected("m27*/one-axis*", "a flat vase, or refused", ((Sound(), Extent((0.2244, 0.3, None))), refused())),
    Expected("m27*/rotation*", "turned, not scaled", ((Sound(), Extent((None, 0.3, None))),)),
    Expected("m27*/sheared*", "0.56 m wide, lit right", ((Sound(), Extent((0.5625, 0.2812, 0.1311))),)),
    Expected("m27*/first-scene-empty*", "read, or says why not", (VASE, refused("scene"))),
    Expected("m27*/*", AS_VASE, (VASE,)),
    Expected("m29*/armature*", "0.3 m high, its top bent by 30 degrees", ((Sound(), Extent((None, 0.298, None))),)),
    Expected("m29*/*", "in its pose", (Sound(),)),
    Expected("m31*/40*", "40 colours told apart", ((Sound(), Extent(), Keeps("40 materials or one atlas", lambda m: len(m.materials) in (1, 40)), Shows("many colours", lambda p: len({tuple(c // 24 for c in row) for row in p[:, :3].astype(int)}) > 25, ("web-lod0", "web-lod3", "ar"))),)),
    Expected("m31*/single-sided*", "seen from both sides, or reported", ((Sound(), Keeps("double-sided", lambda m: all(x.double_sided for x in m.materials))), (Sound(), Finds("double.?sided|one side|open")))),
    Expected("m31*/*", "read", ((Sound(),),)),
    Expected("m32*/points-only*", "refused: no triangle", (refused("no triangle"),)),
    Expected("m32*/*", "lines left out with a finding", ((*VASE, Finds("primitive_left_out")),)),
    Expected("m33*/*header-only*", "refused saying what to do", (refused("ktx2"),)),
    Expected("m33*/*", "works by its PNG", (VASE,)),
    Expected("m34*/missing-bin/*", "refused naming the file", (refused("boxtextured0\\.bin"),)),
    Expected("m34*/encoded-uris/*", "read where the files are beside it, else refused naming the file", ((Sound(),), refused("@file#\\.bin"))),
    Expected("m34*/*.gltf", "read, or refused saying how to pack it", ((Sound(),), refused("gltf", "pack|convert"))),
    Expected("m38*/texture-without-source*", "untextured, with a finding", ((*shape_only(), Finds("texture|image|source")),)),
    Expected("m38*/texture-index*", "refused naming the texture", (refused("texture"),)),
    Expected("m38*/dds*", "works by its PNG", (VASE,)),
    Expected("m38*/custom*", AS_VASE, (VASE,)),
    Expected("m38*/*", "one sentence, or read", (refused(), (Sound(),))),
    Expected("m*", "read and sound, or refused in one sentence", ((Sound(),), refused())),
)  # fmt: skip

ALL_MODELS = (*MODELS, *CONTAINERS)
