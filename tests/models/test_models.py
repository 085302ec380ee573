from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vitrine.models import Blob, Dimensions, Product

PHOTO = Blob(sha256="a" * 64, size_bytes=1, media_type="image/png")


def test_dimensions_in_metres():
    size = Dimensions(length=30, height=12, unit="cm")
    assert size.metres == pytest.approx((None, 0.12, 0.3))
    assert Dimensions(width=10, unit="in").metres[0] == pytest.approx(0.254)


def test_dimensions_say_something():
    with pytest.raises(ValidationError, match="at least one of length, width, height"):
        Dimensions(unit="cm")


def test_records_refuse_what_they_do_not_know():
    with pytest.raises(ValidationError, match="colour"):
        Product.model_validate({"id": "mug", "photos": ["mug.png"], "colour": "red"})


def test_a_blob_is_named_by_its_contents():
    assert PHOTO.name == "a" * 64 + ".png"
    assert Blob(sha256="b" * 64, size_bytes=1, media_type="application/x-odd").name == "b" * 64 + ".bin"


@given(st.text(min_size=1, max_size=200))
def test_a_slug_is_a_safe_name(product_id: str):
    slug = Product(id=product_id, photos=("p.png",)).slug
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]*", slug)
    assert len(slug) <= 200


@pytest.mark.parametrize(
    ("one", "other"), [("Mug 1", "mug-1"), ("mug/1", "mug 1"), ("Ümlaut", "umlaut"), ("A", "a")]
)
def test_ids_that_differ_have_slugs_that_differ(one: str, other: str):
    assert Product(id=one, photos=("p",)).slug != Product(id=other, photos=("p",)).slug


def test_a_tidy_id_is_its_own_slug():
    assert Product(id="red-mug_2", photos=("p",)).slug == "red-mug_2"


@pytest.mark.parametrize(
    ("dimensions", "text"),
    [
        (Dimensions(width=24, height=31.5, length=24, unit="cm"), "24 × 31.5 × 24 cm"),
        (Dimensions(width=12.1, height=30, length=99.9, unit="mm"), "12.1 × 30 × 99.9 mm"),
        (Dimensions(width=12.5, height=3, length=2), "1,250 × 300 × 200 cm"),
        (Dimensions(height=9.6, unit="in"), "height 24.4 cm"),
        (Dimensions(width=3, height=9.6, unit="cm"), "width 30 mm, height 96 mm"),
    ],
)
def test_dimensions_say_what_the_catalogue_states(dimensions: Dimensions, text: str) -> None:
    assert dimensions.text.replace("\N{NO-BREAK SPACE}", " ") == text


def test_metres_have_no_rounding_noise() -> None:
    assert Dimensions(width=9.6, unit="in").metres == (0.24384, None, None)
