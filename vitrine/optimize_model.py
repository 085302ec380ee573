"""Convert a model that exists already: levels of detail, an AR file, images and a manifest, in one folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from vitrine import __version__
from vitrine.destinations.build_destinations import build_destinations
from vitrine.destinations.check_destinations import check_destinations
from vitrine.errors import InputError, PhotoError
from vitrine.gltf.model import Model
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.importers.import_model import ImportedGlb, import_glb
from vitrine.isolation import run_isolated, start_isolated
from vitrine.lods.build_ar import build_ar_of
from vitrine.lods.build_lods import build_lods_of
from vitrine.lods.built_file import BuiltFile
from vitrine.lods.certify_lods import certify_lods
from vitrine.lods.source import LodSource
from vitrine.models import AssetFile, Blob, Dimensions, Finding, Quality, slug_of
from vitrine.models.verdict import DestinationVerdict
from vitrine.pipeline import begin
from vitrine.publishing.manifest import Provenance, ReleasedProduct, ReleaseFile, ReleaseManifest
from vitrine.recipe import Recipe
from vitrine.render.metrics.certificate import Reference
from vitrine.render.pictures.draw_levels import draw_levels
from vitrine.render.pictures.render_poster import render_poster
from vitrine.render.pictures.render_turntable import choose_level, render_turntable
from vitrine.render.scene import Scene
from vitrine.render.shading.studio import studio_environment
from vitrine.repair.repair_model import RepairReport, repair_model
from vitrine.textures.decoded import DecodedTextures
from vitrine.threads import thread_pool
from vitrine.usdz.build_usdz import build_usdz
from vitrine.usdz.open_usd import load_usd
from vitrine.usdz.read_usdz import read_built


@dataclass(frozen=True, slots=True)
class _Output:
    """A file to write, and its record."""

    file: AssetFile
    data: bytes

    @property
    def key(self) -> str:
        name = "ar" if self.file.role == "usdz" else self.file.role.removesuffix("-png")
        return name + self.file.blob.suffix


def optimize(
    path: str | Path,
    to: str | Path,
    recipe: Recipe | None = None,
    *,
    photo: str | Path | None = None,
    dimensions: Dimensions | None = None,
    jobs: int | None = None,
    certify: bool = True,
    turntable: bool | None = None,
    pictures: bool = True,
) -> ReleaseManifest:
    """Repair a model and write its levels of detail, AR file, images and `manifest.json` into a folder.

    Parameters
    ----------
    path
        The model: a .glb, or any other file that `import_model` reads.
    to
        The folder, which is made when it does not exist.
    recipe
        The options of every step; by default `Recipe()`.
    photo
        The photo that the model was made from: the model is rotated to face it, and compared with it.
    dimensions
        The true size of the product.
    jobs
        Number of threads, by default one per core. The files do not depend on it.
    certify
        Measure every level of detail against the source; the recipe can switch it off, too.
    turntable
        Render an animated turntable; by default as the recipe says.
    pictures
        Render a poster, a contact sheet and, where one is asked for, a turntable.

    Returns
    -------
    The manifest, of the same kind as a release's, without purchase; its keys are relative to `to`.

    Raises
    ------
    ModelError
        The file is no readable model.
    PhotoError
        The photo is no readable image.
    InputError
        The folder cannot be written.

    Examples
    --------
    >>> from vitrine import optimize
    >>> manifest = optimize("stool.glb", "out", photo="stool.webp")
    >>> [(file.key, file.triangles) for file in manifest.levels]
    [('web-lod0.glb', 100000), ('web-lod1.glb', 40000), ('web-lod2.glb', 10000), ('web-lod3.glb', 2500)]
    """
    recipe = _overrule(recipe or Recipe(), certify, turntable)
    path, to = Path(path), Path(to)
    with begin("read_model"):
        imported = _import(path, recipe)
    cutout = None
    if photo is not None:
        with begin("prepare_photo"):  # only its outline and colours matter here, so its findings do not
            from vitrine.photos.prepare_photo import prepare_photo

            data = _read(Path(photo))
            cutout = run_isolated(recipe.process, prepare_photo, data, str(photo), recipe.photo).judge
    with begin("repair_model"):
        repairing = start_isolated(
            recipe.process,
            repair_model,
            *(imported.glb, recipe.repair, dimensions),
            photo=cutout,
            limits=recipe.limits,
        )
        _prepare_for(recipe, pictures)
        glb, repaired = repairing.result()
        model = read_glb(glb, limits=None)
        findings = (*imported.findings, *repaired.findings)
        if cutout is not None:
            from vitrine.publishing.approve_model import fidelity_findings

            findings = (*findings, *fidelity_findings(repaired.fidelity, recipe.fidelity))
    with thread_pool(jobs) as pool:
        # One BVH of the source, one decode of each texture, one simplification to the first level.
        decoded = DecodedTextures()
        scene = Scene(model, decoded=decoded)
        drawing = pool.submit(_posters, scene, recipe) if pictures else None
        reference = Reference(scene)
        source = LodSource(model, decoded, reference)
        building = pool.submit(_for_ar, source, recipe, dimensions)
        with begin("build_lods"):
            lods = build_lods_of(source, recipe.ladder, recipe.web)
        read = building.result()
        del source, decoded
        with begin("certify_lods") if recipe.certify.enabled else nullcontext():
            certified = certify_lods(reference, lods, recipe.ladder, recipe.web, recipe.certify, ar=read)
            lods = certified.files
            qualities: list[Quality | None] = [certificate.quality for certificate in certified.certificates]
            qualities = qualities or [None] * len(lods)
        checking = pool.submit(_check_destinations, (*lods, *certified.ar_files), dimensions)
        others: list[_Output] = []
        if pictures and recipe.turntable.enabled:
            with begin("render_turntable"):
                level = lods[choose_level([file.texture_px for file in lods], recipe.turntable)]
                film = render_turntable(read_glb(level.data, limits=None), recipe.turntable)
                others.append(_image("turntable", film, "image/webp", recipe.turntable.size_px))
        levels = [
            _Output(file.record(quality), file.data) for file, quality in zip(lods, qualities, strict=True)
        ]
        if pictures:
            with begin("draw_levels"):
                others.append(_contact_sheet(scene, levels, certified.scenes, cutout, repaired))
        images = [*drawing.result(), *others] if drawing else []
        verdicts = checking.result()
    for_ar = [
        _Output(file.record(quality), file.data)
        for file, quality in zip_longest(certified.ar_files, certified.ar_qualities)
    ]
    outputs = [*levels, *for_ar, *images]
    findings = (
        *findings,
        *(finding for file in (*lods, *certified.ar_files) for finding in file.findings),
    )
    with begin("write_files"):
        manifest = _manifest(path, repaired, outputs, findings, dimensions, cutout)
        manifest = manifest.model_copy(update={"verdicts": verdicts})
        _write(to, {output.key: output.data for output in outputs} | {"manifest.json": manifest.to_json()})
    return manifest


def _overrule(recipe: Recipe, certify: bool, turntable: bool | None) -> Recipe:
    """Return the recipe with the options that the caller has set beside it."""
    shown = recipe.turntable.enabled if turntable is None else turntable
    return recipe.model_copy(
        update={
            "certify": recipe.certify.model_copy(update={"enabled": certify and recipe.certify.enabled}),
            "turntable": recipe.turntable.model_copy(update={"enabled": shown}),
        }
    )


def _prepare_for(recipe: Recipe, pictures: bool) -> None:
    """Do what takes time and needs no model, while a worker repairs it on another core."""
    if recipe.usdz.enabled:
        load_usd()
    if pictures or recipe.certify.enabled:
        studio_environment()


def _posters(scene: Scene, recipe: Recipe) -> list[_Output]:
    with begin("render_poster"):
        return [
            _image(poster.role, poster.data, poster.media_type, recipe.poster.size_px)
            for poster in render_poster(scene, recipe.poster)
        ]


def _check_destinations(
    files: Sequence[BuiltFile], dimensions: Dimensions | None
) -> tuple[DestinationVerdict, ...]:
    with begin("check_destinations"):
        return check_destinations(files, dimensions)


def _contact_sheet(
    scene: Scene,
    levels: Sequence[_Output],
    scenes: Sequence[Scene],
    photo: bytes | None,
    repaired: RepairReport,
) -> _Output:
    """Draw the source and its levels, from the scenes that were measured if they were."""
    shown: Sequence[Model | Scene] = scenes or [read_glb(level.data, limits=None) for level in levels]
    drawn = [(level.file, each) for level, each in zip(levels, shown, strict=True)]
    sheet = draw_levels(scene, drawn, photo=photo, fidelity=repaired.fidelity)
    return _image("contact-sheet", sheet, "image/webp")


def _for_ar(
    source: LodSource, recipe: Recipe, dimensions: Dimensions | None
) -> list[tuple[BuiltFile, Model]]:
    """Build the files that AR viewers open, and read them again to measure them."""
    with begin("build_ar"):
        plain = [build_ar_of(source, recipe.ar)]
    if recipe.usdz.enabled:
        with begin("build_usdz"):
            plain.append(build_usdz(plain[0]))
    if recipe.destinations:
        with begin("build_destinations"):
            plain += build_destinations(source, plain, recipe.destinations, recipe.ar, dimensions)
    return [(file, read_built(file)) for file in plain]


def _import(path: Path, recipe: Recipe) -> ImportedGlb:
    """Read a model file; a GLB is not parsed here, and the other formats in a process of their own."""
    if path.suffix.lower() == ".glb":
        return import_glb(path, recipe.limits)
    return run_isolated(recipe.process, import_glb, path.absolute(), recipe.limits)


def _read(photo: Path) -> bytes:
    try:
        return photo.read_bytes()
    except OSError as error:
        raise PhotoError(f"{photo}: {error.strerror or error}") from error


def _image(role: str, data: bytes, media_type: str, size_px: int | None = None) -> _Output:
    return _Output(AssetFile(role=role, blob=Blob.of(data, media_type), texture_px=size_px), data)


def _manifest(
    path: Path,
    repaired: RepairReport,
    outputs: Iterable[_Output],
    findings: tuple[Finding, ...],
    dimensions: Dimensions | None,
    photo: bytes | None,
) -> ReleaseManifest:
    return ReleaseManifest(
        product=ReleasedProduct(
            id=path.stem, slug=slug_of(path.stem), title=path.name, dimensions=dimensions
        ),
        files=tuple(ReleaseFile.publish(output.file, output.key) for output in outputs),
        findings=findings,
        size_m=repaired.size_m,
        fidelity=repaired.fidelity,
        provenance=Provenance(
            photo_sha256=None if photo is None else Blob.of(photo, "image/png").sha256,
            made_with=f"vitrine {__version__}",
        ),
    )


def _write(folder: Path, contents: dict[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in contents.items():
            (folder / name).write_bytes(data)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror or error}") from error
