"""The shape of the house: imports point one way, generated documents agree with the code."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest

from chalicelib import folders
from chalicelib.domain.issues.catalogue import CATALOGUE
from docs.generate import DOCUMENTS, HERE
from tests import own_words
from tests.promises.catalogue import PROMISES
from tests.promises.mutations import MUTATIONS, Mutation

ROOT = Path(__file__).parents[1]
ROOMS = ("domain", "workbook", "store", "external", "intake", "report", "office", "web", "operate")
ROOT_FILES = ("folders", "telemetry", "snapshot", "command_words", "cli", "programme_cli", "app")

MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "workbook": {"domain"},
    "store": {"domain"},
    "external": {"domain", "store"},
    "intake": {"domain", "workbook", "store"},
    "report": {"domain", "workbook", "store", "folders"},
    "office": {"domain", "workbook", "store", "external", "intake", "report"},
    "web": {"domain", "workbook", "store", "external", "intake", "report", "office"},
    "operate": {"domain", "command_words", "store", "external", "intake", "report", "office", "folders"},
    "folders": {"domain"},
    "telemetry": {"domain"},
    "snapshot": {"web"},
    "command_words": set(),
    "cli": {"domain", "command_words", "workbook", "intake", "report", "operate", "folders", "programme_cli"},
    "programme_cli": {"domain", "command_words", "workbook", "report", "folders"},
    "app": {"telemetry", "snapshot", "intake", "report", "office", "web", "operate"},
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

PURE = {*sys.stdlib_module_names, "pydantic", "tomli_w"}
IMPURE_STANDARD = {"os", "random", "secrets", "socket", "subprocess", "time", "urllib", "tempfile", "shutil"}


READING = ("find_", "query_", "list_", "load_", "read_", "scan_", "check_", "has_", "is_", "presign_", "hand_out")
"""What a name of the store begins with where it only reads. `check_files` judges without keeping; `presign_…` and
`hand_out` give out an address that serves a file."""

SPELLING = {"addresses", "errors", "names", "records", "settings"}
"""Modules of the store that say how things are written, and send nothing."""

WRITE_THEMSELVES = {
    "web/forms.py": {"counters.count"},
    "web/unit/visits.py": {"counters.count"},
    "operate/places.py": {"backups.put_part"},
    "operate/former.py": {"table.put_item", "table.remove", "table.write"},
    "operate/restore.py": {"table.put_item", "whole.delete_version", "whole.put_version", "whole.silence"},
}
"""Pages count what strangers try, and which form was sent. A restore puts the whole store back, its audit included, or
makes the table what it was."""

ONE_PLACE = {
    "chalicelib.store.clients.dynamodb": "store/table.py",
    "chalicelib.store.clients.s3": "store/objects.py",
    "chalicelib.store.table.Write": "",
}
"""What one file alone takes from the store: who holds the client of DynamoDB or S3 can send statements of its own.
Writes are made by the verbs of `table.py`, and nobody else imports their class."""

KEY_BEGINS = re.compile(r"[A-Z]#|(inbox|handouts|records|marked|editions|programmes|trial|backups)/")
"""How keys of items and of objects begin."""


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


def names_of_the_store(tree: ast.AST) -> Iterator[str]:
    """What a file takes from the store's modules, as "module.name", however it is imported."""
    prefix = "chalicelib.store."
    nodes = list(ast.walk(tree))
    aliases: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.removeprefix(prefix) for alias in node.names if alias.name.startswith(prefix))
        elif isinstance(node, ast.ImportFrom) and f"{node.module}." == prefix:
            aliases |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(prefix):
            yield from (f"{node.module.removeprefix(prefix)}.{alias.name}" for alias in node.names)
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
            yield f"{aliases[node.value.id]}.{node.attr}"


