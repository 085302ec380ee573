"""A local stand-in for the hosted services: both providers' HTTP protocols and a preview engine.

It imports nothing of Vitrine but `vitrine.record` and `vitrine.defaults`. If it shared code with the clients
that are tested against it, both could have the same mistake.
"""

from __future__ import annotations

from vitrine.sandbox.app import create_app
from vitrine.sandbox.faults.fault import Fault, FaultError, read_chaos
from vitrine.sandbox.serve import serve
from vitrine.sandbox.settings import EmpirioLabsOptions, PixazoOptions, SandboxSettings

__all__ = [
    "EmpirioLabsOptions",
    "Fault",
    "FaultError",
    "PixazoOptions",
    "SandboxSettings",
    "create_app",
    "read_chaos",
    "serve",
]
