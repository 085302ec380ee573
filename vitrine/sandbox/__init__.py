"""The stand-in for the hosted services: both providers' protocols over HTTP, a preview engine behind them.

It imports nothing from Vitrine's own adapters, photo or model code, so that it can contradict them.
"""

from __future__ import annotations

from vitrine.sandbox.app import create_app
from vitrine.sandbox.faults.faults import Fault, FaultError, read_chaos
from vitrine.sandbox.serve import serve
from vitrine.sandbox.settings import EmpirioLabsReading, PixazoReading, SandboxSettings

__all__ = [
    "EmpirioLabsReading",
    "Fault",
    "FaultError",
    "PixazoReading",
    "SandboxSettings",
    "create_app",
    "read_chaos",
    "serve",
]
