"""Six products, modelled from surfaces of revolution, sweeps and boxes; metres, +Y up, front towards +Z."""

from __future__ import annotations

import numpy as np

from samples.modelling.shapes import (
    catmull_rom,
    lathe,
    merge,
    project_uv_from_above,
    rotate_to_front,
    round_corners,
    rounded_box,
    sweep,
    translate,
)
from samples.modelling.textures import (
    dial,
    encode_texture,
    lerp,
    noise,
    normal_map,
    smoothstep,
    speckle,
    weave,
    wood,
)
from vitrine.gltf.model import Material, Model

BRASS = Material("brass", (0.83, 0.60, 0.28, 1.0), 1.0, 0.24)
OAK = ((214, 170, 118), (170, 118, 70))
WALNUT = ((134, 86, 54), (80, 47, 28))


def _plain(name: str, texels: np.ndarray, rough: float, *, height: np.ndarray | None = None) -> Material:
    normal = None if height is None else normal_map(height, 2.2)
    return Material(
        name, metallic_factor=0.0, roughness_factor=rough, base_color=encode_texture(texels), normal=normal
    )


def mug() -> Model:
    """A stoneware mug with a sea-green glaze above a foot of bare clay."""
    size = 1024
    v = np.linspace(0, 1, size)[:, None] + 0.006 * noise(size, 1, roughness=1.8)[:1] + np.zeros((size, size))
    clay = speckle(size, 10, (206, 178, 146), (120, 84, 60), 2.0)
    glaze = speckle(size, 12, (94, 146, 138), (44, 66, 64))
    milk = speckle(size, 14, (236, 229, 214), (150, 120, 92), 2.6)
    wall = lerp(lerp(clay, glaze, smoothstep(v, 0.235, 0.008)), milk, smoothstep(v, 0.535, 0.02))
    profile = round_corners(
        [
            (0, 0.003),
            (0.029, 0.003),
            (0.031, 0),
            (0.036, 0),
            (0.043, 0.014),
            (0.0425, 0.094),
            (0.0408, 0.0962),
            (0.039, 0.094),
            (0.0392, 0.018),
            (0.032, 0.008),
            (0, 0.007),
        ],
        0.006,
    )
    handle = catmull_rom(
        [
            (0.0405, 0.079, 0),
            (0.056, 0.082, 0),
            (0.0715, 0.071, 0),
            (0.0735, 0.052, 0),
            (0.063, 0.033, 0),
            (0.041, 0.024, 0),
        ],
        72,
    )
    thick = 0.0052 + 0.0016 * np.abs(np.linspace(-1, 1, 72)) ** 3
    return Model(
        (lathe(profile, 0, segments=160), sweep(handle, thick, 1, flat=1.45)),
        (_plain("dipped", wall, 0.22), _plain("glaze", glaze, 0.20)),
    )


def vase() -> Model:
    """A fluted vase with a blue glaze over ochre."""
    size = 1024
    v = np.linspace(0, 1, size)[:, None] + np.zeros((size, size))
    runs = noise(size, 21, roughness=1.1, stretch=0.12)
    cloud = 0.03 * noise(size, 22, roughness=1.5)
    edge = v * 2.1 + 0.055 * noise(size, 23, roughness=1.4)[:1] + cloud + 0.012 * runs
    body = lerp(
        speckle(size, 24, (203, 150, 88), (112, 70, 40)), (226, 205, 172), smoothstep(edge, 0.62, 0.10)
    )
    body = lerp(body, (62, 112, 142), smoothstep(edge, 0.72, 0.16))
    body = lerp(body, (24, 52, 92), smoothstep(edge, 1.05, 0.5))
    outer = catmull_rom(
        [
            (0.042, 0.002),
            (0.062, 0.03),
            (0.083, 0.085),
            (0.087, 0.13),
            (0.071, 0.185),
            (0.043, 0.222),
            (0.033, 0.244),
            (0.036, 0.262),
            (0.047, 0.276),
        ],
        96,
    )
    inner = [
        (0.0445, 0.2775),
        (0.041, 0.276),
        (0.031, 0.258),
        (0.029, 0.24),
        (0.04, 0.2),
        (0.06, 0.14),
        (0, 0.03),
    ]
    profile = np.concatenate([[(0, 0.0), (0.040, 0.0)], outer, inner])
    return Model(
        (lathe(profile, 0, segments=288, ribs=24, rib_m=0.0055),), (_plain("running glaze", body, 0.19),)
    )


