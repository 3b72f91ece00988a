"""Pages and refusals speak the words of those who report: `docs/tu-ngu.md`."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.domain.issues.catalogue import CATALOGUE
from chalicelib.web.rendering import HOME
from tests.web.terms import TECHNICAL, find_trade_words, find_trade_words_on, read_terms

PAGES = sorted((HOME / "pages").rglob("*.html"))
VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹàáãèéìíòóõùúýĩũ]", re.I)


FILLED_IN = re.compile(r"\{\w+\}")


def read_words(template: str) -> str:
    """What the template itself says: texts, and the texts within its expressions."""
    shown = re.sub(r"\{#.*?#\}", " ", TECHNICAL.sub(" ", template), flags=re.S)
    told = re.findall(r"'([^'{}<>]*)'", " ".join(re.findall(r"\{[{%].*?[%}]\}", shown, flags=re.S)))
    labels = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"{]*)', shown)
    text = html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r"\{[{%].*?[%}]\}", " ", shown, flags=re.S)))
    return " ".join([text, *labels, *(each for each in told if VIETNAMESE.search(each))])


def list_texts(path: Path) -> Iterator[str]:
    """The Vietnamese texts of a module without what is filled in; what explains the code is no text."""
    tree = ast.parse(path.read_text("utf-8"))
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes
        if is_text and VIETNAMESE.search(node.value):
            yield FILLED_IN.sub("…", node.value)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_holds_no_word_of_the_trade(page: Path) -> None:
    assert find_trade_words(read_words(page.read_text("utf-8"))) == []


@pytest.mark.parametrize("room", ["web", "office"])
def test_what_is_told_holds_no_word_of_the_trade(room: str) -> None:
    told = [text for path in (HOME.parent / room).rglob("*.py") for text in list_texts(path)]
    assert [(word, text[:80]) for text in told for word in find_trade_words(text)] == []


def test_issues_hold_no_word_of_the_trade() -> None:
    told = [FILLED_IN.sub("…", f"{entry.message} {entry.remedy} {entry.kind}") for entry in CATALOGUE.values()]
    assert [(word, text[:80]) for text in told for word in find_trade_words(text)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mã băm của tệp", ["Mã băm"]),
        ("lấy từ Số liệu!E18", ["lấy từ Số liệu!E18"]),
        ("lúc 2026-11-24T03:00:00.650", ["2026-11-24T03:00"]),
        ("lỗi cell.missing", ["cell.missing"]),
        ("thông số MailFrom, trong LibreOffice", ["MailFrom"]),
        ("Đường dẫn nộp, bản nộp; ô E18, trang Số liệu", []),
        ("tệp bao-cao.xlsx, thư an@link.vn", []),
    ],
)
def test_words_of_the_trade_are_found(text: str, found: list[str]) -> None:
    assert find_trade_words(text) == found


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ("<h2>Nghĩa vụ</h2>", ["Nghĩa vụ"]),
        ('<a href="/x" title="Mã băm">xem</a>', ["Mã băm"]),
        ("<textarea>đã gửi mã băm</textarea><code>null</code>", []),
        ('<p><span class="small mono">cell.missing</span> mã của lỗi</p>', []),
        ("<details><summary>Chi tiết kỹ thuật</summary>cell.missing</details>", []),
    ],
)
def test_a_page_as_it_is_read_holds_no_word_of_the_trade(shown: str, found: list[str]) -> None:
    """Every page that a test of the pages reads is held to it (`tests/web/client.py`)."""
    assert find_trade_words_on(f"<!doctype html>{shown}") == found
    assert find_trade_words_on(shown) == []


def test_no_word_is_both_used_and_not_used() -> None:
    theirs = {word for words in read_terms().values() for word in words}
    assert theirs & read_terms().keys() == set()
