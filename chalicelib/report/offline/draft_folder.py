"""Reads the office's draft of the report from a folder: a text per heading of the outline, named by the heading's code
(`tuyen-truyen.txt`). It is what the console keeps in versions, as files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from errno import EINVAL
from pathlib import Path

from chalicelib.domain.period.draft import TextTooLong, clean
from chalicelib.domain.programme.loading import Problem
from chalicelib.domain.programme.model import Outline, Programme
from chalicelib.domain.programme.outline import MOST_LETTERS, find_text_mistakes
from chalicelib.report.offline.folder import RefusedFile

FOLDER = "du-thao"
"""Where the draft lies in a folder of workbooks, if no other place is named."""

_SUFFIX = ".txt"
_BESIDE = (".", "~")
"""Begins the names of what systems and editors put beside a file."""

_MOST_BYTES = 12 * MOST_LETTERS
"""A letter with two marks, decomposed as macOS writes it, has up to six bytes; the office's Vietnamese has far less."""


class DraftInvalid(Exception):
    """The draft has mistakes; `problems` lists every one with its file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


def read_draft(folder: Path) -> dict[str, str]:
    """The texts by heading. Raises DraftInvalid for what is no text that the console would keep."""
    texts, problems = {}, []
    for path in sorted(filter(_is_named_as_text, folder.iterdir())):
        try:
            texts[path.stem] = clean(_read_text(path))
        except UnicodeDecodeError:
            problems.append(Problem(path.name, 0, "cần được lưu bằng bảng mã UTF-8"))
        except TextTooLong as error:
            problems.append(Problem(path.name, 0, f"dài {error} ký tự, nhiều nhất {MOST_LETTERS}"))
        except OSError as error:
            problems.append(Problem(path.name, 0, f"không mở được: {error.strerror}"))
    if problems:
        raise DraftInvalid(problems)
    return texts


def _is_named_as_text(path: Path) -> bool:
    return path.suffix == _SUFFIX and not path.name.startswith(_BESIDE)


def _read_text(path: Path) -> str:
    """Raises OSError for what is no file, TextTooLong for one that cannot hold a text that is short enough."""
    if not path.is_file():
        raise OSError(EINVAL, "liên kết hỏng hoặc thư mục")
    if (size := path.stat().st_size) > _MOST_BYTES:
        raise TextTooLong(size)
    return path.read_text("utf-8-sig")


def check_draft(texts: Mapping[str, str], programme: Programme, outline: Outline) -> None:
    """Raises DraftInvalid with every heading that the outline does not have, and every line that the console would not
    keep."""
    problems = []
    for code, text in texts.items():
        name = f"{code}{_SUFFIX}"
        if code not in outline.heading_by_code:
            known = ", ".join(outline.heading_by_code)
            problems.append(Problem(name, 0, f"đề cương không có mục mang mã này; các mục: {known}"))
        problems += [Problem(name, line, what) for line, what in find_text_mistakes(programme, text)]
    if problems:
        raise DraftInvalid(problems)


def describe_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """The office's own part of an edition's inputs: a folder has no version of the draft, but its texts have a hash."""
    told = json.dumps(texts, ensure_ascii=False, sort_keys=True).encode(errors="backslashreplace")
    return {"draft": hashlib.sha256(told).hexdigest()} if texts else {}


def list_no_texts(folder: Path) -> list[RefusedFile]:
    """Every file of the draft's folder that is no text of a heading."""
    others = sorted(
        path for path in folder.iterdir() if not _is_named_as_text(path) and not path.name.startswith(_BESIDE)
    )
    why = (f"Dự thảo chỉ lấy các tệp {_SUFFIX} nằm ngay trong thư mục này, tên tệp là mã mục.",)
    return [RefusedFile(f"{folder.name}/{path.name}", why) for path in others]
