"""Consolidations and editions that the tests of the report share."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from infra.machine import find_program
from tests.report.samples import FORMS, make_states, read_programme

HOSTILE = (
    "=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "{{7*7}}", "{% for x in y %}",
    "<script>alert(1)</script>",
    "'; DROP TABLE", "[B05]", "_x0041_", "a\u202eb", "\x07\x00", "\ud800", "😀", "</w:t></w:r>", "&amp;", "${7*7}",
)  # fmt: skip


@pytest.fixture(scope="session")
def made() -> Consolidation:
    """The year of 2022: one unit missing, one late, one returned, some estimates, and 2021 to compare with."""
    programme = read_programme()
    locked = programme.period_by_code["nam"].lock + timedelta(days=1)
    before = read_programme().model_copy(update={"code": "ct138-2021", "year": 2021})
    previous = consolidate(before, "nam", make_states(before, "nam", seed=7, missing=["183"]), as_of=locked)
    states = make_states(
        programme, "nam", missing=["189"], late=["186"], returned=["187"], estimated=["G74c", "G75c"],
        texts={"180": "\n".join(HOSTILE)},
    )  # fmt: skip
    return consolidate(programme, "nam", states, as_of=locked, previous=previous)


@pytest.fixture(scope="session")
def edition(made: Consolidation) -> EditionInfo:
    return EditionInfo(number=3, made=made.as_of, is_frozen=True)


@pytest.fixture(scope="session")
def template() -> bytes:
    return (FORMS / "ct138-2022" / "bao-cao-tong-hop.docx").read_bytes()


def convert(path: Path, kind: str, folder: Path) -> Path:
    """The file as LibreOffice saves it. Raises ProgramMissing."""
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    subprocess.run(
        [find_program("soffice"), profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(path)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return folder / f"{path.stem}.{kind.partition(':')[0]}"
