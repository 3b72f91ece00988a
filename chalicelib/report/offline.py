"""Makes the edition of a folder of workbooks, as the cloud would make it, without any cloud.

Files have no receipt time, so no unit is judged on time or late. If two files of a unit differ, neither
counts: names and dates are not used to guess which one is right.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from chalicelib.domain.issues.issue import Refused, refuse
from chalicelib.domain.language.vietnamese import format_size
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.earlier import find_places, hold_against, take_earlier
from chalicelib.domain.submission.records import Address, Outcome, State, Status, Submission
from chalicelib.report.document.template import find_template
from chalicelib.report.gather import consolidate_compared
from chalicelib.report.processes import spread
from chalicelib.report.rendering import make_files
from chalicelib.workbook.reading.bounds import MOST_BYTES
from chalicelib.workbook.reading.guard import guard

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")
_LOCKS = ("~$", ".~lock.")
_FILES_AT_ONCE = 8


class FolderCheck(Protocol):
    """Reads and checks a workbook; `intake/check.py` has the one that counts."""

    def __call__(self, data: bytes, programme: Programme, *, file_name: str = "") -> Outcome: ...


Progress = Callable[[int, int], None]
"""Called with the number of finished files and of all files."""


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that does not count, with every reason."""

    file: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class FolderResult:
    """The consolidation of a folder, its files by name, and every file of the folder that did not count."""

    consolidation: Consolidation
    files: dict[str, bytes]
    accepted: tuple[str, ...]
    refused: tuple[RefusedFile, ...]


class PeriodUnclear(Exception):
    """The files belong to no period, or to several; `periods` names those found, `refused` the files not accepted."""

    def __init__(self, periods: Sequence[str], refused: Sequence[RefusedFile] = ()) -> None:
        self.periods, self.refused = tuple(periods), tuple(refused)
        super().__init__(", ".join(periods))


def find_workbooks(folder: Path) -> list[Path]:
    """Every file below the folder that is named as a workbook is, in the order of paths, without lock files."""
    return sorted(path for path in folder.rglob("*") if _is_named_as_workbook(path))


def list_other_files(folder: Path) -> list[RefusedFile]:
    """Every other file below the folder, with what it is by its contents; so no report is passed over unseen."""
    found = sorted(path for path in folder.rglob("*") if _holds_something(path) and not _is_named_as_workbook(path))
    return [RefusedFile(path.relative_to(folder).as_posix(), (_describe_other(path),)) for path in found]


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


def consolidate_folder(
    folder: Path,
    programme: Programme,
    documents: Mapping[str, bytes],
    *,
    check: FolderCheck,
    as_of: datetime,
    period: str = "",
    workers: int = 0,
    progress: Progress | None = None,
) -> FolderResult:
    """Reads and checks every workbook, several at once, and consolidates the accepted ones.

    `documents` are the Word templates of the programme's folder, by name. `check` must be a plain function, because
    other processes call it. `workers` 0 starts one worker per processor.
    Raises PeriodUnclear if `period` is not given and the files do not name exactly one.
    """
    paths = find_workbooks(folder)
    names = [path.relative_to(folder).as_posix() for path in paths]
    outcomes = list(_check_all(paths, programme, check, workers, progress))
    read = dict(zip(names, outcomes, strict=True))
    others = list_other_files(folder)
    period = period or _find_period(read, others)
    found = gather_states(programme, period, read, as_of=as_of)
    states = {period: found.states, programme.period_by_code[period].compare_with: found.earlier}
    template = find_template(documents, period)
    consolidation = consolidate_compared(
        programme, period, lambda _, *, period: states[period], as_of=as_of, template=template
    )
    info = EditionInfo(number=0, made=as_of, is_frozen=False)
    refused = (*found.refused, *others)
    return FolderResult(consolidation, make_files(consolidation, info, template), found.accepted, refused)


def _find_period(read: Mapping[str, Outcome], others: Sequence[RefusedFile]) -> str:
    periods = sorted({each.period for each in read.values() if each.status is Status.ACCEPTED})
    if len(periods) != 1:
        refused = [
            RefusedFile(name, tuple(issue.message for issue in each.errors))
            for name, each in read.items()
            if each.status is Status.REJECTED
        ]
        raise PeriodUnclear(periods, [*refused, *others])
    return periods[0]


# Which files count


