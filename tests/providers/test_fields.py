"""Which settings each provider takes, and how it wants them written."""

from __future__ import annotations

import pytest

from vitrine.errors import OptionRefused
from vitrine.models import Blob, PhotoIdentity
from vitrine.providers import EmpirioLabs, Pixazo
from vitrine.recipe import Generation

PHOTO = PhotoIdentity.of(Blob(sha256="a" * 64, size_bytes=4, media_type="image/png"))

EVERYTHING = Generation(
    resolution=1536,
    decimation_target=200_000,
    texture_size=4096,
    remesh=False,
    remesh_band=2,
    remesh_project=0.5,
    seed=7,
    pipeline_type="1536_cascade",
    preprocess_image=False,
    max_num_tokens=65_536,
    ss_sampling_steps=20,
    ss_guidance_strength=6.5,
    ss_guidance_rescale=0.6,
    ss_guidance_interval_start=0.5,
    ss_guidance_interval_end=0.9,
    ss_rescale_t=4,
    shape_slat_sampling_steps=21,
    shape_slat_guidance_strength=6.6,
    shape_slat_guidance_rescale=0.4,
    shape_slat_guidance_interval_start=0.4,
    shape_slat_guidance_interval_end=0.8,
    shape_slat_rescale_t=2,
    tex_slat_sampling_steps=22,
    tex_slat_guidance_strength=2,
    tex_slat_guidance_rescale=0.1,
    tex_slat_guidance_interval_start=0.3,
    tex_slat_guidance_interval_end=0.7,
    tex_slat_rescale_t=1,
    uv_unwrap_angle_threshold_deg=80,
    uv_unwrap_refine_iterations=1,
    uv_unwrap_global_iterations=2,
    uv_unwrap_smooth_strength=0.5,
    response_format="b64_json",
)

PIXAZO_TAKES = {
    "resolution": 1536,
    "decimation_target": 200_000,
    "texture_size": 4096,
    "remesh": False,
    "remesh_band": 2,
    "ss_sampling_steps": 20,
    "ss_guidance_strength": 6.5,
    "ss_guidance_rescale": 0.6,
    "ss_rescale_t": 4,
    "shape_slat_sampling_steps": 21,
    "shape_slat_guidance_strength": 6.6,
    "shape_slat_guidance_rescale": 0.4,
    "shape_slat_rescale_t": 2,
    "tex_slat_sampling_steps": 22,
    "tex_slat_guidance_strength": 2,
    "tex_slat_rescale_t": 1,
}


def test_everything_is_a_setting_of_the_recipe() -> None:
    settings = EVERYTHING.model_dump(exclude={"extra"})
    assert None not in settings.values()
    assert set(settings) == set(Generation.model_fields) - {"extra"}


def test_empiriolabs_takes_every_setting_with_its_enums_as_strings() -> None:
    settings = EmpirioLabs("k").order(PHOTO, EVERYTHING).settings
    written = EVERYTHING.model_dump(exclude={"extra"}) | {"resolution": "1536", "texture_size": "4096"}
    assert settings == written


def test_pixazo_takes_its_seventeen_fields_and_refuses_the_others_by_name() -> None:
    account = Pixazo("k")
    taken = EVERYTHING.model_dump(include=set(PIXAZO_TAKES))
    assert taken == PIXAZO_TAKES
    settings = account.order(PHOTO, Generation(**taken)).settings
    assert settings == PIXAZO_TAKES
    assert all(isinstance(settings[name], int) for name in PIXAZO_TAKES if name.endswith("rescale_t"))
    for name, value in EVERYTHING.model_dump(exclude={*PIXAZO_TAKES, "extra"}).items():
        with pytest.raises(OptionRefused, match=rf"pixazo does not take .*{name}") as refusal:
            account.order(PHOTO, Generation(resolution=1536).model_copy(update={name: value}))
        assert refusal.value.option == name


def test_a_fraction_where_pixazo_takes_whole_numbers_is_refused_not_rounded() -> None:
    with pytest.raises(OptionRefused, match=r"ss_rescale_t = 4\.5"):
        Pixazo("k").order(PHOTO, Generation(ss_rescale_t=4.5))


def test_unknown_fields_pass_only_where_that_is_documented() -> None:
    generation = Generation(extra={"foo": 1})
    assert EmpirioLabs("k").order(PHOTO, generation).settings["foo"] == 1
    with pytest.raises(OptionRefused, match="foo"):
        Pixazo("k").order(PHOTO, generation)


@pytest.mark.parametrize("name", ["seed", "model", "image", "image_url"])
def test_extra_cannot_overwrite_a_setting_of_the_recipe(name: str) -> None:
    with pytest.raises(OptionRefused, match=f"extra.{name}"):
        EmpirioLabs("k").order(PHOTO, Generation(extra={name: "x"}))


def test_the_pipeline_follows_the_resolution_and_cannot_contradict_it() -> None:
    account = EmpirioLabs("k")
    pipelines = {
        r: account.order(PHOTO, Generation(resolution=r)).settings["pipeline_type"] for r in (512, 1024)
    }
    assert pipelines == {512: "512", 1024: "1024_cascade"}
    with pytest.raises(OptionRefused, match="pipeline_type 1536_cascade with resolution 512"):
        account.order(PHOTO, Generation(resolution=512, pipeline_type="1536_cascade"))


def test_a_seed_comes_from_the_photo_and_the_attempt() -> None:
    account = EmpirioLabs("k")
    orders = [account.order(PHOTO, Generation(), attempt=n) for n in (1, 1, 2)]
    seeds = [order.settings["seed"] for order in orders]
    assert seeds == [1_468_161_693, 1_468_161_693, 1_830_309_682]
    other_png = PHOTO.model_copy(update={"blob": PHOTO.blob.model_copy(update={"sha256": "b" * 64})})
    assert account.order(other_png, Generation()).settings["seed"] == seeds[0]
    assert orders[0].key == orders[1].key != orders[2].key
    draft = account.order(PHOTO, Generation(resolution=512))
    assert draft.settings["seed"] == seeds[0]
    assert account.order(PHOTO, Generation(seed=9), attempt=2).settings["seed"] == 9


def test_accounts_are_named_by_where_they_are() -> None:
    assert Pixazo("k").name == "pixazo"
    assert Pixazo("k", base_url="http://127.0.0.1:9/").name == "pixazo@127.0.0.1:9"
    assert EmpirioLabs("k", base_url="http://127.0.0.1:9", name="sandbox").name == "sandbox"
