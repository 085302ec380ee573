"""Whether a process exists."""

from __future__ import annotations

import os
import subprocess
import sys

from vitrine.sandbox.processes import process_exists


def test_a_process_exists_until_it_has_ended():
    assert process_exists(os.getpid())
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert not process_exists(ended.pid)
