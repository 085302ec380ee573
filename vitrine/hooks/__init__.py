"""Callbacks from providers: hints that wake a wait, and nothing more."""

from vitrine.hooks.app import create_app

__all__ = ["create_app"]
