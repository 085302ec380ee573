"""A local stand-in for the hosted services: both providers' HTTP protocols and a preview engine.

It imports nothing of Vitrine but `vitrine.record`: a test of the adapters against it would otherwise compare
the adapters with themselves.
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
