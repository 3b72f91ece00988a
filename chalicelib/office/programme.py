"""A programme's data in force: makes the next version from changed files or a whole folder, or refuses them.

Every change of a programme goes through `_put`, from every page and command.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.programme.amendments import Heir, find_heirs, is_same_unit
from chalicelib.domain.programme.form_changes import list_kept_otherwise, list_rescaled
from chalicelib.domain.programme.loading import (
    INDICATORS,
    LAWS,
    PROGRAMME,
    SUCCESSIONS,
    UNITS,
    Problem,
    ProgrammeInvalid,
)
from chalicelib.domain.programme.model import Period, Programme, Unit
from chalicelib.domain.programme.outline_files import find_period_of_outline, is_outline
from chalicelib.domain.submission.records import State, Submission
from chalicelib.office.refusals import Mistaken, Moved
from chalicelib.store import programmes, proposals
from chalicelib.store.errors import VersionExists
from chalicelib.store.obligations import query_outlines
from chalicelib.store.programmes import Files, Version
from chalicelib.store.proposals import Proposal, ProposalMoved, ProposalState

_NAMES = {
    UNITS: "Danh sách đơn vị", INDICATORS: "Chỉ tiêu", LAWS: "Văn bản", SUCCESSIONS: "Sắp xếp đơn vị",
    PROGRAMME: "Chương trình",
}  # fmt: skip


def read_file(programme: Programme, name: str) -> str:
    """The text of one file of this version."""
    return programmes.load_files(programme.code, programme.version)[name].decode("utf-8-sig")


def find_mistakes(programme: Programme, files: Files, *, brought: Files) -> tuple[str, ...]:
    """What keeps `files`, which are all that there will be, from coming in the place of those of `programme`; none if
    they could. `brought` are those of them that come in now."""
    try:
        _check(make_programme(files), brought=brought, before=programme)
    except Mistaken as mistaken:
        return mistaken.mistakes
    return ()


def put_in_force(programme: Programme, changed: Files, *, what: str, stamp: Stamp) -> Version:
    """Puts the changed files in force with the other files of `programme`; `what` describes the change in the audit.

    Raises Mistaken, and Moved if another version than `programme` is in force by now.
    """
    files, number = programmes.load_files(programme.code, programme.version) | dict(changed), programme.version + 1
    return _put(files, brought=changed, before=programme, number=number, what=what, stamp=stamp)


def import_programme(files: Files, *, stamp: Stamp) -> Version:
    """Puts a whole folder in force as the first or the next version. A folder without changes makes no version.

    Raises Mistaken, and Moved if another import was faster.
    """
    latest = programmes.find_latest_version(make_programme(files).code)
    number = latest.number + 1 if latest else 1
    return _put(files, brought=files, before=_load(latest), number=number, what="", stamp=stamp)


def check_proposed(files: Files) -> tuple[Programme, Programme | None]:
    """The programme that a whole folder would make, and the one in force under its code. Raises Mistaken."""
    after = make_programme(files)
    before = _load(programmes.find_latest_version(after.code))
    _check(after, brought=files, before=before)
    return after, before


def put_proposed(proposal: Proposal, *, stamp: Stamp) -> Version:
    """Puts a proposal in force and closes it. Raises Mistaken, and Moved if anything was decided meanwhile."""
    files, number = proposals.load_proposed(proposal), proposal.based_on + 1
    before = _load(programmes.find_latest_version(proposal.code))
    closed = proposal.close(ProposalState.IN_FORCE, stamp=stamp, version=number)
    what = f"{proposal.what} (người đề nghị: {proposal.proposer})"
    return _put(files, brought=files, before=before, number=number, what=what, stamp=stamp,
                closed=closed)  # fmt: skip


def _put(
    files: Files, *, brought: Files, before: Programme | None, number: int, what: str, stamp: Stamp,
    closed: Proposal | None = None,
) -> Version:  # fmt: skip
    """`brought` are those of the files that come in now: a Word template that is in force stands in nobody's way."""
    after = make_programme(files)
    latest = programmes.find_latest_version(after.code)
    if latest and latest.holds(files):
        return latest
    _check(after, brought=brought, before=before)
    version = programmes.make_version(after.code, number, files=files, stamp=stamp)
    details = ({"what": what} if what else {}) | {"sha256": version.sha256}
    line = make_line(Action.PROGRAMME_IMPORTED, version.name, programme=after.code, stamp=stamp, **details)
    try:
        proposals.put_version(version, files, line, closed=closed)
    except (VersionExists, ProposalMoved):
        raise Moved from None
    return version


def _check(after: Programme, *, brought: Files, before: Programme | None) -> None:
    if before:
        _check_codes(before, after)
        _check_scales(before, after)
        _check_measures(before, after)
    _check_documents(brought, after)


def _load(version: Version | None) -> Programme | None:
    """The version in force; None also if its files cannot be read any more, so that an import can replace it."""
    try:
        return programmes.load_version(version.programme, version.number) if version else None
    except ProgrammeInvalid:
        return None


