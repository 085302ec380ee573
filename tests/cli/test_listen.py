"""A port that is taken is named, with what to do."""

from __future__ import annotations

import pytest

from cli.listen import listen
from vitrine.errors import ConfigError


def test_a_port_that_is_taken_is_named() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            ConfigError, match=rf"cannot listen on 127\.0\.0\.1:{port}: .*choose another --port"
        ):
            listen("127.0.0.1", port)
