"""A number that identifies a person is an error, one that may do so a warning, and any other is nobody's concern."""

from __future__ import annotations

import pytest

from chalicelib.domain.issues.issue import Severity, make_issue
from chalicelib.domain.submission.personal_numbers import CITIZEN, MAYBE_PHONE, PHONE, find_personal_number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CCCD 020088001234", CITIZEN),
        ("số 020088001234", CITIZEN),
        ("liên hệ 0912 345 678", PHONE),
        ("ĐT 0912345678.", PHONE),
        ("Điện thoại: 0912-345-678", PHONE),
        ("SĐT:0912345678", PHONE),
        ("Zalo 0912345678", PHONE),
        ("+84912345678", PHONE),
        ("0912.345.678", PHONE),
        ("MST 0312345678, ĐT 0912345678", PHONE),
        ("ĐT 0912345678 (MST 0312345678)", PHONE),
        ("0912345678", MAYBE_PHONE),
        ("Nguyễn Văn A 0912345678", MAYBE_PHONE),
        ("ĐT 0912345678, CCCD 020088001234", CITIZEN),
        ("Chỉ thị số 06/2008/CT-TTg", ""),
        ("trị giá 1.234.567.890 đồng", ""),
        ("176 buổi, 13.000 cuốn", ""),
        ("Công ty A (MST 0312345678) ủng hộ 5 triệu đồng", ""),
        ("mã số thuế: 0312345678", ""),
        ("chi nhánh 0312345678-001", ""),
        ("MST 4900212345", ""),
        ("STK 1020123456789", ""),
        ("STK 0912345678 Vietcombank", ""),
        ("số tài khoản 0912 3456 7890", ""),
        ("STK 020088001234", ""),
        ("Công văn số 0912345678/CV", ""),
        ("Công văn số 0912345678", ""),
        ("số điện thoại đường dây nóng 113", ""),
        ("số điện thoại đường dây nóng 0912345678", ""),
        ("Hotline: 0912 345 678", ""),
    ],
)
def test_a_number_is_judged_by_its_form_and_by_the_words_before_it(text: str, code: str) -> None:
    assert find_personal_number(text) == code


def test_doubt_does_not_stop_a_report() -> None:
    severities = {code: make_issue(code).severity for code in (CITIZEN, PHONE, MAYBE_PHONE)}
    assert severities == {CITIZEN: Severity.ERROR, PHONE: Severity.ERROR, MAYBE_PHONE: Severity.WARNING}
