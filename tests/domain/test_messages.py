"""What is said of a programme is in the words of whoever writes it: no key of a file, no code of a kind."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from chalicelib.domain.programme import making, model
from chalicelib.domain.programme.kinds import KINDS
from chalicelib.domain.programme.loading import Problem
from chalicelib.office.programme import tell
from tests.domain.test_loading import MISTAKES, change, find_problems

PLACE = Path(making.__file__).parent
MODELS = [each for each in vars(model).values() if isinstance(each, type) and issubclass(each, BaseModel)]
KEYS = {key for each in MODELS for key in each.model_fields} | set(KINDS) | {"error", "warning", "province"}

_LETTERS = "A-Za-zÀ-ỹđĐ_"
_WORD = re.compile(rf"(?<![{_LETTERS}“])[a-z_]{{2,}}(?![{_LETTERS}])")
_VIETNAMESE = re.compile("[À-ỹđĐ]")

IN_FILES_ALONE = {
    'number = "" # ghi khi có văn bản',
    "# signed = ngày ký, ghi khi có văn bản",
    "period: không ghi ở đây, kỳ là phần sau của tên tệp",
    "code “” phải trùng với tên tệp",
    "phải là “unit” (từng đơn vị) hoặc “province” (cả chương trình)",
}
"""Said of a key or a word of a file; no sheet has it."""


def list_texts() -> Iterator[tuple[str, str]]:
    """Every text that may be said to an officer, with the module in which it stands; docstrings are not said."""
    for path in sorted(PLACE.glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if id(node) in silent | inner:
                continue
            if isinstance(node, ast.JoinedStr):
                yield path.name, "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path.name, node.value


def find_keys(text: str) -> set[str]:
    """The keys and codes that stand in a text; names of files and fields to be filled in are not among them."""
    said = re.sub(r"\{\w+\}|\w+\.toml|\(\?P<\w+>", "", text)
    return {word for word in _WORD.findall(said) if word in KEYS or "_" in word}


def test_no_text_about_a_programme_has_a_key_or_the_code_of_a_kind() -> None:
    texts = [each for each in list_texts() if _VIETNAMESE.search(each[1]) and each[1] not in IN_FILES_ALONE]
    assert len(texts) > 150
    assert [(name, text, keys) for name, text in texts if (keys := find_keys(text))] == []


def test_a_key_in_a_text_would_be_found() -> None:
    assert find_keys("phải theo thứ tự mở (opens), hạn (due)") == {"opens", "due"}
    assert find_keys("ghi kiểu measure hoặc điểm; kỳ {period}; programme.toml") == {"measure"}


@pytest.mark.parametrize("mistake", [mistake for mistake, _ in MISTAKES.values()], ids=list(MISTAKES))
def test_pages_name_what_is_wrong_as_the_sheets_do(mistake: tuple[str, str, str]) -> None:
    """Of a file's first line, of its name, of wrong TOML and of an unknown key the file's own words are told."""
    for problem in find_problems(change(*mistake)):
        if problem.row == 1 or any(each in problem.what for each in ("TOML", "không biết khóa", "tên tệp", "[[")):
            continue
        told = re.sub("“[^”]*”", "", tell(problem).partition(" ví dụ ")[0])
        assert find_keys(told) == set(), tell(problem)
        assert not re.search(r"\.(toml|csv)", told)


def test_a_period_and_its_key_have_their_names() -> None:
    told = tell(Problem("programme.toml", 0, "kỳ “nam”, due: phải theo thứ tự mở, hạn, khóa"))
    assert told == "Chương trình: kỳ “nam”, “Hạn”: phải theo thứ tự mở, hạn, khóa"
