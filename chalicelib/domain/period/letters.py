"""What letters to units say: the shipped texts, the office's own, and the places in them that are filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chalicelib.domain.language.vietnamese import render_deadline
from chalicelib.domain.programme.model import Form, Period, Programme, Unit
from chalicelib.domain.submission.letters import Moment
from chalicelib.domain.submission.records import Record


class Contact(Record):
    """Whom to call at a unit. Optional personal data for the office alone: never in a report or an audit line."""

    unit: str
    name: str = ""
    phone: str = ""
    mail: str = ""


class LetterText(Record):
    """The text of the letter at one moment; the `PLACES` in it are filled in for each unit."""

    moment: str
    subject: str
    body: str


PLACES = {
    "don_vi": "tên đơn vị", "bao_cao": "tên báo cáo", "ky": "kỳ báo cáo", "han": "hạn nộp", "lien_he": "nơi liên hệ",
}  # fmt: skip
"""The placeholders that a text may contain, and their meanings."""

_CLOSING = (
    "\n\nĐề nghị đơn vị nộp qua đường dẫn đã được cấp. Cần hỗ trợ, xin liên hệ {lien_he}."
    "\n\n(Thư này do hệ thống gửi tự động. Không gửi tài liệu thuộc danh mục bí mật nhà nước qua thư điện tử.)"
)
_SHIPPED = {
    Moment.OPENING: (
        "Mở kỳ nộp {bao_cao}",
        "Kính gửi: {don_vi}\n\nĐã mở kỳ nộp {bao_cao}, kỳ {ky}. Hạn nộp: {han}." + _CLOSING,
    ),
    Moment.MIDWAY: (
        "Đôn đốc nộp {bao_cao}",
        "Kính gửi: {don_vi}\n\nĐến nay chưa nhận được {bao_cao}, kỳ {ky}, của đơn vị. Hạn nộp: {han}." + _CLOSING,
    ),
    Moment.EVE: (
        "Sắp hết hạn nộp {bao_cao}",
        "Kính gửi: {don_vi}\n\nSắp hết hạn nộp {bao_cao}, kỳ {ky} ({han}); đến nay chưa nhận được báo cáo của đơn vị."
        + _CLOSING,
    ),
    Moment.OVERDUE: (
        "Quá hạn nộp {bao_cao}",
        "Kính gửi: {don_vi}\n\nĐã quá hạn nộp {bao_cao}, kỳ {ky} ({han}); đến nay chưa nhận được báo cáo của đơn vị. "
        "Đề nghị đơn vị nộp ngay." + _CLOSING,
    ),
}


def choose_texts(changed: Mapping[str, LetterText]) -> dict[Moment, LetterText]:
    """The text of each moment: the office's own, or the shipped one."""
    return {
        moment: changed.get(moment) or LetterText(moment=moment, subject=subject, body=body)
        for moment, (subject, body) in _SHIPPED.items()
    }


def find_unknown_places(text: str) -> list[str]:
    """Unknown placeholders in braces, and unclosed braces."""
    named = re.findall(r"\{([^{}]*)\}", text)
    rest = re.sub(r"\{[^{}]*\}", "", text)
    return [f"{{{name}}}" for name in named if name not in PLACES] + [mark for mark in "{}" if mark in rest]


def fill_places(programme: Programme, period: Period, unit: Unit, form: Form) -> dict[str, str]:
    """What stands in the places of every letter."""
    return {
        "don_vi": unit.full_name, "bao_cao": form.title, "ky": period.name, "han": render_deadline(period.due),
        "lien_he": programme.office.helpdesk,
    }  # fmt: skip


def render_letter(text: LetterText, places: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body. Placeholders are replaced by plain text; nothing in a text or in a place is executed."""
    subject, body = (
        re.sub(r"\{(\w+)\}", lambda named: places.get(named[1], named[0]), part) for part in (text.subject, text.body)
    )
    return " ".join(subject.split()), body
