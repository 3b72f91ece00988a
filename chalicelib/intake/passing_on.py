"""The issues of an upload as a workbook, to pass on to the people who correct them."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.domain.issues.issue import Issue
from chalicelib.domain.issues.telling import HEADINGS, tell_issues
from chalicelib.domain.programme.model import Unit
from chalicelib.store.handouts import hand_out
from chalicelib.workbook.lists import write_list


def hand_out_issues(issues: Iterable[Issue], *, unit: Unit, key: str = "") -> str:
    """Stores the list, usually as a handout, and returns an address that serves it for minutes."""
    data = write_list("Lỗi và cảnh báo", HEADINGS, [told.parts for told in tell_issues(issues)])
    return hand_out(data, file_name=f"Danh sách lỗi - {unit.full_name}.xlsx", key=key)
