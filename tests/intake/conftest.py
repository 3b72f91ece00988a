"""Fixtures of the tests of receiving."""

from tests.store.engine import stores

__all__ = ["stores"]
