"""Makes the edition of a folder of workbooks, as the cloud would make it, without any cloud.

Files have no receipt time, so no unit is judged on time or late; only the data of an earlier edition of the period tell
of the files that are in it. If two files of a unit differ, neither counts: names and dates are not used to guess which
one is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from chalicelib.domain.period.body import find_outline
from chalicelib.domain.period.consolidation import Consolidation, Phase
from chalicelib.domain.period.edition import EditionInfo, Past, decide_edition
from chalicelib.domain.period.plausibility import add_points
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Outcome, Status
from chalicelib.report.document.template import find_template
from chalicelib.report.gather import consolidate_compared
from chalicelib.report.offline.draft_folder import FOLDER, check_draft, describe_texts, list_no_texts, read_draft
from chalicelib.report.offline.earlier_files import find_earlier_files
from chalicelib.report.offline.folder import (
    FolderCheck,
    ReadFile,
    RefusedFile,
    TellProgress,
    check_files,
    find_workbooks,
    list_other_files,
)
from chalicelib.report.offline.states import Gathered, Sources, gather_states
from chalicelib.report.recorded import Recorded
from chalicelib.report.rendering import make_files


@dataclass(frozen=True)
class Given:
    """What an office gives beside the workbooks.

    `before` are earlier reports: workbooks, data of editions, folders of both; `followed` are the programmes of the
    years before, the latest first.
    `draft` is the folder of its own texts, `du-thao` in the folder of workbooks if none is named. `reason` makes a
    supplement to the edition of the period whose data are among `before`.
    """

    before: tuple[Path, ...] = ()
    followed: tuple[Programme, ...] = ()
    draft: Path | None = None
    reason: str = ""


@dataclass(frozen=True)
class Served:
    """A period that served for comparing, or the edition that a supplement follows, with the names of its files."""

    title: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class FolderResult:
    """The consolidation of a folder, its files by name and why others are missing, the workbooks that count, the codes
    of the headings with the office's own words, what served for comparing, and every file that did nothing."""

    consolidation: Consolidation
    files: dict[str, bytes]
    missing: dict[str, str]
    accepted: tuple[str, ...]
    written: tuple[str, ...]
    compared: tuple[Served, ...]
    refused: tuple[RefusedFile, ...]


class PeriodUnclear(Exception):
    """The files belong to no period, or to several; `periods` names those found, `refused` the files not accepted."""

    def __init__(self, periods: Sequence[str], refused: Sequence[RefusedFile] = ()) -> None:
        self.periods, self.refused = tuple(periods), tuple(refused)
        super().__init__(", ".join(periods))


class NothingToSupplement(Exception):
    """A supplement was asked for, and there is nothing that it could supplement; the message says why to people."""


def consolidate_folder(
    folder: Path,
    programme: Programme,
    documents: Mapping[str, bytes],
    *,
    check: FolderCheck,
    as_of: datetime,
    period: str = "",
    given: Given = Given(),
    workers: int = 0,
    progress: TellProgress | None = None,
) -> FolderResult:
    """Reads and checks every workbook, several at once, and consolidates the accepted ones.

    `documents` are the Word templates of the programme's folder, by name. `check` and `workers` as in `check_files`.
    Raises PeriodUnclear if `period` is not given and the files do not name exactly one, NothingToSupplement, and
    DraftInvalid.
    """
    given = _find_draft(folder, given)
    texts = read_draft(given.draft) if given.draft else {}
    sources, others = _read_all(folder, programme, given, check=check, workers=workers, progress=progress)
    period = period or _find_period(sources, others)
    gathered = gather_states(programme, period, sources, as_of=as_of, followed=given.followed)
    template = find_template(documents, period)
    consolidation = _consolidate(gathered, given.followed, template, texts=texts, as_of=as_of)
    check_draft(texts, programme, find_outline(consolidation.tally))
    _, recorded = sources.find_data(gathered.place)
    edition = add_points(_decide(consolidation, recorded, given.reason), consolidation)
    rendered = make_files(consolidation, edition, template, texts)
    served = tuple(_list_compared(gathered, sources))
    return FolderResult(
        consolidation, rendered.files, rendered.missing, gathered.files, tuple(texts), served,
        (*_list_refused(gathered, sources, served), *others),
    )  # fmt: skip


def _find_draft(folder: Path, given: Given) -> Given:
    own = folder / FOLDER
    return replace(given, draft=own) if given.draft is None and own.is_dir() else given


