"""The sandbox's clock and its timestamps."""

from __future__ import annotations

from vitrine.sandbox.clock import Clock, timestamp


def test_a_clock_is_ahead_by_its_skew_and_by_what_it_was_advanced():
    clock = Clock(skew_s=10, now=lambda: 1000.0)
    clock.advance(5)
    clock.advance(0.5)
    assert clock.now() == 1015.5


def test_timestamps_are_utc_with_milliseconds():
    assert timestamp(1795204500.1234) == "2026-11-20T19:55:00.123Z"
    assert timestamp(0) == "1970-01-01T00:00:00.000Z"
    assert timestamp(None) is None
