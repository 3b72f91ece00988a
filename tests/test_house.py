"""The shape of the house: imports point one way, generated documents agree with the code."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.domain.catalogue import CATALOGUE
from docs.generate import DOCUMENTS, HERE

ROOT = Path(__file__).parents[1]
ROOMS = ("domain", "workbook", "store", "intake", "report", "remind", "web", "operate")

MAY_IMPORT = {
    "domain": set(),
    "workbook": {"domain"},
    "store": {"domain"},
    "intake": {"domain", "workbook", "store"},
    "report": {"domain", "workbook", "store", "intake"},
    "remind": {"domain", "store"},
    "web": {"domain", "workbook", "store", "intake", "report", "remind"},
    "operate": {"domain", "store", "intake", "report"},
}
"""Which rooms a room may import. The offline consolidation (report) checks workbooks as intake does."""

KEPT_TO = {
    "boto3": {"store"},
    "botocore": {"store"},
    "openpyxl": {"workbook", "report"},
    "xlsxwriter": {"workbook", "report"},
    "python_calamine": {"workbook"},
    "chalice": {"web"},
    "docxtpl": {"report"},
    "docx": {"report"},
    "jinja2": {"web", "report"},
}
"""Libraries that only these rooms touch."""

PURE = {*sys.stdlib_module_names, "pydantic"}
IMPURE_STANDARD = {"os", "random", "secrets", "socket", "subprocess", "time", "urllib", "tempfile", "shutil"}


def modules(room: str) -> list[Path]:
    return sorted((ROOT / "chalicelib" / room).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_one_way(room: str) -> None:
    for path in modules(room):
        for name in imports(path):
            if name.startswith("chalicelib."):
                other = name.split(".")[1]
                assert other == room or other in MAY_IMPORT[room] or other == "__version__", f"{path.name}: {name}"


@pytest.mark.parametrize("room", ROOMS)
def test_a_library_stays_in_its_rooms(room: str) -> None:
    for path in modules(room):
        for name in imports(path):
            rooms = KEPT_TO.get(name.split(".")[0])
            assert rooms is None or room in rooms, f"{path.name}: {name}"


def test_the_domain_is_pure() -> None:
    for path in modules("domain"):
        for name in imports(path):
            top = name.split(".")[0]
            assert top in PURE | {"chalicelib"}, f"{path.name}: {name}"
            assert top not in IMPURE_STANDARD, f"{path.name}: {name}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_generated_document_agrees_with_the_code(name: str) -> None:
    assert (HERE / name).read_text("utf-8") == DOCUMENTS[name](), "run `make docs`"


def test_every_code_that_is_raised_is_in_the_catalogue_and_the_other_way_round() -> None:
    areas = {code.partition(".")[0] for code in CATALOGUE}
    pattern = re.compile(rf'"((?:{"|".join(sorted(areas))})\.[a-z_0-9]+)"')
    used: set[str] = set()
    for path in [path for room in ROOMS for path in modules(room) if path.name != "catalogue.py"]:
        used |= set(pattern.findall(path.read_text("utf-8")))
    assert set(CATALOGUE) - used == set(), "never raised"
