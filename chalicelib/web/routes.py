"""The HTTP routes: each names its handler, which is imported when it is called."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.web.console.permissions import Permission

HandlerName = str
"""Where a handler is: "module:function", the module as this room calls it."""


class Route(NamedTuple):
    """One method of one path, its handler, and the permission that it needs; None where nobody has to sign in."""

    method: str
    path: str
    handler: HandlerName
    permission: Permission | None = None


routes: list[Route] = []


def list_console_routes() -> list[Route]:
    """Those of signed-in users."""
    return [route for route in routes if route.permission]


def get(path: str, handler: HandlerName) -> None:
    """Registers a page."""
    routes.append(Route("GET", path, handler))


def post(path: str, handler: HandlerName) -> None:
    """Registers the target of a form."""
    routes.append(Route("POST", path, handler))


def console(method: str, path: str, handler: HandlerName, permission: Permission) -> None:
    """Registers a page or form of the console, for signed-in users whose role has the permission."""
    routes.append(Route(method, path, handler, permission))


get("/static/{name}", "static_files:show_file")
get("/.well-known/security.txt", "security_contact:show_contact")
get("/huong-dan", "guides:show_guide")
get("/huong-dan/{name}", "guides:show_guide")

get("/nop/{token}", "unit.page:show_page")
get("/nop/{token}/bieu-mau/{period}/{form}", "unit.page:download_blank")
post("/nop/{token}/gui", "unit.page:prepare")
post("/nop/{token}/khong-phat-sinh/{period}/{form}", "unit.page:confirm")
get("/nop/{token}/da-gui/{period}/{form}", "unit.page:show_sent")
get("/nop/{token}/ket-qua/{period}/{form}/{upload_id}", "unit.page:show_outcome")
get("/nop/{token}/danh-sach-loi/{period}/{form}/{upload_id}", "unit.page:download_issues")
get("/nop/{token}/ban-danh-dau/{period}/{form}/{upload_id}", "unit.page:download_marked")
post("/nop/{token}/giai-trinh/{period}/{form}/{upload_id}", "unit.page:justify")
get("/nop/{token}/lich-su/{period}/{form}", "unit.page:show_history")
get("/nop/{token}/trong-bao-cao/{period}", "unit.feedback:show_feedback")

get("/nop/{token}/kiem-tra-thu/{period}/{form}", "unit.trial:show_form")
post("/nop/{token}/kiem-tra-thu", "unit.trial:prepare")
get("/nop/{token}/da-gui-thu/{period}/{form}", "unit.trial:show_sent")
get("/nop/{token}/ket-qua-thu/{period}/{form}/{trial_id}", "unit.trial:show_answer")
get("/nop/{token}/danh-sach-loi-thu/{period}/{form}/{trial_id}", "unit.trial:download_issues")
get("/nop/{token}/ban-danh-dau-thu/{period}/{form}/{trial_id}", "unit.trial:download_marked")

get("/pv05/dang-nhap", "console.sign_in:show_form")
post("/pv05/dang-nhap", "console.sign_in:take_password")
get("/pv05/dang-nhap/ma", "console.sign_in:show_code")
post("/pv05/dang-nhap/ma", "console.sign_in:take_code")
get("/pv05/dang-nhap/mat-khau", "console.sign_in:show_password")
post("/pv05/dang-nhap/mat-khau", "console.sign_in:take_new_password")
get("/pv05/dang-nhap/thiet-lap", "console.sign_in:show_setup")
post("/pv05/dang-nhap/thiet-lap", "console.sign_in:take_setup")
post("/pv05/dang-xuat", "console.sign_in:sign_out")

console("GET", "/pv05", "console.period:go_home", Permission.SEE)
console("GET", "/pv05/chuong-trinh", "console.period:show_programmes", Permission.SEE)
console("GET", "/pv05/chuong-trinh/{programme}", "console.period:go_to_programme", Permission.SEE)
console("GET", "/pv05/chi-tieu/{programme}/{period}", "console.period:show_targets", Permission.SEE)

_PERIOD = "/pv05/ky/{programme}/{period}"
console("GET", _PERIOD, "console.period:show_period", Permission.SEE)
console("POST", _PERIOD + "/duyet", "console.several:approve", Permission.REVIEW)
console("POST", _PERIOD + "/bo-duyet", "console.several:restore", Permission.REVIEW)
console("POST", _PERIOD + "/nhac", "console.several:remind", Permission.REMIND)
console("POST", _PERIOD + "/gia-han", "console.several:grant_exceptions", Permission.EXCEPT)
console("POST", _PERIOD + "/xuat", "console.several:export", Permission.DOWNLOAD)

_SUBMISSION = "/pv05/ban-nop/{programme}/{period}/{form}/{unit}"
console("GET", _SUBMISSION, "console.submission:show_submission", Permission.SEE)
console("GET", _SUBMISSION + "/goc/{revision}", "console.submission:download_original", Permission.DOWNLOAD)
console("GET", _SUBMISSION + "/danh-dau/{upload}", "console.submission:download_marked", Permission.DOWNLOAD)
console("GET", _SUBMISSION + "/danh-sach-loi/{upload}", "console.submission:download_issues", Permission.DOWNLOAD)
console("POST", _SUBMISSION + "/xu-ly", "console.review:decide_review", Permission.REVIEW)
console("POST", _SUBMISSION + "/ghi-chu", "console.review:write_note", Permission.REVIEW)
console("POST", _SUBMISSION + "/gia-han", "console.review:decide_exception", Permission.EXCEPT)

console("GET", "/pv05/so-lieu/{programme}/{period}", "console.figures:show_figures", Permission.SEE)
_FIGURE = "/pv05/so-lieu/{programme}/{period}/{indicator}"
console("GET", _FIGURE, "console.figures:show_figure", Permission.SEE)
console("GET", _FIGURE + "/xuat", "console.figures:export_figure", Permission.DOWNLOAD)

_DIGEST = "/pv05/y-kien/{programme}/{period}"
console("GET", _DIGEST, "console.digest:show_digest", Permission.SEE_WHOLE)
console("POST", _DIGEST, "console.digest:take_sentence", Permission.DRAFT)

_DRAFT = "/pv05/du-thao/{programme}/{period}"
console("GET", _DRAFT, "console.draft:show_draft", Permission.SEE_WHOLE)
console("POST", _DRAFT, "console.draft:take_start", Permission.DRAFT)
console("GET", _DRAFT + "/{heading}", "console.draft:show_heading", Permission.DRAFT)
console("POST", _DRAFT + "/{heading}", "console.draft:write_heading", Permission.DRAFT)

console("GET", "/pv05/quy-tac/{programme}/{period}", "console.rules:show_rules", Permission.SEE_WHOLE)
_RECHECK = "/pv05/kiem-tra-lai/{programme}/{period}"
console("GET", _RECHECK, "console.recheck:show_recheck", Permission.SEE_WHOLE)
console("POST", _RECHECK, "console.recheck:ask_for_recheck", Permission.REVIEW_WHOLE)
console("GET", _RECHECK + "/tien-trinh", "console.recheck:tell_progress", Permission.SEE_WHOLE)
console("POST", _RECHECK + "/de-nghi-sua", "console.recheck:ask_for_corrections", Permission.REVIEW_WHOLE)

_POINTS = "/pv05/diem-can-xem-lai/{programme}/{period}"
console("GET", _POINTS, "console.points:show_points", Permission.SEE_WHOLE)
console("POST", _POINTS, "console.points:confirm_points", Permission.REVIEW_WHOLE)
console("POST", _POINTS + "/mo-lai", "console.points:reopen_point", Permission.REVIEW_WHOLE)

_EDITIONS = "/pv05/lan-phat-hanh/{programme}/{period}"
console("GET", _EDITIONS, "console.editions:show_editions", Permission.SEE)
console("POST", _EDITIONS, "console.editions:make_edition", Permission.PUBLISH)
console("GET", _EDITIONS + "/tien-trinh", "console.editions:tell_progress", Permission.SEE)
console("GET", _EDITIONS + "/so-sanh", "console.editions:compare_editions", Permission.SEE)
console("GET", _EDITIONS + "/{number}", "console.editions:show_edition", Permission.SEE)
console("GET", _EDITIONS + "/{number}/xem", "console.editions:show_preview", Permission.DOWNLOAD)
console("GET", _EDITIONS + "/{number}/{name}", "console.editions:download_file", Permission.DOWNLOAD)

_FEEDBACK = "/pv05/nhan-xet/{programme}/{period}"
console("GET", _FEEDBACK, "console.feedback:show_feedback", Permission.SEE_WHOLE)
console("POST", _FEEDBACK, "console.feedback:change_remark", Permission.REVIEW_WHOLE)

_LINKS = "/pv05/duong-dan/{programme}"
console("GET", _LINKS, "console.links:show_links", Permission.SEE_LINKS)
console("POST", _LINKS, "console.links:make_links", Permission.MANAGE_LINKS)
console("GET", _LINKS + "/phieu", "console.links:download_file", Permission.MANAGE_LINKS)
console("GET", _LINKS + "/tien-trinh", "console.links:tell_progress", Permission.MANAGE_LINKS)
console("POST", _LINKS + "/da-luu", "console.links:confirm_links", Permission.MANAGE_LINKS)
console("POST", _LINKS + "/da-chon", "console.links:change_links", Permission.MANAGE_LINKS)

_USERS = "/pv05/nguoi-dung/{programme}"
console("GET", "/pv05/nguoi-dung", "console.users:go_to_users", Permission.MANAGE_USERS)
console("GET", _USERS, "console.users:show_users", Permission.MANAGE_USERS)
console("POST", _USERS, "console.users:add_user", Permission.MANAGE_USERS)
console("GET", _USERS + "/{user}", "console.users:show_user", Permission.MANAGE_USERS)
console("POST", _USERS + "/{user}", "console.users:change_user", Permission.MANAGE_USERS)

console("GET", "/pv05/tai-khoan/{programme}", "console.account:show_account", Permission.SEE)
console("POST", "/pv05/tai-khoan/{programme}", "console.account:change_password", Permission.SEE)

console("GET", "/pv05/nhat-ky/{programme}", "console.audit:show_audit", Permission.SEE_AUDIT)
console("GET", "/pv05/nhat-ky/{programme}/xuat", "console.audit:export_audit", Permission.SEE_AUDIT)

_ROSTER = "/pv05/don-vi/{programme}"
console("GET", _ROSTER, "console.roster:show_roster", Permission.SEE)
console("POST", _ROSTER, "console.roster:change_roster", Permission.CHANGE_PROGRAMME)
console("GET", _ROSTER + "/xuat", "console.roster:export_roster", Permission.DOWNLOAD)
console("GET", _ROSTER + "/xem-truoc", "console.roster:preview_import", Permission.CHANGE_PROGRAMME)
console("GET", _ROSTER + "/{unit}", "console.one_unit:show_unit", Permission.SEE)
console("POST", _ROSTER + "/{unit}/lien-he", "console.contacts:change_contact", Permission.REMIND)

_DUTIES = "/pv05/nghia-vu/{programme}"
console("GET", _DUTIES, "console.duties:show_duties", Permission.SEE)
console("POST", _DUTIES + "/{period}/thoi-han", "console.duties:change_period", Permission.CHANGE_PROGRAMME)
console("POST", _DUTIES + "/{period}/nghia-vu", "console.duties:change_duty", Permission.CHANGE_PROGRAMME)

_BOOK = "/pv05/so-chuong-trinh/{programme}"
console("GET", _BOOK, "console.programme:show_programme", Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/so-trong", "console.programme:download_blank", Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/tep", "console.programme:show_book", Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/ban-danh-dau", "console.programme:download_marked", Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/nam-sau", "console.programme:show_next_year", Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/nam-sau/so", "console.programme:download_next_year", Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/phien-ban/{number}", "console.programme:show_version", Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/phien-ban/{number}/so", "console.programme:download_version", Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/sua", "console.corrections:show_corrections", Permission.CHANGE_PROGRAMME)
console("POST", _BOOK + "/sua", "console.corrections:correct", Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/so-sanh", "console.programme:compare_versions", Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/de-nghi", "console.programme:show_proposal", Permission.CHANGE_PROGRAMME)
console("POST", _BOOK + "/de-nghi", "console.programme:propose", Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/de-nghi/so", "console.programme:download_proposal", Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/de-nghi/thu/{name}", "console.programme:download_trial", Permission.CHANGE_PROGRAMME)
console("POST", _BOOK + "/de-nghi/quyet-dinh", "console.programme:decide", Permission.CHANGE_PROGRAMME)

_TEMPLATE = "/pv05/mau-word/{programme}/{period}"
console("GET", _TEMPLATE, "console.word_template:show_template", Permission.CHANGE_PROGRAMME)
console("POST", _TEMPLATE, "console.word_template:change_template", Permission.CHANGE_PROGRAMME)
console("GET", _TEMPLATE + "/{name}", "console.word_template:download_template", Permission.CHANGE_PROGRAMME)

_REMINDERS = "/pv05/nhac/{programme}/{period}"
console("GET", _REMINDERS, "console.reminders:show_reminders", Permission.REMIND)
console("POST", _REMINDERS, "console.reminders:send_reminders", Permission.REMIND)
console("GET", _REMINDERS + "/cong-van", "console.reminders:write_letters", Permission.REMIND)
console("POST", _REMINDERS + "/loi-nhac", "console.reminders:change_text", Permission.REMIND)

_PAPER = "/pv05/nhap-giay/{programme}/{period}/{form}/{unit}"
console("GET", _PAPER, "console.paper:show_scan_form", Permission.ENTER)
console("GET", _PAPER + "/so-lieu", "console.paper:show_figures_form", Permission.ENTER)
console("POST", _PAPER + "/so-lieu", "console.paper:take_figures", Permission.ENTER)
console("GET", _PAPER + "/ban-quet/{upload}", "console.paper:download_scan", Permission.DOWNLOAD)
