"""Problems that a page shows instead of the requested content: a title, a text, and what to do next.

PageProblem
├── LinkUnknown       404  a unit's link that expired, was revoked, or never was
├── PageUnknown       404
├── SignInNeeded      303  to the sign-in page; 401 with what was typed, where a form with words came too late
├── Forbidden         403  the role does not allow it, or the form came from another site
├── FormWrong         400  the form's input is wrong; the page says what
├── Stale             409  somebody else was faster: look again
├── TooMany           429
└── Broken            503  storage or sign-in does not answer

`make_problem` turns refusals of the office's verbs (`office/refusals.py`) into problems, and `make_problem_of_use` the
limits of a link (`intake/limits.py`).
"""

from __future__ import annotations

from chalicelib.intake.limits import MOST_AN_HOUR, Use
from chalicelib.office import refusals


class PageProblem(Exception):
    """`title` and `text` are for people."""

    status = 500
    title = "Hệ thống đang gặp lỗi"
    text = "Xin thử lại sau ít phút. Nếu vẫn không được, xin liên hệ đơn vị thường trực."

    def __init__(self, text: str = "") -> None:
        super().__init__(text or self.text)
        self.text = text or self.text


class LinkUnknown(PageProblem):
    status = 404
    title = "Đường dẫn nộp không còn dùng được"
    text = "Đường dẫn này đã hết hạn, đã bị thu hồi hoặc chưa từng được cấp."


class PageUnknown(PageProblem):
    status = 404
    title = "Không có trang này"
    text = "Địa chỉ không đúng, hoặc nội dung đã được chuyển đi."


class SignInNeeded(PageProblem):
    status = 303
    title = "Phiên làm việc đã hết"
    text = (
        "Nội dung vừa gửi chưa được lưu. Xin chép lại những gì cần giữ, đăng nhập ở cửa sổ mới, rồi dán vào trang cũ."
    )

    def __init__(self, page: str = "") -> None:
        """`page` is the path of the page to go back to after sign-in."""
        super().__init__()
        self.page = page


class Forbidden(PageProblem):
    status = 403
    title = "Không được phép"
    text = "Tài khoản không có quyền thực hiện việc này."


class FormWrong(PageProblem):
    status = 400
    title = "Chưa thực hiện được"
    text = "Nội dung vừa gửi không hợp lệ. Xin quay lại và kiểm tra."


class Stale(PageProblem):
    status = 409
    title = "Nội dung vừa thay đổi"
    text = "Có thay đổi khác vừa được ghi trước. Xin tải lại trang, xem lại rồi thực hiện."


class TooMany(PageProblem):
    status = 429
    title = "Quá nhiều lần thử"
    text = "Xin chờ 15 phút rồi thử lại."


class Broken(PageProblem):
    status = 503
    title = "Hệ thống tạm thời chưa trả lời"
    text = "Xin thử lại sau ít phút. Những gì đã nhận vẫn được giữ nguyên."


_KINDS = ((refusals.Moved, Stale), (refusals.Unknown, PageUnknown), (refusals.Refusal, FormWrong))


def make_problem(refusal: refusals.Refusal) -> PageProblem:
    """The problem for a verb's refusal, with the verb's own sentence."""
    return next(problem for kind, problem in _KINDS if isinstance(refusal, kind))(str(refusal))


_USES = {
    Use.TRIAL: ("kiểm tra thử", "việc gửi báo cáo chính thức không bị giới hạn này"),
    Use.TRIAL_FORM: ("chuẩn bị kiểm tra thử", "việc gửi báo cáo chính thức không bị giới hạn này"),
    Use.UPLOAD: ("chuẩn bị gửi tệp", "những tệp đã gửi vẫn được giữ và được trả lời"),
    Use.CONFIRMATION: ("gửi xác nhận không phát sinh", "những gì đã gửi vẫn được giữ"),
    Use.JUSTIFICATION: ("gửi giải trình", "những giải trình đã gửi vẫn được giữ"),
    Use.DOWNLOAD: ("tải tệp", "việc gửi báo cáo không bị giới hạn này"),
}


def make_problem_of_use(use: Use) -> TooMany:
    """What a link is told that has done the same too often within an hour."""
    what, rest = _USES[use]
    return TooMany(
        f"Đường dẫn này đã {what} {MOST_AN_HOUR[use]} lần trong một giờ. Xin chờ đến giờ sau rồi làm tiếp; {rest}."
    )
