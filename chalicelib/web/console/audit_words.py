"""Lines of the audit in words: codes become names, instants become local times.

What only a machine reads (hashes, the names of links) stands in the export alone. On the page the openings of a link on
one day are one line, for units open their page many times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.audit import Action, AuditLine
from chalicelib.domain.clock import local_date
from chalicelib.domain.language.vietnamese import render_instant
from chalicelib.domain.period.points import NAMES as DOUBTS
from chalicelib.domain.period.words import UNREACHED
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import name_receipt
from chalicelib.web.console.reminders import NAMES as MOMENTS

ACTIONS: dict[str, str] = {
    Action.LINK_CREATED: "Lập đường dẫn",
    Action.LINK_GIVEN: "Xác nhận đã lưu đường dẫn",
    Action.LINK_OPENED: "Mở đường dẫn",
    Action.LINK_REVOKED: "Thu hồi đường dẫn",
    Action.LINK_RENEWED: "Gia hạn đường dẫn",
    Action.UPLOAD_PREPARED: "Chuẩn bị gửi tệp",
    Action.UPLOAD_ACCEPTED: "Nhận bản nộp",
    Action.UPLOAD_REJECTED: "Bản nộp có lỗi",
    Action.UPLOAD_ALREADY_RECEIVED: "Bản nộp trùng",
    Action.UPLOAD_PURGED: "Xóa tệp",
    Action.SUBMISSION_JUSTIFIED: "Giải trình cảnh báo",
    Action.SUBMISSION_RETURNED: "Trả lại",
    Action.SUBMISSION_WITHDRAWN: "Rút",
    Action.SUBMISSION_APPROVED: "Duyệt",
    Action.SUBMISSION_RESTORED: "Đưa về đã nhận",
    Action.SUBMISSION_ENTERED: "Nhập từ bản giấy",
    Action.SUBMISSION_CONFIRMED: "Xác nhận không phát sinh",
    Action.NOTE_WRITTEN: "Ghi chú nội bộ",
    Action.EXCEPTION_GRANTED: "Gia hạn cho đơn vị",
    Action.EXCEPTION_ENDED: "Thôi gia hạn",
    Action.PROGRAMME_IMPORTED: "Cập nhật chương trình",
    Action.PROGRAMME_PROPOSED: "Đề nghị sửa chương trình",
    Action.PROPOSAL_WITHDRAWN: "Rút đề nghị sửa chương trình",
    Action.RECHECK_ASKED: "Kiểm tra lại các bản đã nhận",
    Action.DRAFT_SAVED: "Lưu dự thảo báo cáo",
    Action.POINT_CONFIRMED: "Xác nhận điểm cần xem lại",
    Action.POINT_REOPENED: "Mở lại điểm cần xem lại",
    Action.EDITION_ASKED: "Yêu cầu phát hành",
    Action.EDITION_PUBLISHED: "Phát hành",
    Action.EDITION_DOWNLOADED: "Tải báo cáo tổng hợp",
    Action.EDITION_FILES_REMOVED: "Xóa tệp của bản dự thảo đã hết hạn lưu",
    Action.FILE_DOWNLOADED: "Tải tệp",
    Action.CONSOLE_SIGNED_IN: "Đăng nhập",
    Action.PASSWORD_CHANGED: "Đổi mật khẩu của mình",
    Action.USER_ADDED: "Thêm người dùng",
    Action.USER_GRANTED: "Đổi vai trò của người dùng",
    Action.USER_DISABLED: "Khóa tài khoản",
    Action.USER_ENABLED: "Mở khóa tài khoản",
    Action.USER_REMOVED: "Xóa tài khoản",
    Action.USER_PASSWORD_RESET: "Cấp lại mật khẩu",
    Action.FACTOR_ASKED: "Đề nghị cấp lại mã xác thực",
    Action.FACTOR_WITHDRAWN: "Rút đề nghị cấp lại mã xác thực",
    Action.FACTOR_RENEWED: "Cấp lại mã xác thực",
    Action.REMINDER_SENT: "Gửi thư nhắc",
    Action.REMINDER_FAILED: "Thư nhắc không gửi được",
    Action.OUTCOME_SENT: "Gửi thư báo kết quả",
    Action.OUTCOME_FAILED: "Thư báo kết quả không gửi được",
    Action.LETTER_UNCLEAR: "Không rõ thư đã gửi hay chưa",
    Action.LETTER_WRITTEN: "Soạn công văn",
    Action.REMARK_WRITTEN: "Ghi nhận xét gửi đơn vị",
    Action.FEEDBACK_OPENED: "Đơn vị xem số liệu trong báo cáo",
    Action.TEXTS_CHANGED: "Sửa nội dung thư",
    Action.CONTACT_CHANGED: "Sửa liên hệ của đơn vị",
    Action.CONTACT_UNREACHED: "Thư không tới đơn vị",
    Action.AUDIT_EXPORTED: "Xuất nhật ký",
}
"""What each action is called. A line whose action is missing here shows the code."""

_DETAILS = {
    "period": "kỳ", "form": "biểu mẫu", "unit": "đơn vị", "revision": "lần", "link": "đường dẫn",
    "sha256": "dấu vết của tệp",
    "expires": "dùng đến", "upload": "tệp", "comment": "ý kiến", "reason": "lý do", "until": "đến", "file": "tệp",
    "copy": "bản", "inputs_hash": "dấu vết đầu vào", "differences": "số điểm khác",
    "heading": "mục",
    "moment": "lượt", "receipt": "biên nhận", "received": "nhận bản giấy", "what": "nội dung", "lines": "số dòng",
    "unmade": "không lập được",
    "number": "số thứ tự", "letters": "số công văn", "edition": "lần phát hành", "kind": "loại", "rules": "quy tắc",
    "role": "vai trò", "before": "trước đó",
}  # fmt: skip
_COPIES = {"marked": "bản đánh dấu lỗi", "scan": "bản quét"}
_KINDS = {"urging": "đôn đốc", "returning": "trả lại để chỉnh lý"} | {
    str(reason): words for reason, words in UNREACHED.items()
}
_OF_MACHINES = frozenset({"link", "sha256", "inputs_hash", "rules"})
"""Details of the export alone."""

_OF_STORAGE = "version_id"
_NO_REVISION = ("revision", "0")
_UPLOAD = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"\b[0-9a-f]{33,64}\b")
_VERSION = re.compile(r"\AV(\d+)\Z")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
"""As `datetime.isoformat` writes it, whatever the detail is called."""

_SHOWN = 12


class LineInWords(NamedTuple):
    """One line as people read it."""

    at: str
    actor: str
    action: str
    subject: str
    details: str


def put_into_words(line: AuditLine, programme: Programme) -> LineInWords:
    """The whole line, for the export and for what is searched in."""
    return _put(line, programme, without=frozenset())


def put_short(line: AuditLine, programme: Programme, *, times: int = 1) -> LineInWords:
    """The line for the page; `times` is how many of its kind it stands for."""
    told = _put(line, programme, without=_OF_MACHINES)
    often = f"{times} lần trong ngày, gần nhất lúc ghi ở đây" if times > 1 else ""
    details = "; ".join(filter(None, (often, told.details)))
    return told._replace(subject=_shorten(told.subject), details=_shorten(details))


def fold_openings(lines: Iterable[AuditLine]) -> list[tuple[AuditLine, int]]:
    """The lines, newest first; of the openings of one unit's link on one day the newest, with their number."""
    folded: dict[object, tuple[AuditLine, int]] = {}
    for number, line in enumerate(lines):
        is_opening = line.action == Action.LINK_OPENED
        key = (line.actor, line.subject, local_date(line.at)) if is_opening else number
        first, times = folded.get(key, (line, 0))
        folded[key] = (first, times + 1)
    return list(folded.values())


