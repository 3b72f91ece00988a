"""Puts changed files of a programme into force as its next version, or says what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chalicelib.domain.programme.amendments import HEADINGS
from chalicelib.domain.programme.loading import PROGRAMME, UNITS, Problem, ProgrammeInvalid
from chalicelib.store import programmes
from chalicelib.store.errors import VersionExists
from chalicelib.web.console.desk import Desk
from chalicelib.web.problems import FormWrong, Moved

_MOST_TOLD = 5
_FILES = {UNITS: "Danh sách đơn vị", PROGRAMME: "Chương trình"}
_COLUMN = re.compile(rf"\b({'|'.join(HEADINGS)})\b")


def read_file(desk: Desk, name: str) -> str:
    """A file of the version in force."""
    return programmes.load_files(desk.programme.code, desk.programme.version)[name].decode("utf-8-sig")


def find_mistakes(desk: Desk, changed: Mapping[str, str]) -> list[str]:
    """Why the changed files could not be put into force, in words; nothing where they could."""
    try:
        programmes.check_files(_assemble(desk, changed))
    except ProgrammeInvalid as invalid:
        return [_tell(problem) for problem in invalid.problems]
    return []


def put_in_force(desk: Desk, changed: Mapping[str, str], what: str) -> None:
    """Imports the changed files with all others as they are; `what` was changed, for the audit.

    The form names the version that it was made from: raises Moved where another one is in force by now, and
    FormWrong with the first mistakes where the files do not make a programme.
    """
    if desk.request.form.get("phien-ban") != str(desk.programme.version):
        raise Moved
    try:
        files = _assemble(desk, changed)
        programmes.import_version(
            files, actor=desk.session.actor, now=desk.request.now, what=what, after=desk.programme.version
        )
    except ProgrammeInvalid as invalid:
        told = "; ".join(_tell(problem) for problem in invalid.problems[:_MOST_TOLD])
        raise FormWrong(f"Chưa lưu được, vì: {told}.") from None
    except VersionExists:
        raise Moved from None


def _assemble(desk: Desk, changed: Mapping[str, str]) -> dict[str, bytes]:
    files = programmes.load_files(desk.programme.code, desk.programme.version)
    return files | {name: text.encode() for name, text in changed.items()}


def _tell(problem: Problem) -> str:
    """In the words of the page: files and columns as they are called there."""
    what = _COLUMN.sub(lambda match: f"“{HEADINGS[match[1]]}”", problem.what) if problem.file == UNITS else problem.what
    what = what.replace(PROGRAMME, "chương trình")
    return str(Problem(_FILES.get(problem.file, problem.file), problem.row, what))