def _read_all(
    folder: Path,
    programme: Programme,
    given: Given,
    *,
    check: FolderCheck,
    workers: int,
    progress: TellProgress | None,
) -> tuple[Sources, tuple[RefusedFile, ...]]:
    """Everything that was read, and the files that are no workbooks."""
    programmes = (programme, *given.followed)
    without = (*given.before, given.draft) if given.draft else given.before
    earlier = find_earlier_files(given.before, programmes)
    own = {path.relative_to(folder).as_posix(): path for path in find_workbooks(folder, without=without)}
    brought = {str(path): path for path in earlier.workbooks}
    count = _Count(len(own) + len(brought), progress)
    read: dict[str, ReadFile] = {}
    for files, readers in ((own, (programme,)), (brought, programmes)):
        checked = check_files(list(files.values()), readers, check, workers=workers, progress=count)
        read |= dict(zip(files, checked, strict=True))
    others = list_other_files(folder, without=without)
    no_texts = list_no_texts(given.draft) if given.draft else []
    return Sources(read, frozenset(own), earlier.data), (*others, *earlier.refused, *no_texts)


def _consolidate(
    gathered: Gathered, followed: Sequence[Programme], template: bytes, *, texts: Mapping[str, str], as_of: datetime
) -> Consolidation:
    states = {each.place: each.states for each in (gathered, *gathered.compared)}
    return consolidate_compared(
        gathered.programme, gathered.period, lambda code, *, period: states.get((code, period), ()),
        as_of=as_of, followed=followed, template=template, office=describe_texts(texts),
    )  # fmt: skip


@dataclass
class _Count:
    """Counts the finished files."""

    total: int
    progress: TellProgress | None
    done: int = 0

    def __call__(self) -> None:
        self.done += 1
        if self.progress:
            self.progress(self.done, total=self.total)


def _find_period(sources: Sources, others: Sequence[RefusedFile]) -> str:
    own = {name: sources.read[name].outcome for name in sources.read if name in sources.own}
    periods = sorted({each.period for each in own.values() if each.status is Status.ACCEPTED})
    if len(periods) != 1:
        refused = [
            RefusedFile(name, tuple(issue.message for issue in each.errors))
            for name, each in own.items()
            if each.status is Status.REJECTED
        ]
        raise PeriodUnclear(periods, [*refused, *others])
    return periods[0]


def _decide(consolidation: Consolidation, recorded: Recorded | None, reason: str) -> EditionInfo:
    """A supplement to the recorded edition if there is a reason for one, otherwise an unnumbered trial."""
    if not reason:
        return EditionInfo(number=0, made=consolidation.as_of, is_frozen=False)
    if recorded is None:
        raise NothingToSupplement(
            "Báo cáo bổ sung cần dữ liệu (tong-hop.json) của lần phát hành trước của kỳ này: ghi ở --before."
        )
    if consolidation.phase is not Phase.LOCKED:
        raise NothingToSupplement(f"{consolidation.period.name} chưa khóa nên chưa có báo cáo bổ sung.")
    edition = recorded.edition.model_copy(update={"frozen": True})  # a supplement supplements what was issued
    info = decide_edition(consolidation, Past(edition, edition, recorded.contents), reason=reason)
    if info is None:
        raise NothingToSupplement("Không có gì thay đổi so với lần phát hành trước.")
    return info


# What became of each file


def _list_compared(gathered: Gathered, sources: Sources) -> Iterator[Served]:
    for each in gathered.compared:
        if each.files:
            yield Served(each.programme.period_by_code[each.period].name, each.files)
    name, recorded = sources.find_data(gathered.place)
    if recorded:
        yield Served(f"Lần phát hành trước, {recorded.title}", (name,))


def _list_refused(gathered: Gathered, sources: Sources, served: Sequence[Served]) -> Iterator[RefusedFile]:
    """Every workbook and every edition's data that neither counts nor served for comparing."""
    used = {*gathered.files, *(name for each in served for name in each.files)}
    reasons = {name: why for each in (gathered, *gathered.compared) for name, why in each.reasons.items()}
    programmes = {each.programme.code: each.programme for each in (*gathered.compared, gathered)}
    for name, (code, outcome) in sources.read.items():
        if name not in used:
            errors = tuple(issue.message for issue in outcome.errors)
            is_beside = (code, outcome.period) == gathered.place
            where = "chính kỳ này, nằm trong phần để so sánh" if is_beside else _name_period(programmes, code, outcome)
            yield RefusedFile(name, reasons.get(name) or errors or (f"Biểu của {where}.",))
    for name, recorded in sources.data.values():
        if name not in used:
            yield RefusedFile(name, (f"Dữ liệu của kỳ khác: {recorded.title}.",))


def _name_period(programmes: Mapping[str, Programme], code: str, outcome: Outcome) -> str:
    periods = programmes[code].period_by_code if code in programmes else {}
    return f"kỳ khác: {periods[outcome.period].name if outcome.period in periods else outcome.period}"
