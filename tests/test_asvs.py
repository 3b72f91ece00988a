"""The table of the ASVS names only tests that are there, and answers each requirement in one of four ways."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_TABLE = (ROOT / "docs" / "asvs.md").read_text("utf-8")
LINES = re.findall(r"^\| (\d+\.\d+(?:\.\d+)?) \| (.+?) \| (.*?) \| (.*?) ?\|$", _TABLE, re.M)
NAMED = re.findall(r"`(tests/[\w/.]+)::(\w+)`", _TABLE)


@cache
def _list_tests(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED)))
def test_a_test_that_the_table_names_is_there(path: str, name: str) -> None:
    assert name in _list_tests(path)


def test_a_file_that_the_table_names_is_there() -> None:
    named = set(re.findall(r"`([\w/.]+\.(?:py|md|toml|yaml))`", _TABLE))
    assert len(named) > 8
    assert [
        each for each in sorted(named) if not any((ROOT / home / each).is_file() for home in ("", "chalicelib"))
    ] == []


def test_each_requirement_is_answered_once_and_in_one_of_four_ways() -> None:
    assert len(LINES) > 200
    assert [number for number, times in Counter(number for number, *_ in LINES).items() if times > 1] == []
    unanswered = [number for number, _, answer, _ in LINES if not re.match(r"met|AWS|n/a:|gap", answer)]
    assert unanswered == []