def stool() -> Model:
    """A round oak stool on four splayed legs."""
    seat = round_corners(
        [(0, 0.428), (0.150, 0.428), (0.163, 0.440), (0.165, 0.456), (0.155, 0.462), (0, 0.455)], 0.012
    )
    legs, rails = [], []
    corners = [np.array([np.sin(a), 0, np.cos(a)]) for a in np.radians([45, 135, 225, 315])]

    def at(corner: np.ndarray, height: float) -> np.ndarray:
        point: np.ndarray = corner * (0.178 - 0.075 * height / 0.43) + np.array([0, height, 0])
        return point

    for corner in corners:
        rod = np.linspace(at(corner, 0.014), at(corner, 0.432), 40)
        legs.append(sweep(rod, np.interp(np.linspace(0, 1, 40), [0, 0.45, 1], [0.0125, 0.0185, 0.0155]), 1))
    for number, corner in enumerate(corners):
        height = 0.15 if number % 2 else 0.19
        ends = at(corner, height), at(corners[(number + 1) % 4], height)
        rails.append(sweep(np.linspace(*ends, 16), 0.0095, 1))
    top = _plain("oak seat", wood(1024, 31, *OAK, rings=9), 0.42)
    rods = _plain("oak rods", wood(512, 35, (206, 160, 108), (168, 116, 70), rings=3), 0.42)
    return Model((project_uv_from_above(lathe(seat, 0), 0.36), merge(legs), merge(rails)), (top, rods))


def lamp() -> Model:
    """A table lamp: brass foot and stem, a walnut ball, a lit linen shade."""
    linen, height = weave(512, 41, (246, 232, 208), (214, 190, 156), 64)
    rows = np.linspace(0, 1, 512)[:, None, None]
    glow = encode_texture(
        np.array([255, 206, 138])
        * (0.42 + 0.5 * np.exp(-(((rows - 0.42) / 0.34) ** 2)))
        * np.ones((1, 512, 1))
    )
    shade = Material(
        "lit linen",
        metallic_factor=0.0,
        roughness_factor=0.9,
        base_color=encode_texture(np.tile(linen, (1, 3, 1))),
        normal=normal_map(np.tile(height, (1, 3)), 1.2),
        emissive=glow,
        emissive_factor=(0.42, 0.42, 0.42),
    )
    foot = round_corners(
        [(0, 0), (0.078, 0), (0.082, 0.004), (0.082, 0.012), (0.075, 0.017), (0.018, 0.023)], 0.005
    )
    foot = np.concatenate(
        [foot, round_corners([(0.014, 0.028), (0.009, 0.05), (0.0075, 0.06), (0.0075, 0.30)], 0.01)]
    )
    angle = np.linspace(-1.35, 1.35, 40)
    ball = np.stack([0.034 * np.cos(angle), 0.088 + 0.034 * np.sin(angle)], 1)
    outside = round_corners([(0.135, 0.262), (0.137, 0.264), (0.098, 0.452), (0.096, 0.453)], 0.001)
    inside = np.array([(0.0955, 0.452), (0.1335, 0.263)])
    rims = [sweep(_ring(r, y), 0.0017, 0) for r, y in ((0.1362, 0.263), (0.0970, 0.4525))]
    cap = lathe(
        round_corners([(0.018, 0.452), (0.018, 0.458), (0.006, 0.462), (0.006, 0.474), (0, 0.478)], 0.002), 0
    )
    spider = [sweep(np.linspace((-0.097, 0.450, 0), (0.097, 0.450, 0), 8), 0.0016, 0)]
    return Model(
        (lathe(foot, 0), lathe(ball, 1), lathe(outside, 2), lathe(inside, 2), merge(rims), cap, *spider),
        (BRASS, _plain("walnut", wood(512, 45, *WALNUT, rings=4), 0.3), shade),
    )


