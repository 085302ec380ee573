"""What is right for each photo of the cases (`pNN`): first pattern that matches counts."""

from __future__ import annotations

from benchmarks.cases.photos import Bought, Stopped
from benchmarks.cases.records import Expected, Finds

MUG = Bought()
ANY = Bought(iou=0, mattes=("own", "backdrop", "learned", "none"))
AS_MUG = "the same cut-out as p00-reference/mug.jpg"

PHOTOS = (
    Expected("p00*/*", "the reference itself", (MUG,)),
    Expected("p01*/*", f"{AS_MUG}: upright", (MUG,)),
    Expected("p02*/brand-*", "read, or refused naming HEIC", (MUG, Stopped("heic|heif"))),
    Expected("p02*/*", f"{AS_MUG}: HEIC is read, whatever its name", (MUG,)),
    Expected("p03*/brand-avis*", "read, or refused naming AVIF", (MUG, Stopped("avif"))),
    Expected("p03*/*", AS_MUG, (MUG,)),
    Expected("p04*/*", "near the reference's colours", (Bought(delta_e=15),)),
    Expected("p05*/*", "the first picture", (MUG,)),
    Expected("p06*/first-frame-blank*", "stopped: animated, first frame blank", (Stopped("anim|frame"),)),
    Expected("p06*/default-image*", "a good frame, or stopped saying that it is animated", (MUG, Stopped("anim|frame"))),
    Expected("p06*/*", "the first frame, which is good", (Bought(delta_e=8),)),
    Expected("p07*/gray*", "own matte from tRNS, gray", (Bought(iou=0.93, gray=True, delta_e=8, mattes=("own",)),)),
    Expected("p07*/*", "own matte from tRNS", (Bought(iou=0.93, delta_e=10, mattes=("own",)),)),
    Expected("p08*/12-bit*", "at least a finding: it is dark", ((ANY, Finds("dark|bit|contrast|range")), Stopped("dark|bit|contrast|outline"), Bought(gray=True))),
    Expected("p08*/float-with-nan*", "no crash", (Bought(red=True, iou=0.95, delta_e=8), Stopped(""))),
    Expected("p08*/gray16*", "tone as the 8-bit one", (Bought(red=True),)),
    Expected("p08*/float*", "tone as the 8-bit one", (Bought(red=True, delta_e=8),)),
    Expected("p08*/*", "tone as the 8-bit one", (MUG,)),
    Expected("p09*/gray-alpha*", "read with its alpha, gray", (Bought(gray=True, iou=0.95, delta_e=8),)),
    Expected("p09*/*.jxl", "JPEG XL named", (Stopped("jpeg xl|jxl"),)),
    Expected("p09*/*.qoi", "QOI named, or read", (Stopped("qoi"), MUG)),
    Expected("p09*/*.psd", "PSD named, or read", (Stopped("psd|photoshop"), MUG)),
    Expected("p09*/*.ico", "ICO named, or read", (Stopped("ico\\b|icon|small"), Bought(iou=0.9, delta_e=10))),
    Expected("p09*/mug.bmp", "read; at 253 px below the least size", (Bought(iou=0.95, delta_e=8), Stopped("253 px"))),
    Expected("p09*/*lab*", "LAB converted, or named", (Bought(delta_e=12), Stopped("lab"))),
    Expected("p09*/*", "read", (Bought(iou=0.95, delta_e=8),)),
    Expected("p10*/*cmyk*", "a profile that does not fit is ignored", (Bought(delta_e=15),)),
    Expected("p10*/*cicp*", "right, or at least no crash", (Bought(iou=0.95, delta_e=30),)),
    Expected("p10*/*garbage*", "a profile that is none is ignored", (Bought(delta_e=6),)),
    Expected("p10*/*", AS_MUG, (Bought(delta_e=6),)),
    Expected(
        "p11*/*",
        "the whole mug, uncut at need, or held with the measured contrast",
        (
            Bought(iou=0.96, delta_e=200, mattes=("own", "backdrop", "learned")),
            (Bought(iou=0, mattes=("none",)), Finds("backdrop is left")),
            Stopped("contrast|outline"),
        ),
    ),
    Expected("p12*/*35-percent*", "its alpha kept, or reported", (Bought(iou=0.9, delta_e=200, mattes=("own",)), Stopped("alpha|transparent"))),
    Expected("p12*/*", "outline kept, or held with the measured contrast", (Bought(iou=0.95, delta_e=200), Stopped("contrast|outline"))),
    Expected("p13*/collage*", "stopped before the purchase", (Stopped("separate|several|collage|subjects"),)),
    Expected("p13*/*card*", "the card is no matte: the mug on it is cut out, or it is stopped", (MUG, Stopped("card|rectang|frame"))),
    Expected("p13*/*", "stopped, or a finding says what it looks like", (Stopped("banner|text|frame|scene|cut|collage|border"), (ANY, Finds("banner|text|frame|scene|collage|border")))),
    Expected("p14*/broom*", "padded, or its ratio named", ((ANY, Finds("ratio|long|times as")), Stopped("ratio|long|times as"))),
    Expected("p14*/tiny*", "stopped with the measured size", (Stopped("px"),)),
    Expected("p14*/blurred*", "stopped with the measured sharpness", (Stopped("sharp"), )),
    Expected("p14*/empty*", "stopped: nothing there", (Stopped("no product|nothing|differs"),)),
    Expected("p14*/upscaled*", "stopped or warned for its sharpness", (Stopped("sharp"), (ANY, Finds("sharp")))),
    Expected("p14*/*quality*", "bought or warned, no crash", (ANY, Stopped(""))),
    Expected("p14*/*", "stopped with measured value and limit", (Stopped(""), (ANY, Finds("cut|touch|sharp|px")))),
    Expected("p15*/all-transparent*", "stopped", (Stopped("alpha|transparent"),)),
    Expected("p15*/jagged*", "read", (Bought(iou=0.95),)),
    Expected("p15*/white-product*", "the white mug whole", (Bought(iou=0.96, delta_e=200, mattes=("own",)),)),
    Expected("p15*/opaque-alpha*", "the backdrop is removed", (Bought(mattes=("backdrop",)),)),
    Expected("p15*/*", "strays and haze ignored when cropping", (Bought(),)),
    Expected("p16*/html*", "named: an HTML page", (Stopped("html"),)),
    Expected("p16*/*.svg", "named: SVG", (Stopped("svg"),)),
    Expected("p16*/json*", "named: text or JSON", (Stopped("json|text"),)),
    Expected("p16*/bomb*", "refused for its size", (Stopped("pixels"),)),
    Expected("p16*/*last-byte*", "usable, with a finding", ((MUG, Finds("short|truncat|end")),)),
    Expected("p16*/*bad-exif*", "usable", (MUG,)),
    Expected("p16*/jpeg-after-garbage*", "read, or one sentence", (MUG, Stopped(""))),
    Expected("p16*/*", "one sentence, or usable", (Stopped(""), MUG)),
    Expected("p17*/*", AS_MUG, (MUG,)),
    Expected("p*", "read, or one sentence", (ANY, Stopped(""))),
)  # fmt: skip
