"""Small corrections of a programme: an indicator's label, a rule's severity, the report's recipients.

Each gives a change that is shown with its effects before it is made.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.domain.issues.issue import Severity
from chalicelib.domain.programme.amendments import edit_rows, set_recipients, set_severity
from chalicelib.domain.programme.loading import INDICATORS, PROGRAMME
from chalicelib.domain.programme.model import Programme
from chalicelib.office.changes import ProgrammeChange
from chalicelib.office.programme import read_file
from chalicelib.office.refusals import Refusal, Unknown

SEVERITIES = {Severity.ERROR: "lỗi, không nhận báo cáo", Severity.WARNING: "cảnh báo, vẫn nhận báo cáo"}
"""What a broken rule does to a report."""

_ELSEWHERE = "Nội dung này không sửa được từng dòng trong chương trình đang dùng. Xin sửa trong sổ chương trình."


def relabel(programme: Programme, code: str, *, label: str) -> ProgrammeChange:
    """An indicator under another label. Raises Unknown."""
    indicator = programme.indicator_by_code.get(code)
    if indicator is None:
        raise Unknown
    text = read_file(programme, INDICATORS)
    text = edit_rows(text, lambda row: row | {"label": label} if row["code"] == code else row)
    return ProgrammeChange({INDICATORS: text.encode()}, f"chỉ tiêu “{indicator.label}” thành “{label}”")


def change_severity(programme: Programme, form: str, *, rule: str, severity: Severity) -> ProgrammeChange:
    """A rule that refuses, or that only warns. Raises Unknown, and Refusal where the file cannot be edited."""
    own = programme.form_by_code.get(form)
    if own is None or rule not in {each.id for each in own.rules}:
        raise Unknown
    try:
        text = set_severity(read_file(programme, f"{form}.toml"), rule=rule, severity=severity.value)
    except KeyError:
        raise Refusal(_ELSEWHERE) from None
    what = f"quy tắc {rule} của {own.title}: {SEVERITIES[severity]}"
    return ProgrammeChange({f"{form}.toml": text.encode()}, what)


def change_recipients(programme: Programme, recipients: Sequence[str]) -> ProgrammeChange:
    """The recipients as the report prints them, one a line. Raises Refusal where the file cannot be edited."""
    try:
        text = set_recipients(read_file(programme, PROGRAMME), recipients)
    except KeyError:
        raise Refusal(_ELSEWHERE) from None
    return ProgrammeChange({PROGRAMME: text.encode()}, f"nơi nhận: {'; '.join(recipients)}")
