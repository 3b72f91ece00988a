"""Recognises lines that officials type under a table: place and date, preparer and signer, notes."""

from __future__ import annotations

import re

from chalicelib.domain.language.spelling import make_key

_LONGEST = 120


def _keys(*texts: str) -> tuple[str, ...]:
    return tuple(make_key(text) for text in texts)


_PLACE_AND_DATE = re.compile(
    rf"(?:^|[ ,]){make_key('ngày')} ?(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}}$|"
    rf"[\d.…_]{{0,10}} ?{make_key('tháng')} ?[\d.…_]{{0,10}} ?{make_key('năm')}\b)"
)
_BEGINNINGS = _keys(
    "người lập", "người tổng hợp", "người báo cáo", "cán bộ tổng hợp", "cán bộ lập", "thủ trưởng", "trưởng công an",
    "phó trưởng công an", "trưởng ban", "phó trưởng ban", "trưởng phòng", "phó trưởng phòng", "chủ tịch",
    "phó chủ tịch", "giám đốc", "phó giám đốc", "chỉ huy", "kt.", "tm.", "tl.", "tuq.", "nơi nhận", "(ký", "ký tên",
    "ký, ", "(đã ký", "đã ký", "ghi chú:", "lưu ý:", "nguồn:",
)  # fmt: skip


def is_signature(text: str) -> bool:
    """Whether a text is a line of a signature block or begins a note, and so is not part of the table."""
    if len(text) > _LONGEST:
        return False
    key = make_key(text)
    return key.startswith(_BEGINNINGS) or _PLACE_AND_DATE.search(key) is not None
