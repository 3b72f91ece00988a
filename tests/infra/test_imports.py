"""What each function imports: the libraries that its work needs, and no page where it answers no request."""

from __future__ import annotations

import ast
import inspect
import json
import re
import subprocess
import sys
from functools import cache

import pytest

from app import app
from chalicelib.web.dispatch import load_handler
from chalicelib.web.routes import Route, routes
from infra.package import ROOT

EVERYWHERE = {"aws_lambda_powertools", "botocore", "chalice", "jmespath", "pydantic"}
"""Chalice routes, powertools write lines of the log, pydantic has the models."""

STORES = {"boto3", "certifi", "dateutil", "s3transfer", "six", "urllib3"}
LIBRARIES = {
    "observe": set[str](),  # before a page is called
    "intake": STORES,
    "sweep": STORES | {"xlsxwriter"},
    "consolidate": STORES | {"xlsxwriter"},
    "remind": STORES,
    "backup": STORES | {"xlsxwriter"},
    "publish": STORES | {"xlsxwriter"},
    "recheck": STORES,
    "slips": STORES | {"jinja2", "markupsafe", "segno"},
}
"""What a function has imported, besides, when its work begins. What one kind of input needs comes later."""

ALWAYS = {"", "domain", "domain.issues", "domain.language", "domain.programme", "domain.submission",
          "office", "web", "web.console"}  # fmt: skip
"""Rooms of ours that every function has: the table of routes names roles, and programmes have branches."""

CHECKING = {"intake", "store", "workbook", "workbook.form", "workbook.reading"}
EDITIONS = {"domain.period", "operate", "report", "report.document", "report.sheets", "store"}
ROOMS = {
    "observe": set[str](),
    "intake": CHECKING | {"domain.period", "external"},
    "sweep": CHECKING | EDITIONS,
    "consolidate": EDITIONS,
    "remind": {"domain.period", "external", "store"},
    "backup": EDITIONS,
    "publish": EDITIONS,
    "recheck": CHECKING | {"domain.period", "external", "report"},
    "slips": {"domain.period", "intake", "store", "workbook"},
}
"""The rooms that a function has, besides, when its work begins."""

SELDOM = re.compile(
    r"chalicelib\.(workbook\.(marking|form\.(template|filling)|reading\.(legacy|opendocument)\b)"
    r"|domain\.programme\.(\w*misfits|remarks)\b).*"
)
"""What makes and marks workbooks, the readers of formats in which few units send, and what finds the mistakes of a
programme that comes in."""

UNDERNEATH = {"annotated_types", "pydantic_core", "typing_extensions", "typing_inspection"}


def list_imports(function: str) -> str:
    """The import statements of one handler in app.py."""
    tree = ast.parse((ROOT / "app.py").read_text())
    [handler] = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function]
    return "\n".join(ast.unparse(node) for node in handler.body if isinstance(node, ast.ImportFrom))


@cache
def find_imported(function: str) -> set[str]:
    """The modules that a new process has when it begins a function's work."""
    code = f"import app, sys, json\n{list_imports(function)}\nprint(json.dumps(list(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(run.stdout))


@pytest.mark.parametrize("function", LIBRARIES)
def test_a_function_imports_the_libraries_of_its_work(function: str) -> None:
    found = {name.partition(".")[0] for name in find_imported(function)} - set(sys.stdlib_module_names) - UNDERNEATH
    ours = {"app", "chalicelib"}
    assert {name for name in found if not name.startswith("_")} - ours == EVERYWHERE | LIBRARIES[function]


@pytest.mark.parametrize("function", LIBRARIES)
def test_a_function_imports_the_rooms_of_its_work(function: str) -> None:
    ours = [name.split(".")[1:-1] for name in find_imported(function) if name.startswith("chalicelib.")]
    assert {".".join(rooms) for rooms in ours} == ALWAYS | ROOMS[function]


@pytest.mark.parametrize("function", LIBRARIES)
def test_what_few_uploads_need_is_imported_when_one_needs_it(function: str) -> None:
    assert not [name for name in find_imported(function) if SELDOM.fullmatch(name)]


TEMPLATES = {"slips": {"console.slips", "problems", "rendering", "request", "response"}}
"""What a function has that makes what is printed by a page's template."""


@pytest.mark.parametrize("function", LIBRARIES)
def test_a_function_imports_no_page(function: str) -> None:
    pages = {name for name in find_imported(function) if name.startswith("chalicelib.web.")}
    known = {"blueprint", "routes", "console", "console.permissions"} | TEMPLATES.get(function, set())
    assert {name.removeprefix("chalicelib.web.") for name in pages} == known


SLOW = {"docxtpl", "lxml", "openpyxl", "xlsxwriter"}
"""Libraries that make workbooks and Word documents."""


def test_no_page_imports_what_makes_files_before_it_is_asked_for_one() -> None:
    """Nor the readers of what comes in."""
    code = (
        "import chalicelib.web, importlib, json, pkgutil, sys\n"
        "pages = pkgutil.walk_packages(chalicelib.web.__path__, 'chalicelib.web.')\n"
        "[importlib.import_module(page.name) for page in pages]\n"
        "print(json.dumps(list(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    found = set(json.loads(run.stdout))
    assert not SLOW & found
    assert "chalicelib.web.console.paper" in found
    assert not [name for name in found if name.startswith(("chalicelib.report.document", "chalicelib.report.sheets"))]
    assert "chalicelib.workbook.reading.reader" not in found


def test_every_function_is_in_the_table() -> None:
    named = {handler.name for handler in (*app.event_sources, *app.pure_lambda_functions)}
    assert named | {"observe"} == set(LIBRARIES)


@pytest.mark.parametrize("route", routes, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_names_a_function_that_takes_the_parts_of_its_path(route: Route) -> None:
    takes = list(inspect.signature(load_handler(route.handler)).parameters.values())
    parts = set(re.findall(r"{(\w+)}", route.path))
    given = takes[2 if route.permission else 1 :]
    assert {each.name for each in given if each.default is each.empty} <= parts <= {each.name for each in given}
