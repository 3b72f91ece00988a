"""Lines of the audit in words: codes become names, instants become times; hashes are cut only on the page."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.language.vietnamese import render_instant
from chalicelib.domain.programme.model import Programme
from chalicelib.web.console.reminders import NAMES as MOMENTS

ACTIONS = {
    "link.created": "Lập đường dẫn", "link.opened": "Mở đường dẫn", "link.revoked": "Thu hồi đường dẫn",
    "link.renewed": "Gia hạn đường dẫn",
    "upload.prepared": "Chuẩn bị gửi tệp", "upload.accepted": "Nhận bản nộp", "upload.rejected": "Bản nộp có lỗi",
    "upload.already_received": "Bản nộp trùng", "upload.purged": "Xóa tệp",
    "submission.justified": "Giải trình cảnh báo",
    "submission.returned": "Trả lại", "submission.withdrawn": "Rút", "submission.approved": "Duyệt",
    "submission.restored": "Đưa về đã nhận", "submission.entered": "Nhập từ bản giấy",
    "exception.granted": "Gia hạn cho đơn vị", "exception.ended": "Thôi gia hạn",
    "programme.imported": "Cập nhật chương trình", "edition.asked": "Yêu cầu phát hành",
    "edition.published": "Phát hành", "edition.downloaded": "Tải báo cáo tổng hợp", "file.downloaded": "Tải tệp",
    "console.signed_in": "Đăng nhập", "reminder.sent": "Gửi thư nhắc", "reminder.failed": "Thư nhắc không gửi được",
    "texts.changed": "Sửa nội dung thư nhắc", "contact.changed": "Sửa liên hệ của đơn vị",
    "audit.exported": "Xuất nhật ký",
}  # fmt: skip

_DETAILS = {
    "period": "kỳ", "form": "biểu mẫu", "unit": "đơn vị", "revision": "lần", "sha256": "mã băm", "link": "đường dẫn",
    "expires": "dùng đến", "upload": "tệp", "comment": "ý kiến", "reason": "lý do", "until": "đến", "file": "tệp",
    "copy": "bản", "version_id": "phiên bản lưu trữ", "inputs_hash": "mã băm đầu vào", "differences": "số điểm khác",
    "moment": "lượt", "received": "nhận bản giấy", "what": "nội dung", "lines": "số dòng",
}  # fmt: skip
_COPIES = {"marked": "bản đánh dấu lỗi", "scan": "bản quét"}
_HASH = re.compile(r"\b[0-9a-f]{32,64}\b")
_SHOWN = 12


class Words(NamedTuple):
    """One line as people read it."""

    at: str
    actor: str
    action: str
    subject: str
    details: str

    @property
    def short(self) -> Words:
        """With long hashes cut: enough to tell them apart on a page."""
        return self._replace(subject=_cut(self.subject), details=_cut(self.details))


def put_into_words(line: AuditLine, programme: Programme) -> Words:
    names = _name_codes(programme)
    details = (
        f"{_DETAILS.get(key, key)}: {_render(key, text, names)}"
        for key, text in line.details.items()
        if text and key not in ("version_id",)
    )
    return Words(
        render_instant(line.at), _name_actor(line.actor, names), ACTIONS.get(line.action, line.action),
        _name_subject(line, names), "; ".join(details),
    )  # fmt: skip


def _name_codes(programme: Programme) -> dict[str, str]:
    return (
        {unit.code: unit.full_name for unit in programme.units}
        | {form.code: form.title for form in programme.forms}
        | {period.code: period.name for period in programme.periods}
    )


def _name_actor(actor: str, names: dict[str, str]) -> str:
    kind, _, name = actor.partition(":")
    if kind == "unit":
        return names.get(name, actor)
    if kind == "pv05":
        return f"{name} (PV05)"
    return "hệ thống" if actor in ("schedule", "intake") else actor


def _name_subject(line: AuditLine, names: dict[str, str]) -> str:
    """A unit, or the parts of an address, each by its name; an upload by its id."""
    subject = line.subject.removeprefix("unit:")
    if line.action == "texts.changed":
        return next((name for moment, name in MOMENTS.items() if moment == subject), subject)
    return ", ".join(names.get(part, part) for part in re.split(r"[/ ]", subject) if part != line.programme)


def _render(key: str, text: str, names: dict[str, str]) -> str:
    if key in ("expires", "until", "received"):
        return render_instant(datetime.fromisoformat(text))
    if key == "moment":
        return next((name for moment, name in MOMENTS.items() if moment == text), text)
    return _COPIES.get(text, text) if key == "copy" else names.get(text, text)


def _cut(text: str) -> str:
    return _HASH.sub(lambda match: f"{match[0][:_SHOWN]}…", text)