def _put(line: AuditLine, programme: Programme, *, without: frozenset[str]) -> LineInWords:
    names = _name_codes(programme)
    details = (
        f"{_DETAILS.get(key, key)}: {_render(key, text=text, names=names)}"
        for key, text in line.details.items()
        if text and key != _OF_STORAGE and key not in without and (key, text) != _NO_REVISION
    )
    return LineInWords(
        render_instant(line.at), _name_actor(line.actor, names), ACTIONS.get(line.action, line.action),
        _name_subject(line, names), "; ".join(details),
    )  # fmt: skip


def _name_codes(programme: Programme) -> dict[str, str]:
    return (
        {indicator.code: indicator.label for indicator in programme.indicators}
        | {unit.code: programme.name_fully(unit) for unit in programme.units}
        | {form.code: form.title for form in programme.forms}
        | {period.code: period.name for period in programme.periods}
        | {heading.code: heading.title for outline in programme.outlines for heading in outline.headings}
    )


def _name_actor(actor: str, names: dict[str, str]) -> str:
    kind, _, name = actor.partition(":")
    if kind == "unit":
        return names.get(name, actor)
    if kind == "pv05":
        return f"{name} (cơ quan tổng hợp)"
    if kind == "operator":
        return f"{name} (người vận hành)"
    return "hệ thống" if actor in ("schedule", "intake") else actor


def _name_subject(line: AuditLine, names: dict[str, str]) -> str:
    """The line's subject: a unit or the parts of an address by their names; an upload by its id."""
    subject = line.subject.removeprefix("unit:")
    if line.action == Action.TEXTS_CHANGED:
        return next((name for moment, name in MOMENTS.items() if moment == subject), subject)
    parts = (part for part in re.split(r"[/ ]", subject) if part != line.programme)
    return ", ".join(names.get(part, _VERSION.sub(r"phiên bản \1", part)) for part in parts)


def _render(key: str, *, text: str, names: dict[str, str]) -> str:
    if _INSTANT.fullmatch(text):
        return render_instant(datetime.fromisoformat(text))
    if key == "moment":
        return next((name for moment, name in MOMENTS.items() if moment == text), text)
    if key == "what":
        return DOUBTS.get(text, text)
    if key == "kind":
        return _KINDS.get(text, text)
    return _COPIES.get(text, text) if key == "copy" else names.get(text, text)


def _shorten(text: str) -> str:
    """Uploads by the numbers of their receipts; other hashes shortened, enough to tell them apart."""
    told = _UPLOAD.sub(lambda match: name_receipt(match[0]), text) if not _HASH.search(text) else text
    return _HASH.sub(lambda match: f"{match[0][:_SHOWN]}…", told)
