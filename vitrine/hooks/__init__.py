"""The server for providers' callbacks: a callback makes the job be polled at once, and nothing more."""

from vitrine.hooks.app import create_app

__all__ = ["create_app"]
