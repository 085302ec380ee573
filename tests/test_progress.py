from __future__ import annotations

import logging

import pytest

from vitrine import progress


def said(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, str]]:
    return [(vars(r)["product"], vars(r)["step"], vars(r)["state"]) for r in caplog.records]


def test_a_step_says_that_it_starts_and_ends(caplog):
    caplog.set_level(logging.INFO, "vitrine.progress")
    with progress.bind_product("mug"), progress.step("repair"):
        progress.log_progress("halfway", fraction=0.5)
    assert said(caplog) == [
        ("mug", "repair", "started"),
        ("mug", "repair", "note"),
        ("mug", "repair", "done"),
    ]
    assert vars(caplog.records[1])["fraction"] == 0.5
    assert caplog.records[2].getMessage().startswith("mug · repair: done (")


def test_a_step_says_why_it_failed_and_raises_it(caplog):
    caplog.set_level(logging.INFO, "vitrine.progress")
    with pytest.raises(ValueError, match="no pixels"), progress.step("repair"):
        raise ValueError("no pixels")
    assert said(caplog)[-1] == ("", "repair", "failed")
    assert "ValueError: no pixels" in caplog.records[-1].getMessage()


def test_products_do_not_mix(caplog):
    caplog.set_level(logging.INFO, "vitrine.progress")
    with progress.bind_product("mug"):
        with progress.bind_product("vase"):
            progress.log_progress("inside")
        progress.log_progress("outside")
    assert [product for product, _, _ in said(caplog)] == ["vase", "mug"]
