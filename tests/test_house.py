"""The shape of the house: imports point one way, generated documents agree with the code."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from chalicelib.domain.issues.catalogue import CATALOGUE
from docs.generate import DOCUMENTS, HERE

ROOT = Path(__file__).parents[1]
ROOMS = ("domain", "workbook", "store", "external", "intake", "report", "office", "web", "operate")
ROOT_FILES = ("folders", "telemetry", "cli", "app")

MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "workbook": {"domain"},
    "store": {"domain"},
    "external": {"store"},
    "intake": {"domain", "workbook", "store"},
    "report": {"domain", "store", "folders"},
    "office": {"domain", "store", "external"},
    "web": {"domain", "workbook", "store", "external", "intake", "report", "office"},
    "operate": {"domain", "workbook", "store", "external", "intake", "report", "office", "folders"},
    "folders": {"domain"},
    "telemetry": {"domain"},
    "cli": {"domain", "workbook", "intake", "report", "operate", "folders"},
    "app": {"telemetry", "workbook", "intake", "report", "office", "web", "operate"},
}
"""Which rooms a room, or a file beside the rooms, may import. `external` shares the clients' settings and the
translation of errors with `store`."""

FLOORS_OF_DOMAIN = (
    {"clock", "values", "issues"},
    {"language"},
    {"programme"},
    {"submission"},
    {"period", "audit"},
)
"""The rooms within `domain/`, in the order of a figure's way: each knows only those of the floors below its own."""

KEPT_TO = {
    "boto3": {"store", "external"},
    "botocore": {"store", "external"},
    "openpyxl": {"workbook", "report"},
    "xlsxwriter": {"workbook", "report"},
    "python_calamine": {"workbook"},
    "chalice": {"web", "app"},
    "docxtpl": {"report"},
    "docx": {"report"},
    "jinja2": {"web", "report"},
}
"""Libraries that only these rooms touch."""

PURE = {*sys.stdlib_module_names, "pydantic"}
IMPURE_STANDARD = {"os", "random", "secrets", "socket", "subprocess", "time", "urllib", "tempfile", "shutil"}


def modules(room: str) -> list[Path]:
    if room == "app":
        return [ROOT / "app.py"]
    folder = ROOT / "chalicelib" / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, inside functions and under TYPE_CHECKING too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("room", [*ROOMS, *ROOT_FILES])
def test_imports_point_one_way(room: str) -> None:
    for path in modules(room):
        for name in imports(path):
            if name.startswith("chalicelib."):
                other = name.split(".")[1]
                assert other == room or other in MAY_IMPORT[room] or other == "__version__", f"{path.name}: {name}"


@pytest.mark.parametrize("floor", range(len(FLOORS_OF_DOMAIN)))
def test_a_room_of_the_domain_knows_only_the_floors_below_its_own(floor: int) -> None:
    below = {room for rooms in FLOORS_OF_DOMAIN[:floor] for room in rooms}
    for room in FLOORS_OF_DOMAIN[floor]:
        for path in modules(f"domain/{room}"):
            names = {name for name in imports(path) if name.startswith("chalicelib.domain.")}
            assert {name.split(".")[2] for name in names} <= below | {room}, f"{path.name}: {sorted(names)}"


def test_every_room_of_the_domain_has_its_floor() -> None:
    found = {path.stem for path in (ROOT / "chalicelib" / "domain").iterdir() if not path.name.startswith("__")}
    assert found == set().union(*FLOORS_OF_DOMAIN)


def test_every_module_of_the_product_is_in_the_table() -> None:
    found = {path.name.removesuffix(".py") for path in (ROOT / "chalicelib").iterdir() if path.name != "__init__.py"}
    found -= {name for name in found if name.startswith((".", "__pycache__"))}
    assert found | {"app"} == {*ROOMS, *ROOT_FILES} == set(MAY_IMPORT)


@pytest.mark.parametrize("room", [*ROOMS, *ROOT_FILES])
def test_what_a_room_may_import_is_imported(room: str) -> None:
    """A grant that nobody uses is a door that nobody watches."""
    used = {name.split(".")[1] for path in modules(room) for name in imports(path) if name.startswith("chalicelib.")}
    assert MAY_IMPORT[room] - used == set(), "granted and never used"


def test_no_modules_import_each_other_in_a_circle() -> None:
    paths = {_name(path): path for room in [*ROOMS, *ROOT_FILES] for path in modules(room)}
    arrows = {name: {other for other in imports(path) if other in paths} - {name} for name, path in paths.items()}
    try:
        list(TopologicalSorter(arrows).static_order())
    except CycleError as circle:
        pytest.fail(" imports ".join(circle.args[1]))


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("room", [*ROOMS, *ROOT_FILES])
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