def lines_of_the_audit(tree: ast.AST) -> Iterator[str]:
    """Where a file builds one itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in ("AuditLine", "make_line"):
                yield name


def find_own_writes(path: Path) -> set[str]:
    """What a door does to the store or the audit without a verb."""
    tree = ast.parse(path.read_text("utf-8"))
    allowed = WRITE_THEMSELVES.get(_door(path), set())
    written = set(lines_of_the_audit(tree))
    for found in names_of_the_store(tree):
        module, _, name = found.partition(".")
        is_type = name[:1].isupper()
        if module not in SPELLING and not is_type and not name.startswith(READING) and found not in allowed:
            written.add(found)
    return written


def _door(path: Path) -> str:
    return path.relative_to(ROOT / "chalicelib").as_posix()


DOORS = [path for room in ("web", "operate") for path in modules(room)]


@pytest.mark.parametrize("path", DOORS, ids=_door)
def test_pages_and_commands_read_the_store_and_change_it_by_verbs_alone(path: Path) -> None:
    assert find_own_writes(path) == set()


def test_every_exception_to_the_rule_of_verbs_is_used() -> None:
    used = {_door(path): set(names_of_the_store(ast.parse(path.read_text("utf-8")))) for path in DOORS}
    assert {door: names & used.get(door, set()) for door, names in WRITE_THEMSELVES.items()} == WRITE_THEMSELVES


def test_statements_and_calls_to_storage_stand_in_one_place() -> None:
    for path in sorted((ROOT / "chalicelib").rglob("*.py")):
        text, door = path.read_text("utf-8"), _door(path)
        taken = {name for name in imports(path) if name in ONE_PLACE and ONE_PLACE[name] != door}
        assert not taken, door
        if door != "store/table.py":
            assert "table.Write(" not in text, door
            assert "attribute_" not in text, f"{door}: a condition of DynamoDB"


def test_lines_of_the_audit_are_built_in_one_place() -> None:
    built = {_door(path) for path in (ROOT / "chalicelib").rglob("*.py") if "AuditLine(" in _code(path)}
    assert built == {"domain/audit.py"}


def _code(path: Path) -> str:
    """Without the definitions of classes."""
    return re.sub(r"^class .*$", "", path.read_text("utf-8"), flags=re.M)


def test_keys_are_spelled_in_one_place() -> None:
    found = {
        _door(path)
        for path in (ROOT / "chalicelib").rglob("*.py")
        if any(KEY_BEGINS.match(text) for text in _texts(ast.parse(path.read_text("utf-8"))))
    }
    assert found == {"store/addresses.py"}


def _texts(tree: ast.AST) -> Iterator[str]:
    """The texts of a file, and the pieces of those with values in them; without docstrings."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def test_a_name_of_a_class_means_one_thing() -> None:
    names: dict[str, list[str]] = {}
    for path in (ROOT / "chalicelib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                names.setdefault(node.name, []).append(_door(path))
    assert {name: found for name, found in names.items() if len(found) > 1} == {}


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


def test_the_domain_asks_no_clock() -> None:
    """So `make clocks` need not try its tests at other hours."""
    for path in [*modules("domain"), *(ROOT / "tests" / "domain").glob("*.py")]:
        called = {node.attr for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute)}
        assert called & {"now", "utcnow", "today", "monotonic"} == set(), path.name


def test_a_day_is_written_in_one_way() -> None:
    """format_day's: in a document, March is 3 and February is 02. A cell of a date has the format of the forms."""
    for path in (path for room in (*ROOMS, *ROOT_FILES) for path in modules(room)):
        assert "%d/%m" not in path.read_text("utf-8"), path.name


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_generated_document_agrees_with_the_code(name: str) -> None:
    assert (HERE / name).read_text("utf-8") == DOCUMENTS[name](), "run `make docs`"


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.guard)
def test_a_guard_that_is_broken_on_trial_stands_in_the_code(mutation: Mutation) -> None:
    assert (ROOT / mutation.file).read_text("utf-8").count(mutation.old) == 1, "tests/promises/mutations.py is behind"
    assert (ROOT / mutation.tests).exists()
    assert mutation.promise in PROMISES


def test_the_page_of_promises_names_tests_that_are_there() -> None:
    """A test that got another name takes its result along: `make mutations PYTEST=--record`, then `make docs`."""
    for found in re.findall(r"\| (tests/\S+) \|", (HERE / "promises.md").read_text("utf-8")):
        path, _, name = found.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), found


@pytest.mark.parametrize("code", PROMISES)
def test_a_promise_is_held_by_a_test(code: str) -> None:
    marked = (
        re.findall(r"mark\.promise\(([^)]*)\)", path.read_text("utf-8")) for path in (ROOT / "tests").rglob("test_*.py")
    )
    assert any(f'"{code}"' in codes for found in marked for codes in found)


