"""The package, made once (and not at all when nothing changed), and one embedded stack for all tests of a run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.stack import Stack
from infra.package import BUILD, Package, package


@pytest.fixture(scope="session")
def packaged() -> Package:
    return package("local", BUILD / "local")


@pytest.fixture(scope="session")
def stack(packaged: Package, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(Path(tmp_path_factory.mktemp("stack"))) as running:
        running.deploy(packaged)
        yield running
