"""Finds the workbooks of a folder and checks them, several at once. Every other file says what it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from chalicelib.domain.issues.issue import Refused, refuse
from chalicelib.domain.language.vietnamese import format_size
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Outcome, Status
from chalicelib.report.processes import spread
from chalicelib.workbook.reading.bounds import MOST_BYTES
from chalicelib.workbook.reading.guard import guard

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")
_LOCKS = ("~$", ".~lock.")
_FILES_AT_ONCE = 8

FindProgramme = Callable[[str], Programme]
"""The programme to read a workbook by, from the code that its marks name ("" for none)."""


class TellProgress(Protocol):
    """Called with the number of finished files and of all files."""

    def __call__(self, done: int, *, total: int) -> None: ...


class FolderCheck(Protocol):
    """Reads and checks a workbook; `intake/check.py` has the one that counts."""

    def __call__(self, data: bytes, programme: FindProgramme, *, file_name: str = "") -> Outcome: ...


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that does not count, with every reason."""

    file: str
    reasons: tuple[str, ...]


class ReadFile(NamedTuple):
    """What a workbook holds, and the code of the programme that it was read by."""

    programme: str
    outcome: Outcome


def find_workbooks(folder: Path, *, without: Collection[Path] = ()) -> list[Path]:
    """Every file below the folder that is named as a workbook is, in the order of paths, without lock files.

    What lies in one of the paths `without` is left out.
    """
    return sorted(path for path in _walk(folder, without) if _is_named_as_workbook(path))


def list_other_files(folder: Path, *, without: Collection[Path] = ()) -> list[RefusedFile]:
    """Every other file below the folder, with what it is by its contents; so no report is passed over unseen."""
    found = sorted(
        path for path in _walk(folder, without) if _holds_something(path) and not _is_named_as_workbook(path)
    )
    return [RefusedFile(path.relative_to(folder).as_posix(), (_describe_other(path),)) for path in found]


def _walk(folder: Path, without: Collection[Path]) -> Iterator[Path]:
    left_out = {path.absolute() for path in without}
    for path in folder.rglob("*"):
        if not left_out or left_out.isdisjoint((path.absolute(), *path.absolute().parents)):
            yield path


def _is_named_as_workbook(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(_LOCKS) and path.is_file()


def _holds_something(path: Path) -> bool:
    """Whether a path is a file, or a folder whose files cannot be seen."""
    return not path.is_dir() or path.is_symlink() or not os.access(path, os.R_OK | os.X_OK)


def _describe_other(path: Path) -> str:
    try:
        if path.name.startswith(_LOCKS):
            raise refuse("file.lock_file")
        guard(read_file(path))
    except Refused as refused:
        return refused.issue.message
    return f"Tệp là bảng tính nhưng tên không có đuôi {', '.join(SUFFIXES)}; nếu là báo cáo, cần đổi lại tên tệp."


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises Refused if it is too large to be read, or cannot be opened."""
    try:
        if not path.is_file():
            raise refuse("file.not_opened", found="liên kết hoặc thư mục")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise refuse("file.too_large", found=format_size(size), expected=format_size(MOST_BYTES))
        return path.read_bytes()
    except OSError as error:
        raise refuse("file.not_opened", found=error.strerror or "") from error


def check_files(
    paths: Sequence[Path],
    programmes: Sequence[Programme],
    check: FolderCheck,
    *,
    workers: int = 0,
    progress: Callable[[], None] | None = None,
) -> Iterator[ReadFile]:
    """Checks in the order of `paths`. A workbook that names none of the programmes is read by the first one.

    `check` must be a plain function, because other processes call it. `workers` 0 starts one worker per processor.
    """
    for read in spread(_Checker(tuple(programmes), check), paths, at_once=_FILES_AT_ONCE, workers=workers):
        if progress:
            progress()
        yield read


@dataclass(frozen=True)
class _Checker:
    programmes: tuple[Programme, ...]
    check: FolderCheck

    def __call__(self, paths: Sequence[Path]) -> list[ReadFile]:
        return [self._check(path) for path in paths]

    def _check(self, path: Path) -> ReadFile:
        chosen = self.programmes[0]

        def find(code: str) -> Programme:
            nonlocal chosen
            chosen = next((each for each in self.programmes if each.code == code), chosen)
            return chosen

        try:
            outcome = self.check(read_file(path), find, file_name=path.name)
        except Refused as refused:
            outcome = Outcome(status=Status.REJECTED, sha256="", issues=(refused.issue,))
        return ReadFile(chosen.code, outcome)
