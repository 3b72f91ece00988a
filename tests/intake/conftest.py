"""Fixtures of the tests of receiving."""

from tests.store.memory import stores

__all__ = ["stores"]