def test_every_code_that_is_raised_is_in_the_catalogue_and_the_other_way_round() -> None:
    areas = {code.partition(".")[0] for code in CATALOGUE}
    pattern = re.compile(rf'"((?:{"|".join(sorted(areas))})\.[a-z_0-9]+)"')
    used: set[str] = set()
    for path in [path for room in ROOMS for path in modules(room) if path.name != "catalogue.py"]:
        used |= set(pattern.findall(path.read_text("utf-8")))
    assert set(CATALOGUE) - used == set(), "never raised"


VENDOR = ROOT / "chalicelib" / "web" / "static" / "vendor"
WRITTEN = (".py", ".html", ".js", ".css", ".svg", ".txt")


def written_files() -> list[Path]:
    """What we have written. `/pv05`, the console's address, is an interface and no name of an office."""
    places = [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*"), *(ROOT / "infra" / "word_template").rglob("*")]
    return [path for path in places if path.suffix in WRITTEN and VENDOR not in path.parents]


def test_no_programmes_own_code_name_or_column_stands_in_code() -> None:
    found = {str(path.relative_to(ROOT)): own_words.find_in(path.read_text("utf-8")) for path in written_files()}
    assert {name: words for name, words in found.items() if words} == {}


def test_no_code_knows_a_reform_of_units() -> None:
    """What became of which unit is a file of a programme; the areas of before are reference data that nothing reads."""
    assert [path for path in written_files() if "dia-gioi" in path.read_text("utf-8")] == []
    reformed = [path for path in folders.SHIPPED.glob("*/programme.toml") if (path.parent / "successions.csv").exists()]
    assert all(folders.load_folder(path.parent).successions for path in reformed)
    assert reformed


def test_the_words_looked_for_are_those_of_the_programmes_that_ship() -> None:
    words = own_words.find_own_words()
    assert {
        "ct138-2022",
        "B05",
        "mo-hinh",
        "hinh_thuc",
        "06040",
        "PV05",
        "BAN CHỈ ĐẠO 138",
        "Huyện Tràng Định",
    } <= words
    data = "\n".join(path.read_text("utf-8") for end in ("toml", "csv") for path in (ROOT / "forms").glob(f"*/*.{end}"))
    assert {word for word in own_words.SPOKEN if word not in data} == set(), "spoken, and in no programme"
    code = "\n".join(path.read_text("utf-8") for path in written_files())
    assert {word for word in own_words.COMMON if not re.search(rf"\b{word}\b", code)} == set(), "excused, and not used"


COORDINATES = frozenset({"row", "column", "first_row", "first_column", "last_row", "last_column"})
IN_ORDER = frozenset({
    ("first", "last"), ("start", "end"), ("before", "after"), ("old", "new"), ("above", "below"), ("left", "right"),
    ("found", "expected"), ("key", "version_id"), ("sheet", "cell"), ("width", "height"),
    ("method", "path"),
})  # fmt: skip
"""Neighbours of one type whose order everybody knows: they may be given by position."""


CALLBACKS = frozenset({"_translate_plural"})
"""Functions that are given to a library: click calls this one as gettext's ngettext."""


def test_neighbouring_parameters_of_one_type_are_given_by_keyword() -> None:
    """Two texts side by side are easily exchanged, and no type tells: the second is keyword-only."""
    wrong = [
        f"{path.name}: {function.name}({first.arg}, {second.arg})"
        for room in [*ROOMS, *ROOT_FILES]
        for path in modules(room)
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef) and not _is_called_by_others(function)
        for first, second in pairwise([*function.args.posonlyargs, *function.args.args])
        if _is_exchanged_easily(first, second)
    ]
    assert wrong == []


def _is_called_by_others(function: ast.FunctionDef) -> bool:
    """Click, Chalice and protocols of the language give arguments as they do."""
    return function.name.startswith("__") or bool(function.decorator_list) or function.name in CALLBACKS


def _is_exchanged_easily(first: ast.arg, second: ast.arg) -> bool:
    if first.annotation is None or second.annotation is None:
        return False
    names = (first.arg, second.arg)
    is_same = ast.unparse(first.annotation) == ast.unparse(second.annotation)
    return is_same and names not in IN_ORDER and not {*names} <= COORDINATES


MOST_LINES = 40


def test_no_function_is_longer_than_a_page() -> None:
    longer = [
        f"{path.name}: {function.name}"
        for room in [*ROOMS, *ROOT_FILES]
        for path in modules(room)
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef) and (function.end_lineno or 0) - function.lineno >= MOST_LINES
    ]
    assert longer == []
