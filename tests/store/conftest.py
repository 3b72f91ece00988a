"""Fixtures of the tests of storing."""

from tests.store.engine import stores

__all__ = ["stores"]
