"""Certify the files of a model, read from their bytes: what a worker process does of a conversion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vitrine.gltf.reader.read_glb import read_glb
from vitrine.lods.built_file import BuiltFile
from vitrine.lods.certify_lods import certify_lods
from vitrine.models import Quality
from vitrine.recipe import CertifyOptions, Level, WebOptions
from vitrine.usdz.read_usdz import read_built


@dataclass(frozen=True, slots=True)
class Certified:
    """Files with their qualities, in the same order; no qualities when certifying is off."""

    lods: tuple[BuiltFile, ...]
    lod_qualities: tuple[Quality, ...]
    ar: tuple[BuiltFile, ...]
    ar_qualities: tuple[Quality, ...]


def certify_files(
    glb: bytes,
    lods: tuple[BuiltFile, ...],
    ar: Sequence[BuiltFile],
    ladder: tuple[Level, ...],
    web: WebOptions,
    options: CertifyOptions,
) -> Certified:
    """Measure the levels of detail and the files for AR of the repaired model `glb`: see `certify_lods`."""
    read = [(file, read_built(file)) for file in ar]
    done = certify_lods(read_glb(glb, limits=None), lods, ladder, web, options, ar=read)
    return Certified(done.files, done.qualities, done.ar_files, done.ar_qualities)
