"""What letters to units say: the shipped texts, the office's own, and the places in them that are filled in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.issues.issue import Severity
from chalicelib.domain.language.vietnamese import format_day, lower_first, render_deadline, render_instant
from chalicelib.domain.period.words import TIMELINESS
from chalicelib.domain.programme.model import Form, Period, Programme, Unit
from chalicelib.domain.submission.letters import LetterText, Moment
from chalicelib.domain.submission.records import Receipt

PLACES = {
    "don_vi": "tên đơn vị", "bao_cao": "tên báo cáo", "ky": "kỳ báo cáo", "han": "hạn nộp", "lien_he": "nơi liên hệ",
}  # fmt: skip
"""The placeholders that every text may contain, and their meanings."""

_ANSWER = {"bien_nhan": "số biên nhận", "luc": "thời điểm nhận tệp"}
_COUNTS = {"so_loi": "số lỗi", "so_canh_bao": "số cảnh báo"}
_PLACES_OF_OUTCOMES = {
    Moment.RECEIVED: _ANSWER | {"dung_han": "đúng hạn hoặc muộn", "so_canh_bao": "số cảnh báo"},
    Moment.TO_MEND: _ANSWER | _COUNTS,
    Moment.NOT_TAKEN: _ANSWER,
}

EXAMPLES = {
    "bien_nhan": "BN-0123ABCD", "luc": "08:05 ngày 01/3", "dung_han": TIMELINESS[Timeliness.ON_TIME].lower(),
    "so_loi": "3", "so_canh_bao": "1",
}  # fmt: skip
"""What stands in the places of an answer where a text is shown as a sample."""

_CLOSING = (
    "\n\nĐề nghị đơn vị nộp qua đường dẫn đã được cấp. Cần hỗ trợ, xin liên hệ {lien_he}."
    "\n\n(Thư này do hệ thống gửi tự động. Không gửi tài liệu thuộc danh mục bí mật nhà nước qua thư điện tử.)"
)
_BY_ITSELF = "\n\n(Thư này do hệ thống gửi tự động, không kèm số liệu.)"
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
    Moment.RECEIVED: (
        "Đã tiếp nhận {bao_cao}",
        "Kính gửi: {don_vi}\n\nĐã tiếp nhận {bao_cao}, kỳ {ky}, của đơn vị. Biên nhận số {bien_nhan}, nhận lúc {luc} "
        "({dung_han}). Số cảnh báo: {so_canh_bao}.\n\nĐể xem biên nhận và cảnh báo (nếu có), xin mở đường dẫn nộp của "
        "đơn vị. Cần hỗ trợ, xin liên hệ {lien_he}." + _BY_ITSELF,
    ),
    Moment.TO_MEND: (
        "Cần sửa {bao_cao}",
        "Kính gửi: {don_vi}\n\nTệp {bao_cao}, kỳ {ky}, nhận lúc {luc} chưa được tiếp nhận: cần sửa {so_loi} lỗi, "
        "{so_canh_bao} cảnh báo. Biên nhận số {bien_nhan}. Hạn nộp: {han}.\n\nĐề nghị mở đường dẫn nộp của đơn vị "
        "để xem từng lỗi và cách sửa, sửa rồi gửi lại. Cần hỗ trợ, xin liên hệ {lien_he}." + _BY_ITSELF,
    ),
    Moment.NOT_TAKEN: (
        "Không tiếp nhận {bao_cao}",
        "Kính gửi: {don_vi}\n\nTệp {bao_cao}, kỳ {ky}, nhận lúc {luc} không được tiếp nhận. Biên nhận số {bien_nhan}."
        "\n\nĐề nghị đơn vị liên hệ {lien_he} để được hướng dẫn." + _BY_ITSELF,
    ),
}


def choose_texts(changed: Mapping[str, LetterText]) -> dict[Moment, LetterText]:
    """The text of each moment: the office's own, or the shipped one."""
    return {
        moment: changed.get(moment) or LetterText(moment=moment, subject=subject, body=body)
        for moment, (subject, body) in _SHIPPED.items()
    }


def list_places(moment: Moment) -> dict[str, str]:
    """The placeholders that the text of this moment may contain, and their meanings."""
    return PLACES | _PLACES_OF_OUTCOMES.get(moment, {})


def find_unknown_places(text: LetterText) -> list[str]:
    """Placeholders that the text of its moment has no value for, and unclosed braces."""
    known, written = list_places(Moment(text.moment)), f"{text.subject}\n{text.body}"
    named = re.findall(r"\{([^{}]*)\}", written)
    rest = re.sub(r"\{[^{}]*\}", "", written)
    return [f"{{{name}}}" for name in named if name not in known] + [mark for mark in "{}" if mark in rest]


def fill_places(programme: Programme, period: Period, unit: Unit, form: Form) -> dict[str, str]:
    """What stands in the places of every letter."""
    return {
        "don_vi": programme.name_fully(unit), "bao_cao": form.title, "ky": period.name,
        "han": render_deadline(period.due), "lien_he": programme.office.helpdesk,
    }  # fmt: skip


def render_message(programme: Programme, period: Period, unit: Unit, *, form: Form, is_late: bool) -> str:
    """What is copied into Zalo or SMS for a unit whose report is missing. Its link is known to nobody by now."""
    places = fill_places(programme, period, unit, form)
    late = " Nay đã quá hạn." if is_late else ""
    return (
        f"{programme.office.contact}: đến nay chưa nhận được {lower_first(form.title)}, kỳ {lower_first(period.name)}, "
        f"của {places['don_vi']}. Hạn nộp: {places['han']}.{late} Đề nghị đơn vị nộp qua đường dẫn đã được giao; mất "
        f"đường dẫn hoặc cần hỗ trợ, xin liên hệ {places['lien_he']}."
    )


def render_link_message(programme: Programme, unit: Unit, *, url: str, last_day: date) -> str:
    """The same with a new link, which is known only while it is handed out."""
    return (
        f"{programme.office.contact} gửi {programme.name_fully(unit)} đường dẫn nộp báo cáo: {url} (dùng đến hết ngày "
        f"{format_day(last_day)}). Đường dẫn này là của riêng đơn vị, xin không chuyển cho đơn vị khác. Cần hỗ trợ, "
        f"xin liên hệ {programme.office.helpdesk}."
    )


def fill_answer(receipt: Receipt) -> dict[str, str]:
    """What stands in the places of a letter about an upload: nothing of what the workbook holds."""
    counts = Counter(issue.severity for issue in receipt.issues)
    return {
        "bien_nhan": receipt.number, "luc": render_instant(receipt.received),
        "dung_han": TIMELINESS[receipt.timeliness].lower() if receipt.timeliness else "",
        "so_loi": str(counts[Severity.ERROR]), "so_canh_bao": str(counts[Severity.WARNING]),
    }  # fmt: skip


def render_letter(text: LetterText, places: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body. Placeholders are replaced by plain text; nothing in a text or in a place is executed."""
    subject, body = (
        re.sub(r"\{(\w+)\}", lambda named: places.get(named[1], named[0]), part) for part in (text.subject, text.body)
    )
    return " ".join(subject.split()), body
