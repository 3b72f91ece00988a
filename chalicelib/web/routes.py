"""The HTTP routes: each only names its handler. All exceptions of handlers are turned into pages here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from chalice import app as chalice

from chalicelib.domain.programme.branches import split_branch
from chalicelib.intake.limits import TooOften
from chalicelib.office.refusals import Refusal
from chalicelib.store.errors import NotFound, StorageError
from chalicelib.web import guides, security_contact, static_files
from chalicelib.web.console import account as console_account
from chalicelib.web.console import audit as console_audit
from chalicelib.web.console import contacts as console_contacts
from chalicelib.web.console import corrections as console_corrections
from chalicelib.web.console import digest as console_digest
from chalicelib.web.console import draft as console_draft
from chalicelib.web.console import duties as console_duties
from chalicelib.web.console import editions as console_editions
from chalicelib.web.console import feedback as console_feedback
from chalicelib.web.console import figures as console_figures
from chalicelib.web.console import links as console_links
from chalicelib.web.console import one_unit as console_one_unit
from chalicelib.web.console import paper as console_paper
from chalicelib.web.console import period as console_period
from chalicelib.web.console import points as console_points
from chalicelib.web.console import programme as console_programme
from chalicelib.web.console import recheck as console_recheck
from chalicelib.web.console import reminders as console_reminders
from chalicelib.web.console import review as console_review
from chalicelib.web.console import roster as console_roster
from chalicelib.web.console import rules as console_rules
from chalicelib.web.console import several as console_several
from chalicelib.web.console import sign_in
from chalicelib.web.console import submission as console_submission
from chalicelib.web.console import users as console_users
from chalicelib.web.console import word_template as console_word_template
from chalicelib.web.console.permissions import Permission, is_allowed
from chalicelib.web.console.sessions import open_session
from chalicelib.web.problem_page import show_problem
from chalicelib.web.problems import (
    Broken,
    Forbidden,
    PageProblem,
    PageUnknown,
    SignInNeeded,
    make_problem,
    make_problem_of_use,
)
from chalicelib.web.request import Request, read_request
from chalicelib.web.response import Response, respond_json
from chalicelib.web.unit import feedback as unit_feedback
from chalicelib.web.unit import page as unit_page
from chalicelib.web.unit import trial as unit_trial

logger = logging.getLogger(__name__)
routes = chalice.Blueprint(__name__)
Handler = Callable[..., Response]

_FORM = ["application/x-www-form-urlencoded"]


def respond(handler: Handler, **parts: str) -> chalice.Response:
    """Calls a handler with the request; answers with its response, or with a page for the problem that it raises."""
    request = read_request(routes.current_request)
    answer = _call(handler, request, parts)
    return chalice.Response(answer.body, headers=answer.all_headers, status_code=answer.status)


def _call(handler: Handler, request: Request, parts: dict[str, str]) -> Response:
    try:
        if not all(part and part.isprintable() for part in parts.values()):  # no code is empty or holds a line break
            raise PageUnknown
        return handler(request, **parts)
    except PageProblem as problem:
        return _tell(request, problem)
    except TooOften as limited:
        return _tell(request, make_problem_of_use(limited.use))
    except Refusal as refusal:
        return _tell(request, make_problem(refusal))
    except NotFound:
        return _tell(request, PageUnknown())
    except StorageError:
        # The handler's name, not the path: the path may hold a unit's secret.
        logger.exception("storage failed in %s", handler.__name__)
        return _tell(request, Broken())
    except Exception:
        logger.exception("%s failed", handler.__name__)
        return _tell(request, PageProblem())


def _tell(request: Request, problem: PageProblem) -> Response:
    if request.wants_json:
        return respond_json(
            {"problem": {"title": problem.title, "text": problem.text}}, status=max(problem.status, 400)
        )
    return show_problem(request, problem)


class ConsoleRoute(NamedTuple):
    """One route of the console and the permission that it needs; the tests go through all of them."""

    method: str
    path: str
    permission: Permission


console_routes: list[ConsoleRoute] = []


def get(path: str, handler: Handler) -> None:
    """Registers a page."""
    _register("GET", path, handler, called=handler)


def post(path: str, handler: Handler) -> None:
    """Registers the target of a form."""
    _register("POST", path, handler, called=handler)


def console(method: str, path: str, handler: Handler, permission: Permission) -> None:
    """Registers a page or form of the console, for signed-in users whose role has the permission."""

    def guarded(request: Request, **parts: str) -> Response:
        try:
            session = open_session(request)
        except SignInNeeded:
            raise SignInNeeded(_find_page(path, request)) from None
        _, branch = split_branch(parts.get("programme", ""))
        if not is_allowed(session.role, permission, branch=session.branch or branch):
            raise Forbidden
        return handler(request, session, **parts).with_cookies(*session.cookies)

    console_routes.append(ConsoleRoute(method, path, permission))
    _register(method, path, handler, called=guarded)


def _find_page(path: str, request: Request) -> str:
    """The path of the page on which a form stands: its own, or the nearest one above."""
    pages = {each.path for each in console_routes if each.method == "GET"}
    pattern, own = path.split("/"), request.path.split("/")
    while "/".join(pattern) not in pages:
        pattern.pop()
        own.pop()
    return "/".join(own)


def _register(method: str, path: str, handler: Handler, *, called: Handler) -> None:
    def view(**parts: str) -> chalice.Response:
        return respond(called, **parts)

    name = f"{method.lower()}_{handler.__module__.rpartition('.')[2]}_{handler.__name__}"
    options: dict[str, Any] = {"content_types": _FORM} if method == "POST" else {}
    routes.route(path, name=name, methods=[method], **options)(view)


get("/static/{name}", static_files.show_file)
get("/.well-known/security.txt", security_contact.show_contact)
get("/huong-dan", guides.show_guide)
get("/huong-dan/{name}", guides.show_guide)

get("/nop/{token}", unit_page.show_page)
get("/nop/{token}/bieu-mau/{period}/{form}", unit_page.download_blank)
post("/nop/{token}/gui", unit_page.prepare)
post("/nop/{token}/khong-phat-sinh/{period}/{form}", unit_page.confirm)
get("/nop/{token}/da-gui/{period}/{form}", unit_page.show_sent)
get("/nop/{token}/ket-qua/{period}/{form}/{upload_id}", unit_page.show_outcome)
get("/nop/{token}/danh-sach-loi/{period}/{form}/{upload_id}", unit_page.download_issues)
get("/nop/{token}/ban-danh-dau/{period}/{form}/{upload_id}", unit_page.download_marked)
post("/nop/{token}/giai-trinh/{period}/{form}/{upload_id}", unit_page.justify)
get("/nop/{token}/lich-su/{period}/{form}", unit_page.show_history)
get("/nop/{token}/trong-bao-cao/{period}", unit_feedback.show_feedback)

get("/nop/{token}/kiem-tra-thu/{period}/{form}", unit_trial.show_form)
post("/nop/{token}/kiem-tra-thu", unit_trial.prepare)
get("/nop/{token}/da-gui-thu/{period}/{form}", unit_trial.show_sent)
get("/nop/{token}/ket-qua-thu/{period}/{form}/{trial_id}", unit_trial.show_answer)
get("/nop/{token}/danh-sach-loi-thu/{period}/{form}/{trial_id}", unit_trial.download_issues)
get("/nop/{token}/ban-danh-dau-thu/{period}/{form}/{trial_id}", unit_trial.download_marked)

get("/pv05/dang-nhap", sign_in.show_form)
post("/pv05/dang-nhap", sign_in.take_password)
get("/pv05/dang-nhap/ma", sign_in.show_code)
post("/pv05/dang-nhap/ma", sign_in.take_code)
get("/pv05/dang-nhap/mat-khau", sign_in.show_password)
post("/pv05/dang-nhap/mat-khau", sign_in.take_new_password)
get("/pv05/dang-nhap/thiet-lap", sign_in.show_setup)
post("/pv05/dang-nhap/thiet-lap", sign_in.take_setup)
post("/pv05/dang-xuat", sign_in.sign_out)

console("GET", "/pv05", console_period.go_home, Permission.SEE)
console("GET", "/pv05/chuong-trinh", console_period.show_programmes, Permission.SEE)
console("GET", "/pv05/chuong-trinh/{programme}", console_period.go_to_programme, Permission.SEE)
console("GET", "/pv05/chi-tieu/{programme}/{period}", console_period.show_targets, Permission.SEE)

_PERIOD = "/pv05/ky/{programme}/{period}"
console("GET", _PERIOD, console_period.show_period, Permission.SEE)
console("POST", _PERIOD + "/duyet", console_several.approve, Permission.REVIEW)
console("POST", _PERIOD + "/bo-duyet", console_several.restore, Permission.REVIEW)
console("POST", _PERIOD + "/nhac", console_several.remind, Permission.REMIND)
console("POST", _PERIOD + "/gia-han", console_several.grant_exceptions, Permission.EXCEPT)
console("POST", _PERIOD + "/xuat", console_several.export, Permission.DOWNLOAD)

_SUBMISSION = "/pv05/ban-nop/{programme}/{period}/{form}/{unit}"
console("GET", _SUBMISSION, console_submission.show_submission, Permission.SEE)
console("GET", _SUBMISSION + "/goc/{revision}", console_submission.download_original, Permission.DOWNLOAD)
console("GET", _SUBMISSION + "/danh-dau/{upload}", console_submission.download_marked, Permission.DOWNLOAD)
console("GET", _SUBMISSION + "/danh-sach-loi/{upload}", console_submission.download_issues, Permission.DOWNLOAD)
console("POST", _SUBMISSION + "/xu-ly", console_review.decide_review, Permission.REVIEW)
console("POST", _SUBMISSION + "/ghi-chu", console_review.write_note, Permission.REVIEW)
console("POST", _SUBMISSION + "/gia-han", console_review.decide_exception, Permission.EXCEPT)

console("GET", "/pv05/so-lieu/{programme}/{period}", console_figures.show_figures, Permission.SEE)
_FIGURE = "/pv05/so-lieu/{programme}/{period}/{indicator}"
console("GET", _FIGURE, console_figures.show_figure, Permission.SEE)
console("GET", _FIGURE + "/xuat", console_figures.export_figure, Permission.DOWNLOAD)

_DIGEST = "/pv05/y-kien/{programme}/{period}"
console("GET", _DIGEST, console_digest.show_digest, Permission.SEE_WHOLE)
console("POST", _DIGEST, console_digest.take_sentence, Permission.DRAFT)

_DRAFT = "/pv05/du-thao/{programme}/{period}"
console("GET", _DRAFT, console_draft.show_draft, Permission.SEE_WHOLE)
console("POST", _DRAFT, console_draft.take_start, Permission.DRAFT)
console("GET", _DRAFT + "/{heading}", console_draft.show_heading, Permission.DRAFT)
console("POST", _DRAFT + "/{heading}", console_draft.write_heading, Permission.DRAFT)

console("GET", "/pv05/quy-tac/{programme}/{period}", console_rules.show_rules, Permission.SEE_WHOLE)
_RECHECK = "/pv05/kiem-tra-lai/{programme}/{period}"
console("GET", _RECHECK, console_recheck.show_recheck, Permission.SEE_WHOLE)
console("POST", _RECHECK, console_recheck.ask_for_recheck, Permission.REVIEW_WHOLE)
console("GET", _RECHECK + "/tien-trinh", console_recheck.tell_progress, Permission.SEE_WHOLE)
console("POST", _RECHECK + "/de-nghi-sua", console_recheck.ask_for_corrections, Permission.REVIEW_WHOLE)

_POINTS = "/pv05/diem-can-xem-lai/{programme}/{period}"
console("GET", _POINTS, console_points.show_points, Permission.SEE_WHOLE)
console("POST", _POINTS, console_points.confirm_points, Permission.REVIEW_WHOLE)
console("POST", _POINTS + "/mo-lai", console_points.reopen_point, Permission.REVIEW_WHOLE)

_EDITIONS = "/pv05/lan-phat-hanh/{programme}/{period}"
console("GET", _EDITIONS, console_editions.show_editions, Permission.SEE)
console("POST", _EDITIONS, console_editions.make_edition, Permission.PUBLISH)
console("GET", _EDITIONS + "/tien-trinh", console_editions.tell_progress, Permission.SEE)
console("GET", _EDITIONS + "/so-sanh", console_editions.compare_editions, Permission.SEE)
console("GET", _EDITIONS + "/{number}", console_editions.show_edition, Permission.SEE)
console("GET", _EDITIONS + "/{number}/xem", console_editions.show_preview, Permission.DOWNLOAD)
console("GET", _EDITIONS + "/{number}/{name}", console_editions.download_file, Permission.DOWNLOAD)

_FEEDBACK = "/pv05/nhan-xet/{programme}/{period}"
console("GET", _FEEDBACK, console_feedback.show_feedback, Permission.SEE_WHOLE)
console("POST", _FEEDBACK, console_feedback.change_remark, Permission.REVIEW_WHOLE)

console("GET", "/pv05/duong-dan/{programme}", console_links.show_links, Permission.SEE_LINKS)
console("POST", "/pv05/duong-dan/{programme}", console_links.make_links, Permission.MANAGE_LINKS)
console("POST", "/pv05/duong-dan/{programme}/da-luu", console_links.confirm_links, Permission.MANAGE_LINKS)
console("POST", "/pv05/duong-dan/{programme}/da-chon", console_links.change_links, Permission.MANAGE_LINKS)

_USERS = "/pv05/nguoi-dung/{programme}"
console("GET", "/pv05/nguoi-dung", console_users.go_to_users, Permission.MANAGE_USERS)
console("GET", _USERS, console_users.show_users, Permission.MANAGE_USERS)
console("POST", _USERS, console_users.add_user, Permission.MANAGE_USERS)
console("GET", _USERS + "/{user}", console_users.show_user, Permission.MANAGE_USERS)
console("POST", _USERS + "/{user}", console_users.change_user, Permission.MANAGE_USERS)

console("GET", "/pv05/tai-khoan/{programme}", console_account.show_account, Permission.SEE)
console("POST", "/pv05/tai-khoan/{programme}", console_account.change_password, Permission.SEE)

console("GET", "/pv05/nhat-ky/{programme}", console_audit.show_audit, Permission.SEE_AUDIT)
console("GET", "/pv05/nhat-ky/{programme}/xuat", console_audit.export_audit, Permission.SEE_AUDIT)

_ROSTER = "/pv05/don-vi/{programme}"
console("GET", _ROSTER, console_roster.show_roster, Permission.SEE)
console("POST", _ROSTER, console_roster.change_roster, Permission.CHANGE_PROGRAMME)
console("GET", _ROSTER + "/xuat", console_roster.export_roster, Permission.DOWNLOAD)
console("GET", _ROSTER + "/xem-truoc", console_roster.preview_import, Permission.CHANGE_PROGRAMME)
console("GET", _ROSTER + "/{unit}", console_one_unit.show_unit, Permission.SEE)
console("POST", _ROSTER + "/{unit}/lien-he", console_contacts.change_contact, Permission.REMIND)

_DUTIES = "/pv05/nghia-vu/{programme}"
console("GET", _DUTIES, console_duties.show_duties, Permission.SEE)
console("POST", _DUTIES + "/{period}/thoi-han", console_duties.change_period, Permission.CHANGE_PROGRAMME)
console("POST", _DUTIES + "/{period}/nghia-vu", console_duties.change_duty, Permission.CHANGE_PROGRAMME)

_BOOK = "/pv05/so-chuong-trinh/{programme}"
console("GET", _BOOK, console_programme.show_programme, Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/so-trong", console_programme.download_blank, Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/tep", console_programme.show_book, Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/ban-danh-dau", console_programme.download_marked, Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/nam-sau", console_programme.show_next_year, Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/nam-sau/so", console_programme.download_next_year, Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/phien-ban/{number}", console_programme.show_version, Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/phien-ban/{number}/so", console_programme.download_version, Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/sua", console_corrections.show_corrections, Permission.CHANGE_PROGRAMME)
console("POST", _BOOK + "/sua", console_corrections.correct, Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/so-sanh", console_programme.compare_versions, Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/de-nghi", console_programme.show_proposal, Permission.CHANGE_PROGRAMME)
console("POST", _BOOK + "/de-nghi", console_programme.propose, Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/de-nghi/so", console_programme.download_proposal, Permission.CHANGE_PROGRAMME)
console("GET", _BOOK + "/de-nghi/thu/{name}", console_programme.download_trial, Permission.CHANGE_PROGRAMME)
console("POST", _BOOK + "/de-nghi/quyet-dinh", console_programme.decide, Permission.CHANGE_PROGRAMME)

_TEMPLATE = "/pv05/mau-word/{programme}/{period}"
console("GET", _TEMPLATE, console_word_template.show_template, Permission.CHANGE_PROGRAMME)
console("POST", _TEMPLATE, console_word_template.change_template, Permission.CHANGE_PROGRAMME)
console("GET", _TEMPLATE + "/{name}", console_word_template.download_template, Permission.CHANGE_PROGRAMME)

_REMINDERS = "/pv05/nhac/{programme}/{period}"
console("GET", _REMINDERS, console_reminders.show_reminders, Permission.REMIND)
console("POST", _REMINDERS, console_reminders.send_reminders, Permission.REMIND)
console("GET", _REMINDERS + "/cong-van", console_reminders.write_letters, Permission.REMIND)
console("POST", _REMINDERS + "/loi-nhac", console_reminders.change_text, Permission.REMIND)

_PAPER = "/pv05/nhap-giay/{programme}/{period}/{form}/{unit}"
console("GET", _PAPER, console_paper.show_scan_form, Permission.ENTER)
console("GET", _PAPER + "/so-lieu", console_paper.show_figures_form, Permission.ENTER)
console("POST", _PAPER + "/so-lieu", console_paper.take_figures, Permission.ENTER)
console("GET", _PAPER + "/ban-quet/{upload}", console_paper.download_scan, Permission.DOWNLOAD)
