"""The sandbox's README lists every route and every fault."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import vitrine.sandbox
from vitrine.sandbox import create_app
from vitrine.sandbox.faults.fault import JOB_FAULTS, Kind, read_faults

PAGE = (Path(vitrine.sandbox.__file__).parent / "README.md").read_text(encoding="utf-8")


def test_every_kind_of_fault_is_listed_and_no_other():
    table = PAGE.rpartition("| Kind |")[2]
    listed = {
        name for row in table.splitlines()[2:] for name in re.findall(r"`([a-z-]+)`", row.split("|")[1])
    }
    assert listed == set(get_args(Kind))
    assert listed > JOB_FAULTS


def test_the_example_is_valid():
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert len(read_faults(example)) == 6


def test_every_route_is_listed():
    for route in create_app().routes:
        path = getattr(route, "path", "/")
        shown = path.replace("/files/{path:path}", "/files/").replace("{model}", "{id}")
        assert path == "/" or shown in PAGE, path
