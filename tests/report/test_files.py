"""The files of an edition have one name each, and a title that a person reads."""

from __future__ import annotations

import ast
from pathlib import Path

from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.report import files
from chalicelib.report.files import describe_file
from chalicelib.report.rendering import make_files

PRODUCT = Path(__file__).parents[2] / "chalicelib"
NAMES = {value for name, value in vars(files).items() if name.isupper() and isinstance(value, str) and name[0] != "_"}


def test_every_file_of_an_edition_has_a_title(made: Consolidation, edition: EditionInfo, template: bytes) -> None:
    titles = {name: describe_file(name) for name in (*make_files(made, edition, template).files, files.PDF)}
    assert set(titles) >= NAMES
    assert "Tệp" not in titles.values()
    own = [titles[name] for name in NAMES]
    assert len(set(own)) == len(own) == 10


def test_a_file_of_an_edition_is_named_in_one_place() -> None:
    found = {
        f"{path.name}:{node.lineno}"
        for path in PRODUCT.rglob("*.py") if path != PRODUCT / "report" / "files.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in NAMES
    }  # fmt: skip
    assert found == set()
