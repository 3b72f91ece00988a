"""Changes of a programme: each is prepared like any other change, and says besides what differs sheet by sheet.

They take effect through `office/programme.py` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.audit import Stamp
from chalicelib.domain.period.effects import BeforeAndAfter, Effect, find_effects
from chalicelib.domain.programme.amendments import compare_rosters, read_rows
from chalicelib.domain.programme.loading import UNITS, ProgrammeInvalid, read_parts
from chalicelib.domain.programme.model import Programme
from chalicelib.office.prepared import PreparedChange, Preview
from chalicelib.office.programme import find_mistakes, put_in_force
from chalicelib.store import programmes
from chalicelib.store.links import list_links
from chalicelib.store.obligations import query_period
from chalicelib.store.programmes import Files, Version

if TYPE_CHECKING:
    from chalicelib.workbook.programme.compare import SheetChange


@dataclass(frozen=True)
class ProgrammeChange:
    """What somebody wants to change: files in place of those in force, and the change in words.

    `is_whole`: the files are all that there will be.
    """

    files: Files
    what: str
    is_whole: bool = False

    def complete(self, programme: Programme) -> Files:
        """All files of the programme as the change would leave it."""
        if self.is_whole:
            return self.files
        return {**programmes.load_files(programme.code, programme.version), **self.files}


def prepare_change(programme: Programme, change: ProgrammeChange, *, stamp: Stamp) -> PreparedChange:
    """The change of a programme, ready to be shown and made."""
    return PreparedChange(
        change.what,
        lambda: preview_change(programme, change, now=stamp.at),
        lambda: make_change(programme, change, stamp=stamp),
    )


def preview_change(programme: Programme, change: ProgrammeChange, *, now: datetime) -> Preview:
    """Everything that the change would do to the programme in force."""
    files = change.complete(programme)
    mistakes = find_mistakes(programme, files, brought=change.files)
    effects = () if mistakes else find_all_effects(programme, files, now=now)
    sheets = compare_files(programmes.load_files(programme.code, programme.version), files)
    return Preview(effects, mistakes, sheets)


def make_change(programme: Programme, change: ProgrammeChange, *, stamp: Stamp) -> Version:
    """Puts the change in force. Raises Mistaken, and Moved if another version than `programme` is in force by now."""
    return put_in_force(programme, change.files, what=change.what, stamp=stamp)


def compare_files(before: Files, after: Files) -> Sequence[SheetChange]:
    """What differs between two sets of files, in the words of the sổ; nothing where one of them cannot be read."""
    from chalicelib.workbook.programme.compare import compare_programmes  # imported here: slow to import

    try:
        old, new = (read_parts(programmes.decode_texts(files)).raw for files in (before, after))
    except ProgrammeInvalid:
        return ()
    return compare_programmes(old, new)


def find_all_effects(programme: Programme, files: Files, *, now: datetime) -> tuple[Effect, ...]:
    """What the files do to reports, links, forms downloaded and documents. Raises ProgrammeInvalid."""
    after, present = programmes.make_programme(files), programmes.load_files(programme.code, programme.version)
    codes = dict.fromkeys((*programme.period_by_code, *after.period_by_code))
    replaced = BeforeAndAfter(
        programme, after, {code: query_period(programme.code, period=code) for code in codes},
        links=list_links(programme.code), leaving=_find_leaving(files, before=present), at=now,
        reworded=_find_reworded(after, before=present, files=files),
    )  # fmt: skip
    return find_effects(replaced)


def _find_reworded(after: Programme, *, before: Files, files: Files) -> Sequence[str]:
    """The codes of the periods whose report gets another Word template."""
    if _list_documents(before) == _list_documents(files):
        return ()
    from chalicelib.report.document.template import find_template  # imported here: slow to import and rarely needed

    return [code for code in after.period_by_code if find_template(before, code) != find_template(files, code)]


def _list_documents(files: Files) -> Files:
    return {name: data for name, data in files.items() if name.endswith(".docx")}


def _find_leaving(files: Files, *, before: Files) -> Sequence[str]:
    then, now = (read_rows(each[UNITS].decode("utf-8-sig")) for each in (before, files))
    return compare_rosters(then, now).leaving
