from __future__ import annotations

import pytest

from tasks.artifacts import artifact_key


@pytest.mark.parametrize(("slug", "key"), [("mug", "mug"), ("red_mug-1", "red-mug-1"), ("mug_", "mug")])
def test_a_slug_becomes_a_key_that_prefect_takes(slug: str, key: str) -> None:
    assert artifact_key("product", slug) == f"product-{key}"