def kettle() -> Model:
    """An enamelled stove kettle with a brass band and a wooden grip."""
    enamel = Material("enamel", (0.43, 0.022, 0.014, 1.0), 0.0, 0.14)
    grip = _plain("beech", wood(512, 51, (196, 146, 96), (150, 100, 60), rings=3), 0.4)
    dark = Material("bakelite", (0.02, 0.02, 0.022, 1.0), 0.0, 0.35)
    body = np.concatenate(
        [
            round_corners([(0, 0.004), (0.088, 0.004), (0.094, 0.010)], 0.004),
            catmull_rom([(0.096, 0.016), (0.103, 0.05), (0.098, 0.092), (0.076, 0.126), (0.052, 0.141)], 60),
        ]
    )
    band = round_corners([(0.090, 0.0), (0.0985, 0.0), (0.0990, 0.012), (0.0965, 0.0135)], 0.002)
    collar = round_corners([(0.050, 0.139), (0.0555, 0.1395), (0.0555, 0.1465), (0.050, 0.147)], 0.0018)
    lid = round_corners(
        [(0.0505, 0.146), (0.049, 0.152), (0.030, 0.161), (0.008, 0.164), (0.007, 0.171)], 0.008
    )
    angle = np.linspace(-1.2, np.pi / 2, 30)
    knob = np.stack([0.0145 * np.cos(angle), 0.182 + 0.0125 * np.sin(angle)], 1)
    spout = catmull_rom(
        [(0.078, 0.055, 0), (0.112, 0.072, 0), (0.133, 0.105, 0), (0.150, 0.131, 0), (0.163, 0.138, 0)], 60
    )
    spout_radius = np.interp(np.linspace(0, 1, 60), [0, 0.35, 0.8, 1], [0.031, 0.021, 0.0122, 0.0128])
    arch = catmull_rom(
        [
            (-0.08, 0.118, 0),
            (-0.094, 0.165, 0),
            (-0.073, 0.215, 0),
            (0, 0.238, 0),
            (0.073, 0.215, 0),
            (0.094, 0.165, 0),
            (0.08, 0.118, 0),
        ],
        90,
    )
    meshes = (
        lathe(body, 0),
        lathe(lid, 0),
        sweep(spout, spout_radius, 0, ends=False),
        sweep(spout[-9:-6], 0.0118, 3),
        lathe(band, 1),
        lathe(collar, 1),
        sweep(arch[:28], 0.0042, 1, flat=1.5),
        sweep(arch[-28:], 0.0042, 1, flat=1.5),
        sweep(arch[26:64], 0.0118, 2),
        lathe(knob, 3),
        translate(lathe(round_corners([(0.013, 0), (0.013, 0.004), (0, 0.0045)], 0.002), 1), (0, 0.1665, 0)),
    )
    return Model(meshes, (enamel, BRASS, grip, dark))


def radio() -> Model:
    """A table radio: walnut case, woven grille, cream dial, brass knobs."""
    cloth, height = weave(512, 61, (206, 190, 160), (142, 122, 92), 40)
    case = _plain("walnut", np.rot90(wood(1024, 63, *WALNUT, rings=10)), 0.34)
    grille = _plain("grille", cloth, 0.95, height=height)
    black = Material("black", (0.018, 0.017, 0.016, 1.0), 0.0, 0.4)
    face = Material("dial", metallic_factor=0.0, roughness_factor=0.45, base_color=encode_texture(dial()))
    frame = translate(rounded_box((0.164, 0.134, 0.012), 0.005, 1), (-0.049, 0.108, 0.0605))
    cloth_sheet = translate(
        rounded_box((0.152, 0.122, 0.012), 0.004, 2, tile_m=0.06), (-0.049, 0.108, 0.0632)
    )
    disc = round_corners([(0, 0.006), (0.0395, 0.006), (0.0405, 0.0)], 0.001)[::-1]
    plate = rotate_to_front(project_uv_from_above(lathe(disc, 4), 0.0811))
    plate_rim = rotate_to_front(
        lathe(round_corners([(0.045, 0), (0.045, 0.008), (0.0405, 0.0085), (0.040, 0.0)], 0.002), 1)
    )
    knob = round_corners(
        [(0.0145, 0), (0.0145, 0.012), (0.0125, 0.0145), (0.0118, 0.0135), (0, 0.0130)], 0.0015
    )
    small = rotate_to_front(lathe(knob, 1))
    needle = translate(rounded_box((0.0016, 0.034, 0.0016), 0.0006, 3), (0.082, 0.134, 0.0715))
    feet = [
        translate(
            lathe(round_corners([(0, 0), (0.007, 0), (0.0105, 0.026), (0.0105, 0.03)], 0.002), 1), (x, 0, z)
        )
        for x in (-0.118, 0.118)
        for z in (-0.042, 0.042)
    ]
    return Model(
        (
            translate(rounded_box((0.29, 0.17, 0.125), 0.016, 0, tile_m=0.30), (0, 0.108, 0)),
            frame,
            cloth_sheet,
            translate(plate_rim, (0.082, 0.126, 0.0625)),
            translate(plate, (0.082, 0.126, 0.0632)),
            translate(rotate_to_front(lathe(knob * (0.7, 1.0), 1)), (0.082, 0.126, 0.066)),
            translate(small, (0.058, 0.056, 0.062)),
            translate(small, (0.106, 0.056, 0.062)),
            needle,
            *feet,
        ),
        (case, BRASS, grille, black, face),
    )


def _ring(radius: float, height: float) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 120)
    return np.stack([radius * np.sin(angle), np.full_like(angle, height), radius * np.cos(angle)], 1)
