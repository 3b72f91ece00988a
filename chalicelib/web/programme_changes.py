"""Puts changed files of a programme into force as its next version, or says what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.loading import ProgrammeInvalid
from chalicelib.store import programmes
from chalicelib.store.errors import VersionExists
from chalicelib.web.desk import Desk
from chalicelib.web.problems import FormWrong, Moved

_MOST_TOLD = 5


def read_file(desk: Desk, name: str) -> str:
    """A file of the version in force."""
    return programmes.load_files(desk.programme.code, desk.programme.version)[name].decode("utf-8-sig")


def put_in_force(desk: Desk, changed: Mapping[str, str]) -> None:
    """Imports the changed files with all others as they are.

    The form names the version that it was made from: raises Moved where another one is in force by now, and
    FormWrong with the first mistakes where the files do not make a programme.
    """
    if desk.request.form.get("phien-ban") != str(desk.programme.version):
        raise Moved
    files = programmes.load_files(desk.programme.code, desk.programme.version)
    files |= {name: text.encode() for name, text in changed.items()}
    try:
        programmes.import_version(files, actor=desk.session.actor, now=desk.request.now)
    except ProgrammeInvalid as invalid:
        told = "; ".join(str(problem) for problem in invalid.problems[:_MOST_TOLD])
        raise FormWrong(f"Không ghi được, vì: {told}.") from None
    except VersionExists:
        raise Moved from None
