"""The console's users: made, given a role, disabled, removed; given a new password, and by two a new second factor.

Every verb writes its line into the audit before the user pool is asked, so that nothing is done unrecorded. A password
is returned once, to be handed over, and kept nowhere. What ends a sign-in takes effect when the ID token ends, five
minutes later at most: no new one is given.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.audit import SYSTEM, Action, AuditLine, Stamp, make_line
from chalicelib.domain.clock import list_months
from chalicelib.domain.language.vietnamese import render_instant
from chalicelib.domain.period.effects import Effect
from chalicelib.external import accounts, mail
from chalicelib.external.accounts import Account
from chalicelib.external.channel import NotTaken
from chalicelib.office.prepared import PreparedChange, Preview
from chalicelib.office.refusals import Moved, Refusal, Unknown
from chalicelib.office.roles import ROLE_NAMES, Grant, Role, describe_loss, describe_role, find_grant
from chalicelib.store import people
from chalicelib.store.audit import append, query_month
from chalicelib.store.errors import StorageError
from chalicelib.store.people import FactorRequest, Leavers, PeopleMoved, Person

IDLE = timedelta(days=6 * 30)
NEWS = timedelta(days=30)
"""How long a change of who may do what is told on the page of the users."""

_TOLD = frozenset({
    Action.USER_ADDED, Action.USER_GRANTED, Action.USER_DISABLED, Action.USER_ENABLED, Action.USER_REMOVED,
    Action.USER_PASSWORD_RESET, Action.FACTOR_ASKED, Action.FACTOR_WITHDRAWN, Action.FACTOR_RENEWED,
})  # fmt: skip
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_MAIL = re.compile(r"[^@\s<>,;\"]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"  # none that looks like another
_SOON = "chậm nhất sau 5 phút"


NameUnit = Callable[[str], str]
"""Names the unit of a branch, as a programme does (`Programme.name_unit`)."""


@dataclass(frozen=True)
class User:
    """An account with what is known of it beside the pool."""

    account: Account
    seen: datetime | None = None
    request: FactorRequest | None = None

    @property
    def name(self) -> str:
        return self.account.name

    @property
    def grant(self) -> Grant | None:
        return find_grant(self.account.groups)

    @property
    def is_admin(self) -> bool:
        return self.account.is_enabled and self.grant == Grant(Role.ADMIN)

    def is_idle(self, now: datetime) -> bool:
        """Whether nobody has signed in for so long that the account should be looked at."""
        return self.account.is_enabled and now - (self.seen or self.account.made) >= IDLE


class Everybody(NamedTuple):
    """All users, by name; and open requests whose account is gone.

    For the latter, giving the new second factor was cut off, and has to be done again.
    """

    users: list[User]
    cut_off: list[FactorRequest]


def list_everybody() -> Everybody:
    """Walks the pool once."""
    known, requests = people.list_people()
    users = [_join(each, known.get(each.name.casefold()), requests) for each in accounts.list_accounts()]
    there = {each.name.casefold() for each in users}
    return Everybody(users, [request for name, request in requests.items() if name not in there])


def _join(account: Account, person: Person | None, requests: dict[str, FactorRequest]) -> User:
    return User(account, person.seen if person else None, requests.get(account.name.casefold()))


def list_users() -> list[User]:
    """All users, by name."""
    return list_everybody().users


def find_user(name: str, *, stamp: Stamp | None = None) -> User:
    """Raises Unknown. With the stamp of who is going to change the user, Refusal for no administrator any more."""
    everybody = list_users()
    if stamp:
        _check_acting([each.account for each in everybody], stamp)
    found = next((each for each in everybody if each.name.casefold() == name.casefold()), None)
    if found is None:
        raise Unknown
    return found


def find_news(now: datetime, *, since: datetime | None = None, but: str = "") -> list[AuditLine]:
    """What was changed of users in the last 30 days, or `since`, newest first; not by `but`, who knows it."""
    begin = max(since, now - NEWS) if since else now - NEWS
    lines = [line for month in list_months(begin, end=now) for line in query_month(SYSTEM, month=month)]
    return [line for line in lines[::-1] if line.action in _TOLD and line.at > begin and line.actor != but]


def has_news(stamp: Stamp) -> bool:
    """Whether others have changed anything of users since the administrator came in last."""
    person = people.find_person(stamp.actor.removeprefix("pv05:"))
    return bool(find_news(stamp.at, since=person.seen if person else None, but=stamp.actor))


# Verbs


def add_user(name: str, grant: Grant, *, address: str = "", stamp: Stamp) -> str:
    """Makes an account, and returns the password for its first sign-in.

    An account that was made so and never used is made again: then the answer with its password was lost.
    """
    if not _NAME.fullmatch(name):
        raise Refusal("Tên đăng nhập gồm 2 đến 40 chữ thường không dấu, chữ số, dấu chấm, gạch nối, gạch dưới.")
    if address and not _MAIL.fullmatch(address):
        raise Refusal("Địa chỉ thư điện tử không đúng.")
    _check_grant(grant)
    account, person = _find_account(name, stamp), people.find_person(name)
    if (account and not (account.is_waiting and account.groups <= {grant.group})) or (person and not account):
        raise Refusal(f"Tên “{name}” đang có hoặc đã từng có người dùng. Xin chọn tên khác.")
    password = _make_password()
    append(_make_line(Action.USER_ADDED, name, stamp, **_name(grant)))
    _put_account(account, name, grant.group, password=password, address=address)
    _tell_others(f"Tài khoản “{name}” được lập, với vai trò {describe(grant)}", name=name, stamp=stamp)
    return password


def _put_account(account: Account | None, name: str, *groups: str, password: str, address: str) -> None:
    if account:
        accounts.set_password(name, password=password)
    else:
        accounts.create_account(name, password=password, mail=address)
    accounts.set_groups(account or Account(name, frozenset(), datetime.min), groups)


def change_grant(user: User, grant: Grant, *, stamp: Stamp) -> None:
    """Gives a role in place of what the user had."""
    _check_not_self(user, stamp)
    _check_grant(grant)
    leaving = () if grant.role == Role.ADMIN else _leave(user, stamp)
    before = ROLE_NAMES[user.grant.role] if user.grant else ""
    _note_taking(user, _make_line(Action.USER_GRANTED, user.name, stamp, **_name(grant), before=before), *leaving)
    accounts.set_groups(user.account, [grant.group])
    _tell_others(f"Tài khoản “{user.name}” được cấp vai trò {describe(grant)}", name=user.name, stamp=stamp)


def disable_user(user: User, *, stamp: Stamp) -> None:
    """Nobody signs in with the account any more, and its sessions end."""
    _check_not_self(user, stamp)
    _note_taking(user, _make_line(Action.USER_DISABLED, user.name, stamp), *_leave(user, stamp))
    accounts.end_sessions(user.name)
    accounts.disable_account(user.name)


def enable_user(user: User, *, stamp: Stamp) -> None:
    _check_not_self(user, stamp)
    append(_make_line(Action.USER_ENABLED, user.name, stamp))
    accounts.enable_account(user.name)


def remove_user(user: User, *, stamp: Stamp) -> None:
    """Removes a disabled account for good. Its name stays in the audit, and nobody else gets it."""
    if user.account.is_enabled:
        raise Refusal("Xin khóa tài khoản trước khi xóa.")
    person = Person(name=user.name, seen=user.seen, removed=stamp.at)
    _note_taking(user, _make_line(Action.USER_REMOVED, user.name, stamp), person)
    accounts.delete_account(user.name)


def _note_taking(user: User, line: AuditLine, *records: Person | Leavers) -> None:
    """Writes the line, and drops an open request for a new second factor, which would undo what is done now."""
    request = people.find_request(user.name)
    dropped = (_close(request),) if request and request.is_open else ()
    _keep(line, *dropped, *records)


def reset_password(user: User, *, stamp: Stamp) -> str:
    """A password for one sign-in; the second factor stays. The sessions end."""
    _check_not_self(user, stamp)
    password = _make_password()
    append(_make_line(Action.USER_PASSWORD_RESET, user.name, stamp))
    accounts.end_sessions(user.name)
    accounts.set_password(user.name, password=password)
    return password


def note_password_changed(name: str, *, stamp: Stamp) -> None:
    """Somebody has changed his own password."""
    append(_make_line(Action.PASSWORD_CHANGED, name, stamp))


# A lost telephone


def ask_factor(user: User, *, stamp: Stamp) -> None:
    """Asks another administrator to give the user a new second factor. One who has asked before has asked once."""
    _check_not_self(user, stamp)
    if user.request is None:
        _put_request(user, stamp)


def _put_request(user: User, stamp: Stamp) -> FactorRequest:
    if not user.account.is_enabled:
        raise Refusal("Tài khoản đang bị khóa. Xin mở khóa trước.")
    latest = people.find_request(user.name)
    request = FactorRequest(
        user=user.name, asked=stamp.at, actor=stamp.actor, groups=tuple(sorted(user.account.groups)),
        mail=user.account.mail, change=latest.change + 1 if latest else 1,
    )  # fmt: skip
    _keep(_make_line(Action.FACTOR_ASKED, user.name, stamp), request)
    return request


def find_request(name: str) -> FactorRequest:
    """The open request for this user. Raises Moved if there is none: it was decided."""
    request = people.find_request(name)
    if request is None or not request.is_open:
        raise Moved
    return request


def withdraw_request(request: FactorRequest, *, stamp: Stamp) -> None:
    """The telephone was found, or the user is not who he says. Any administrator may."""
    if _find_account(request.user, stamp) is None:
        raise Refusal("Việc cấp lại đã bắt đầu và bị ngắt giữa chừng. Xin quản trị khác làm lại cho xong.")
    _keep(_make_line(Action.FACTOR_WITHDRAWN, request.user, stamp), _close(request))


def renew_factor(request: FactorRequest, *, stamp: Stamp) -> str:
    """Gives the user a new second factor and a password for one sign-in; the administrator who asked may not.

    The pool cannot drop a second factor: the account is deleted and made again, with the same name and groups.
    """
    check_second(request, stamp)
    return _renew(request, stamp)


def renew_factor_alone(name: str, *, stamp: Stamp) -> str:
    """The same at once, for the operator of the stage, where no second administrator is left."""
    request = people.find_request(name)
    return _renew(request if request and request.is_open else _put_request(find_user(name), stamp), stamp)


def check_second(request: FactorRequest, stamp: Stamp) -> None:
    """Refuses whoever asked, and the user himself: two others have to agree that it is he."""
    if stamp.actor == request.actor:
        raise Refusal("Đề nghị do chính anh/chị lập. Xin một quản trị khác kiểm tra và cấp lại.")
    if _is_same(stamp, request.user):
        raise Refusal("Tài khoản của chính anh/chị do quản trị khác cấp lại.")


def _renew(request: FactorRequest, stamp: Stamp) -> str:
    account, password = _find_account(request.user, stamp), _make_password()
    _check_as_asked(request, account)
    line = _make_line(Action.FACTOR_RENEWED, request.user, stamp, asked_by=request.asker)
    begun = request.model_copy(update={"is_begun": True, "change": request.change + 1})
    _keep(line, begun)
    if account:
        accounts.end_sessions(account.name)
        accounts.delete_account(account.name)
    accounts.create_account(request.user, password=password, mail=request.mail)
    accounts.set_groups(Account(request.user, frozenset(), stamp.at), request.groups)
    _finish(begun, line)
    return password


def _check_as_asked(request: FactorRequest, account: Account | None) -> None:
    """Refuses an account that is not what it was when it was asked for, unless it was being made anew since."""
    is_same = account is None or (account.is_enabled and account.groups == frozenset(request.groups))
    if not (is_same or request.is_begun):
        raise Refusal("Tài khoản đã bị khóa hoặc đổi vai trò sau khi đề nghị. Xin rút đề nghị; nếu cần, đề nghị lại.")


def _finish(begun: FactorRequest, line: AuditLine) -> None:
    """Closes the request. Where it was dropped meanwhile, somebody took rights away that the new account has again."""
    try:
        _keep(line, _close(begun))
    except Moved:
        accounts.disable_account(begun.user)
        raise


def _close(request: FactorRequest) -> FactorRequest:
    return request.model_copy(update={"is_open": False, "change": request.change + 1})


def _keep(line: AuditLine, *records: Person | FactorRequest | Leavers) -> None:
    try:
        people.put(line, *records)
    except PeopleMoved:
        raise Moved from None


# What a verb would do


def prepare_grant(user: User, grant: Grant, *, name_unit: NameUnit = str, stamp: Stamp) -> PreparedChange:
    """Raises Refusal as `change_grant` does."""
    _check_not_self(user, stamp)
    _check_grant(grant)
    before = describe(user.grant, name_unit) if user.grant else "chưa có vai trò"
    return PreparedChange(
        f"vai trò của {user.name}: {before} → {describe(grant, name_unit)}",
        lambda: Preview(list(_tell_grant(user, grant, name_unit))),
        lambda: change_grant(user, grant, stamp=stamp),
    )


def _tell_grant(user: User, grant: Grant, name_unit: NameUnit) -> Iterator[Effect]:
    yield from _tell_lost(user.grant, grant, name_unit)
    yield from _tell_admins_left(user, is_staying=grant.role == Role.ADMIN)
    yield from _tell_dropped(user)
    yield Effect(f"Được: {describe_role(grant.role)}")
    yield Effect(f"Có hiệu lực {_SOON}; các quản trị khác được báo")


def _tell_lost(before: Grant | None, after: Grant, name_unit: NameUnit) -> Iterator[Effect]:
    """What somebody can do today and could not any more."""
    if before and (lost := describe_loss(before.role, after=after.role)):
        yield Effect(f"Không còn được: {lost}", is_loss=True)
    if before and after.branch not in ("", before.branch):
        yield Effect(f"Chỉ còn thấy {name_unit(after.branch)} và các đơn vị trực thuộc", is_loss=True)


def prepare_disabling(user: User, *, stamp: Stamp) -> PreparedChange:
    _check_not_self(user, stamp)
    return PreparedChange(
        f"khóa tài khoản {user.name}",
        lambda: Preview(list(_tell_disabling(user))),
        lambda: disable_user(user, stamp=stamp),
    )


def _tell_disabling(user: User) -> Iterator[Effect]:
    yield Effect(f"{user.name} không đăng nhập được nữa; phiên đang mở kết thúc {_SOON}", is_loss=True)
    yield from _tell_admins_left(user, is_staying=False)
    yield from _tell_dropped(user)
    yield Effect("Những gì người này đã làm vẫn giữ nguyên, và tên vẫn ở trong nhật ký")


def prepare_removal(user: User, *, stamp: Stamp) -> PreparedChange:
    effects = [
        Effect("Tài khoản bị xóa hẳn, không khôi phục được", is_loss=True),
        Effect(f"Tên {user.name} vẫn ở trong nhật ký và không cấp cho người khác"),
    ]
    return PreparedChange(
        f"xóa tài khoản {user.name}", lambda: Preview(effects), lambda: remove_user(user, stamp=stamp)
    )


def prepare_password(user: User, *, stamp: Stamp) -> PreparedChange:
    """Raises Refusal as `reset_password` does; `make` returns the password."""
    _check_not_self(user, stamp)
    effects = [
        Effect(f"Mật khẩu hiện nay hết dùng; phiên đang mở kết thúc {_SOON}", is_loss=True),
        Effect("Mật khẩu mới hiện một lần, dùng cho một lần đăng nhập trong 7 ngày"),
        Effect("Mã xác thực trên điện thoại giữ nguyên"),
    ]
    return PreparedChange(
        f"cấp lại mật khẩu cho {user.name}", lambda: Preview(effects), lambda: reset_password(user, stamp=stamp)
    )


def prepare_factor(request: FactorRequest, *, stamp: Stamp) -> PreparedChange:
    """Raises Refusal as `renew_factor` does; `make` returns the password."""
    check_second(request, stamp)
    effects = [
        Effect(f"Mật khẩu và mã xác thực hiện nay hết dùng; phiên đang mở kết thúc {_SOON}", is_loss=True),
        Effect("Mật khẩu mới hiện một lần; khi đăng nhập, người dùng đặt mật khẩu và thiết lập điện thoại mới"),
        Effect(f"{request.asker} đã đề nghị lúc {render_instant(request.asked)}; vai trò giữ nguyên"),
    ]
    return PreparedChange(
        f"cấp lại mã xác thực cho {request.user}, sau khi đã kiểm tra đúng người",
        lambda: Preview(effects),
        lambda: renew_factor(request, stamp=stamp),
    )


def prepare_request_withdrawal(request: FactorRequest, *, stamp: Stamp) -> PreparedChange:
    """Raises Refusal as `withdraw_request` does."""
    effects = [
        Effect("Đề nghị cấp lại không còn; muốn cấp lại phải có đề nghị mới", (request.user,), is_loss=True),
        Effect("Mật khẩu và mã xác thực hiện nay giữ nguyên"),
    ]
    return PreparedChange(
        f"rút đề nghị cấp lại mã xác thực cho {request.user}",
        lambda: Preview(effects),
        lambda: withdraw_request(request, stamp=stamp),
    )


def _tell_admins_left(user: User, *, is_staying: bool) -> Iterator[Effect]:
    """What becomes of the administration if one of few administrators goes."""
    if user.is_admin and not is_staying and len(_find_other_admins({user.name})) == 1:
        yield Effect(
            "Chỉ còn một quản trị: khi có người mất điện thoại, phải nhờ đơn vị vận hành cấp lại", is_loss=True
        )


def _tell_dropped(user: User) -> Iterator[Effect]:
    if user.request:
        yield Effect("Đề nghị cấp lại mã xác thực cho người này hết hiệu lực; nếu vẫn cần, xin đề nghị lại")


# Guards and words


def _find_other_admins(names: Collection[str]) -> Sequence[User]:
    return [each for each in list_users() if each.is_admin and each.name not in names]


def _find_account(name: str, stamp: Stamp) -> Account | None:
    """The account of this name, in small or capital letters, for an administrator who still is one."""
    known = accounts.list_accounts()
    _check_acting(known, stamp)
    return next((each for each in known if each.name.casefold() == name.casefold()), None)


def _check_acting(known: Sequence[Account], stamp: Stamp) -> None:
    """Refuses a user who lost the role within the minutes for which the ID token is believed; operators have none."""
    own = [each for each in known if _is_same(stamp, each.name)]
    if stamp.actor.startswith("pv05:") and not any(User(each).is_admin for each in own):
        raise Refusal("Tài khoản của anh/chị không còn là quản trị.")


def _check_grant(grant: Grant) -> None:
    if grant.branch and grant.role == Role.ADMIN:
        raise Refusal("Quản trị là vai trò đối với mọi đơn vị.")


def _check_not_self(user: User, stamp: Stamp) -> None:
    if _is_same(stamp, user.name):
        raise Refusal("Tài khoản của chính anh/chị do quản trị khác thay đổi.")


def _is_same(stamp: Stamp, name: str) -> bool:
    return stamp.actor.casefold() == f"pv05:{name}".casefold()


def _leave(user: User, stamp: Stamp) -> tuple[Leavers, ...]:
    """What is to be kept when an administrator is one no more. Refuses the last one."""
    if not user.is_admin:
        return ()
    leavers = people.find_leavers()
    if not _find_other_admins({user.name, *leavers.find_names(stamp.at)}):
        raise Refusal("Đây là quản trị duy nhất. Xin cấp vai trò quản trị cho người khác trước.")
    return (leavers.add(user.name, at=stamp.at),)


def describe(grant: Grant, name_unit: NameUnit = str) -> str:
    """A role and its branch in words."""
    return f"{ROLE_NAMES[grant.role]} ({name_unit(grant.branch)})" if grant.branch else ROLE_NAMES[grant.role]


def _name(grant: Grant) -> dict[str, str]:
    return {"role": ROLE_NAMES[grant.role]} | ({"unit": grant.branch} if grant.branch else {})


def _make_line(action: Action, name: str, stamp: Stamp, **details: str) -> AuditLine:
    return make_line(
        action, name, programme=SYSTEM, stamp=stamp, **{key: each for key, each in details.items() if each}
    )


def _make_password() -> str:
    """Sixteen letters in groups of four, with a small one, a capital and a digit among them."""
    while True:
        text = "".join(secrets.choice(_LETTERS) for _ in range(16))
        if all(re.search(kind, text) for kind in ("[a-z]", "[A-Z]", "[0-9]")):
            return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def _tell_others(what: str, *, name: str, stamp: Stamp) -> None:
    """Writes to the other administrators. Whoever cannot be reached reads it on the page of the users."""
    if not mail.is_ready():
        return
    by = stamp.actor.removeprefix("pv05:")
    text = f"{what}.\nNgười thực hiện: {by}, lúc {render_instant(stamp.at)}.\nNếu không đúng, xin khóa tài khoản ngay."
    for admin in list_users():
        if admin.is_admin and admin.account.mail and admin.name not in (by, name):
            with suppress(NotTaken, StorageError):
                mail.send(admin.account.mail, subject="Thay đổi quyền trên hệ thống tổng hợp báo cáo", text=text)