class Gathered(NamedTuple):
    """States of one period, the names of the files that count, and the other files with their reasons.

    `earlier` are the states of the period that this one includes.
    """

    states: tuple[State, ...]
    accepted: tuple[str, ...]
    refused: tuple[RefusedFile, ...]
    earlier: tuple[State, ...] = ()


def gather_states(programme: Programme, period: str, read: Mapping[str, Outcome], *, as_of: datetime) -> Gathered:
    """The folder's states of one period. Each file is compared with the folder's states of the included period."""
    before = programme.period_by_code[period].compare_with
    earlier = gather_states(programme, before, read, as_of=as_of).states if before else ()
    found = _choose_files(programme, period, _compare(programme, read, earlier), as_of=as_of)
    return found._replace(earlier=earlier)


def _compare(programme: Programme, read: Mapping[str, Outcome], earlier: Sequence[State]) -> dict[str, Outcome]:
    """The outcomes, with issues for what contradicts the states of an earlier period."""
    states = {state.address: state for state in earlier}
    places = {name: find_places(_address(programme, outcome), programme) for name, outcome in read.items()}
    return {
        name: hold_against(outcome, programme, take_earlier(places[name], states)) for name, outcome in read.items()
    }


def _address(programme: Programme, outcome: Outcome) -> Address:
    return Address(programme=programme.code, period=outcome.period, form=outcome.form, unit=outcome.unit)


def _choose_files(programme: Programme, period: str, read: Mapping[str, Outcome], *, as_of: datetime) -> Gathered:
    by_address: dict[Address, list[str]] = {}
    refused = []
    for name, outcome in read.items():
        if outcome.status is Status.REJECTED:
            refused.append(RefusedFile(name, tuple(issue.message for issue in outcome.errors)))
        elif outcome.period != period:
            found = programme.period_by_code[outcome.period].name
            refused.append(RefusedFile(name, (f"Biểu của kỳ khác: {found}.",)))
        else:
            by_address.setdefault(_address(programme, outcome), []).append(name)
    states, accepted = [], []
    for address, names in by_address.items():
        if len({_content(read[name]) for name in names}) > 1:
            listed = ", ".join(names)
            reason = f"{len(names)} tệp khác nhau của cùng đơn vị cho cùng biểu, chưa rõ dùng tệp nào: {listed}"
            refused += [RefusedFile(name, (reason,)) for name in names]
            continue
        states.append(_make_state(address, names[0], read[names[0]], programme, as_of))
        accepted += names
    return Gathered(tuple(states), tuple(accepted), tuple(refused))


def _content(outcome: Outcome) -> str:
    """A key that is equal for files with the same contents, even if one of them was saved again."""
    said = outcome.model_copy(update={"sha256": "", "normalisations": (), "issues": (), "notes": ()})
    return said.model_dump_json()


def _make_state(address: Address, name: str, outcome: Outcome, programme: Programme, as_of: datetime) -> State:
    """The state without a receipt time: the submission's own is the consolidation's moment and is not shown."""
    submission = Submission(
        address=address, revision=1, upload_id="", programme_version=programme.version, form_version=outcome.version,
        sha256=outcome.sha256, file_name=name, key="", version_id="", received=as_of, values=outcome.values,
        tables=outcome.tables, narratives=outcome.narratives, remarks=outcome.remarks,
        normalisations=outcome.normalisations, warnings=outcome.warnings,
        confirmed=outcome.confirmed,
    )  # fmt: skip
    return State(address=address, change=1, revision=1, submission=submission)


# Many files at once


def _check_all(
    paths: Sequence[Path], programme: Programme, check: FolderCheck, workers: int, progress: Progress | None
) -> Iterator[Outcome]:
    """Checks in the order of `paths`."""
    outcomes = spread(_Checker(programme, check), paths, at_once=_FILES_AT_ONCE, workers=workers)
    for done, outcome in enumerate(outcomes, start=1):
        if progress:
            progress(done, len(paths))
        yield outcome


@dataclass(frozen=True)
class _Checker:
    programme: Programme
    check: FolderCheck

    def __call__(self, paths: Sequence[Path]) -> list[Outcome]:
        return [self._check(path) for path in paths]

    def _check(self, path: Path) -> Outcome:
        try:
            data = read_file(path)
        except Refused as refused:
            return Outcome(status=Status.REJECTED, sha256="", issues=(refused.issue,))
        return self.check(data, self.programme, file_name=path.name)
