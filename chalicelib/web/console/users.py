"""The console's users: who there is, one by one, and what administrators do with an account.

A new password is shown by the page that answers, and never again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.programme.branches import list_branches
from chalicelib.office import users as office
from chalicelib.office.prepared import PreparedChange
from chalicelib.office.roles import ROLE_NAMES, Grant, Role, describe_role
from chalicelib.office.users import User
from chalicelib.web.console.audit_words import put_into_words
from chalicelib.web.console.changing import ChangePage, is_confirmed, show_change, show_or_make
from chalicelib.web.console.desk import Desk, find_latest, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal, read_text
from chalicelib.web.problems import FormWrong
from chalicelib.web.request import Request
from chalicelib.web.response import Response

_MENU = "nguoi-dung"
_MOST_NEWS = 50


def go_to_users(request: Request, session: Session) -> Response:
    """Redirects to the page of the users, which stands beside the latest programme."""
    desk = open_desk(request, session, find_latest(session.branch))
    return desk.go(f"{_MENU}/{desk.part}")


def show_users(request: Request, session: Session, programme: str) -> Response:
    """All users, with those whom nobody needs any more in sight, and what was changed lately."""
    desk = open_desk(request, session, programme)
    news, everybody = office.find_news(request.now), office.list_everybody()
    return desk.show(
        "users.html", menu=_MENU, users=everybody.users, cut_off=everybody.cut_off,
        news=[put_into_words(line, desk.programme) for line in news[:_MOST_NEWS]], **_list_choices(desk),
    )  # fmt: skip


def add_user(request: Request, session: Session, programme: str) -> Response:
    """Makes an account, and shows its first password."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    name = read_text(request, "ten", label="Tên đăng nhập", most=60)
    address = read_text(request, "thu", label="Thư điện tử", most=254, needed=False)
    password = office.add_user(name, _read_grant(desk), address=address, stamp=desk.stamp)
    return _show_password(desk, name, password=password, what="Đã lập tài khoản")


def show_user(request: Request, session: Session, programme: str, *, user: str) -> Response:
    """One user, with what an administrator can do."""
    desk = open_desk(request, session, programme)
    found = office.find_user(user)
    return desk.show(
        "user.html", menu=_MENU, user=found, is_self=found.name.casefold() == session.username.casefold(),
        is_asker=found.request is not None and found.request.actor == session.actor, **_list_choices(desk),
    )  # fmt: skip


def _list_choices(desk: Desk) -> dict[str, Any]:
    branches = {code: desk.programme.name_unit(code) for code in list_branches(desk.programme)}
    return {"roles": ROLE_NAMES, "describe_role": describe_role, "branches": branches, "describe": _describe(desk)}


def _describe(desk: Desk) -> Callable[[Grant], str]:
    return lambda grant: office.describe(grant, desk.programme.name_unit)


def change_user(request: Request, session: Session, programme: str, *, user: str) -> Response:
    """What is done with an account: at once, or shown with its effects first."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    task = request.form.get("viec", "")
    if task in ("cap-ma", "rut"):
        return _decide_request(desk, user, task=task)
    found = office.find_user(user, stamp=desk.stamp)
    if task in _AT_ONCE:
        _AT_ONCE[task](found, stamp=desk.stamp)
        return desk.go(f"{_MENU}/{desk.part}/{found.name}?xong=saved")
    return _prepare(desk, found, task)


_AT_ONCE: Mapping[str, Callable[..., None]] = {"mo-khoa": office.enable_user, "mat-dien-thoai": office.ask_factor}


def _prepare(desk: Desk, user: User, task: str) -> Response:
    """What takes something away."""
    back = f"{_MENU}/{desk.part}/{user.name}"
    confirmed = is_confirmed(desk)
    match task:
        case "vai-tro":
            name_unit = desk.programme.name_unit
            change = office.prepare_grant(user, _read_grant(desk), name_unit=name_unit, stamp=desk.stamp)
            return show_or_make(desk, change, _frame(back, button="Đổi vai trò"), confirmed=confirmed)
        case "khoa":
            change = office.prepare_disabling(user, stamp=desk.stamp)
            return show_or_make(desk, change, _frame(back, button="Khóa tài khoản"), confirmed=confirmed)
        case "xoa":
            change = office.prepare_removal(user, stamp=desk.stamp)
            return show_or_make(
                desk, change, _frame(f"{_MENU}/{desk.part}", button="Xóa tài khoản"), confirmed=confirmed
            )
        case "mat-khau":
            change = office.prepare_password(user, stamp=desk.stamp)
            return _show_or_give(desk, user.name, change, _frame(back, button="Cấp lại mật khẩu"), confirmed=confirmed)
    raise FormWrong


def _decide_request(desk: Desk, name: str, *, task: str) -> Response:
    """Gives a new second factor, or withdraws the request for it."""
    confirmed, back = is_confirmed(desk), f"{_MENU}/{desk.part}"
    request = office.find_request(name)
    if task == "rut":
        change = office.prepare_request_withdrawal(request, stamp=desk.stamp)
        return show_or_make(desk, change, _frame(back, button="Rút đề nghị"), confirmed=confirmed)
    change = office.prepare_factor(request, stamp=desk.stamp)
    return _show_or_give(desk, name, change, _frame(back, button="Cấp lại mã xác thực"), confirmed=confirmed)


def _show_or_give(desk: Desk, name: str, change: PreparedChange, page: ChangePage, *, confirmed: bool) -> Response:
    if not confirmed:
        return show_change(desk, change, page)
    return _show_password(desk, name, password=str(change.make()), what=f"Đã {change.what}")


def _frame(back: str, *, button: str) -> ChangePage:
    return ChangePage(back, menu=_MENU, done="saved", button=button)


def _show_password(desk: Desk, name: str, *, password: str, what: str) -> Response:
    return desk.show("user_password.html", menu=_MENU, name=name, password=password, what=what)


def _read_grant(desk: Desk) -> Grant:
    role, branch = (desk.request.form.get(field, "") for field in ("vai-tro", "pham-vi"))
    is_known = role in set(Role) and (not branch or branch in list_branches(desk.programme))
    if not is_known:
        raise FormWrong("Xin chọn vai trò và phạm vi trong danh sách.")
    return Grant(Role(role), branch)
