"""The stage for tests: opened once for a file of tests, and as it was set for each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.promises.stage import Kept, Stage, at_noon, open_stage


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Kept]]:
    with open_stage(tmp_path_factory.mktemp("stage")) as stage:
        with at_noon(stage):
            kept = stage.keep()
        yield stage, kept


@pytest.fixture
def stage(opened: tuple[Stage, Kept]) -> Iterator[Stage]:
    """The stage as it was set."""
    with at_noon(opened[0]):
        opened[0].go_back(opened[1])
        yield opened[0]