def make_programme(files: Files) -> Programme:
    """The programme that these files make. Raises Mistaken."""
    try:
        return programmes.make_programme(files)
    except ProgrammeInvalid as invalid:
        raise Mistaken([tell(problem) for problem in invalid.problems]) from None


def tell(problem: Problem) -> str:
    """A mistake in the pages' words for files, columns and keys. Line 1 of a CSV keeps the file's own names."""
    where, colon, what = problem.what.replace(PROGRAMME, "chương trình").partition(": ")
    if problem.row != 1 and colon:
        where = _KEY.sub(lambda match: _find_headings().get(match[0], match[0]), where)
    return str(Problem(_name_file(problem.file), problem.row, where + colon + what))


_KEY = re.compile(r"(?:(?<=, )|(?<=^cột )|^)\w+(?=, |$)")


@cache
def _find_headings() -> Mapping[str, str]:
    """What the sổ calls a key of the programme's files; the shortest heading where it has several."""
    from chalicelib.workbook.programme.sheets import SHEETS  # imported here: few changes have a mistake

    headings: dict[str, str] = {}
    for column in (column for sheet in SHEETS for column in sheet.all_columns):
        key = column.field.rpartition(".")[2]
        headings[key] = min(headings.get(key, column.heading), column.heading, key=len)
    parts = {level.part: sheet.name for sheet in SHEETS for level in sheet.levels[:1]}
    named = {key: f"“{heading}”" for key, heading in (headings | parts).items() if key}
    return named | {"title": "“Tên”", "name": "“Tên”", "office": "cơ quan", "letterheads": "“Dòng trên tên đơn vị”"}


def _name_file(name: str) -> str:
    if name in _NAMES:
        return _NAMES[name]
    if is_outline(name):
        return f"Đề cương kỳ “{period}”" if (period := find_period_of_outline(name)) else "Đề cương"
    return f"Biểu mẫu “{name.removesuffix('.toml')}”" if name.endswith(".toml") else name


def _check_documents(documents: Files, programme: Programme) -> None:
    """Raises Mistaken with every mistake in the Word templates among these files."""
    from chalicelib.report.document.trial import check_documents  # imported here: slow to import and rarely needed

    if problems := check_documents(documents, programme):
        raise Mistaken([tell(problem) for problem in problems])


# Codes that have reports


def _check_codes(before: Programme, after: Programme) -> None:
    """Raises Mistaken if a unit would be credited with the reports of another unit that had its code."""
    heirs: dict[str, list[Heir]] = defaultdict(list)
    for heir in find_heirs(before, after):
        heirs[heir.period.code].append(heir)
    wrong = dict.fromkeys(
        unit for period, own in heirs.items() for unit in _find_credited(after.code, period=period, heirs=own)
    )
    if wrong:
        raise Mistaken([f"mã {code} đã có báo cáo của đơn vị trước, nên {name} cần mã khác" for code, name in wrong])


def _check_scales(before: Programme, after: Programme) -> None:
    """Raises Mistaken if workbooks of before would be read in the units in which a form asks now."""
    for form in after.forms:
        old = before.form_by_code.get(form.code)
        changed = list_rescaled(before, after, form=form.code) if old else []
        if old and changed and (form.version <= old.version or form.accepts):
            raise Mistaken([_RESCALED.format(form=form.title, codes=", ".join(changed), version=old.version + 1)])


_RESCALED = (
    "biểu “{form}” hỏi {codes} theo đơn vị khác trước: phải là phiên bản mới (từ {version}) và không nhận phiên bản cũ"
)


def _check_measures(before: Programme, after: Programme) -> None:
    """Raises Mistaken if figures that were received would be taken for as many of another unit of measure."""
    changed = list_kept_otherwise(before, after)
    if changed and any(state.submission for period in before.periods for state in _query(before, period)):
        raise Mistaken([_KEPT_OTHERWISE.format(codes=", ".join(changed))])


def _query(programme: Programme, period: Period) -> list[State]:
    return query_outlines(programme.code, period=period.code)


_KEPT_OTHERWISE = (
    "{codes} đã có số liệu nhận theo đơn vị tính khác, và số liệu đó không đổi theo được. Xin giữ đơn vị tính cũ và "
    "ghi đơn vị muốn hỏi ở “Hỏi theo đơn vị”, hoặc dùng mã mới"
)


def _find_credited(programme: str, *, period: str, heirs: Sequence[Heir]) -> Iterator[tuple[str, str]]:
    """Code and name of each unit whose code has a report of another unit in this period."""
    heir_by_code: Mapping[str, Heir] = {heir.unit.code: heir for heir in heirs}
    for state in query_outlines(programme, period=period):
        heir = heir_by_code.get(state.address.unit)
        if heir and state.submission:
            owner = heir.before or _find_sender(state.submission)
            if owner is None or not is_same_unit(owner, other=heir.unit):
                yield heir.unit.code, heir.unit.full_name


def _find_sender(submission: Submission) -> Unit | None:
    """The unit that had the code in the version under which the report was received."""
    address = submission.address
    programme = programmes.load_version(address.programme, submission.programme_version)
    period = programme.period_by_code.get(address.period)
    return programme.find_unit(address.unit, period) if period else None
