"""Sign-in to the console: password, then the code of an authenticator. Both are required.

Between the steps a short-lived cookie holds Cognito's session; the server stores nothing.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote

import segno
from pydantic import StringConstraints, TypeAdapter

from chalicelib.domain.audit import Stamp
from chalicelib.external import identity
from chalicelib.external.identity import Challenge, Tokens
from chalicelib.office.roles import Grant, Role, find_grant
from chalicelib.office.sign_in import count_attempt, forgive_attempt, note_sign_in
from chalicelib.office.users import has_news
from chalicelib.store.errors import StorageError
from chalicelib.web.console.sessions import (
    REFRESH,
    STEP,
    VISIT,
    end_cookies,
    make_cookie,
    make_cookies,
    make_step_cookie,
    make_target_cookie,
    read_claims,
    read_target,
)
from chalicelib.web.forms import check_seal, make_seal, read_text
from chalicelib.web.problem_page import find_contacts
from chalicelib.web.problems import PageProblem, SignInNeeded, TooMany
from chalicelib.web.rendering import render
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect

_VISIT_SECONDS = 12 * 3600
_WITH_TOKENS = "ENROL"
_USERS = "pv05/nguoi-dung"
_CHALLENGES = (identity.PASSWORD, identity.CODE, identity.SETUP, _WITH_TOKENS)
_PASSWORD = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).{12,256}", re.DOTALL)

_SAYINGS = {
    "NotAuthorizedException": "Tên đăng nhập hoặc mật khẩu không đúng.",
    "UserNotFoundException": "Tên đăng nhập hoặc mật khẩu không đúng.",
    "CodeMismatchException": "Mã không đúng. Xin nhập mã đang hiện trên ứng dụng xác thực.",
    "EnableSoftwareTokenMFAException": "Mã không đúng. Xin kiểm tra giờ của điện thoại rồi nhập mã mới.",
    "ExpiredCodeException": "Mã đã hết hiệu lực. Xin nhập mã mới.",
    "InvalidPasswordException": "Mật khẩu mới cần ít nhất 12 ký tự, có chữ hoa, chữ thường và chữ số.",
    "PasswordResetRequiredException": "Mật khẩu phải được đặt lại. Xin liên hệ người quản trị hệ thống.",
    "UserNotConfirmedException": "Tài khoản chưa được kích hoạt. Xin liên hệ người quản trị hệ thống.",
}
_OTHERWISE = "Chưa đăng nhập được. Xin thử lại sau ít phút."


_COOKIE = TypeAdapter(
    tuple[
        Annotated[str, StringConstraints(pattern=f"^({'|'.join(_CHALLENGES)})$")],
        Annotated[str, StringConstraints(pattern=r"^([ -~]{20,2048})?$")],
        Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,128}$")],
        Annotated[str, StringConstraints(pattern=r"^[A-Z2-7]{0,256}$")],
    ]
)


class Step(NamedTuple):
    """The state of a sign-in: a challenge, and the secret of an authenticator that is being set up.

    A pool that gives tokens to a user without an authenticator has no challenge to set one up: the refresh token then
    stands in the session's place.
    """

    challenge: Challenge
    secret: str = ""


def show_form(request: Request) -> Response:
    """The form for user name and password."""
    return _render(request, "sign_in.html")


def take_password(request: Request) -> Response:
    name = read_text(request, "ten", label="Tên đăng nhập", most=128)
    _check_seal(request)
    password = request.form.get("mat-khau", "")
    return _try(
        request, name, page="sign_in.html", step=lambda: _go_on(request, identity.sign_in(name, password=password))
    )


def show_code(request: Request) -> Response:
    """The form for the six digits."""
    _read_step(request)
    return _render(request, "sign_in_code.html")


def take_code(request: Request) -> Response:
    step = _read_step(request)
    _check_seal(request)
    code = _read_code(request)
    return _try(request, step.challenge.username, page="sign_in_code.html",
                step=lambda: _finish(request, identity.answer_code(step.challenge, code)))  # fmt: skip


def show_password(request: Request) -> Response:
    """The first sign-in: the form for the user's own password."""
    _read_step(request)
    return _render(request, "sign_in_password.html")


def take_new_password(request: Request) -> Response:
    step = _read_step(request)
    _check_seal(request)
    new, again = request.form.get("mat-khau-moi", ""), request.form.get("nhap-lai", "")
    if mistake := find_mistake(new, again=again):
        return _render(request, "sign_in_password.html", problem=mistake)
    return _try(request, step.challenge.username, page="sign_in_password.html",
                step=lambda: _go_on(request, identity.answer_password(step.challenge, new)))  # fmt: skip


def find_mistake(new: str, *, again: str) -> str:
    """What is wrong with a password that somebody chose; "" if nothing is."""
    if new != again:
        return "Hai lần nhập mật khẩu không giống nhau."
    # the pool has the same rule, but not every emulator enforces it
    return "" if _PASSWORD.fullmatch(new) else explain("InvalidPasswordException")


def explain(code: str) -> str:
    """A refusal of the pool in words."""
    return _SAYINGS.get(code, _OTHERWISE)


def show_setup(request: Request) -> Response:
    """The first sign-in: the authenticator, by QR code or by typing the key in."""
    return _render(request, "sign_in_setup.html", **_draw_setup(_read_step(request)))


def take_setup(request: Request) -> Response:
    step = _read_step(request)
    _check_seal(request)
    code = _read_code(request)
    return _try(request, step.challenge.username, page="sign_in_setup.html",
                step=lambda: _enrol(request, step, code), shown=_draw_setup(step))  # fmt: skip


def _enrol(request: Request, step: Step, code: str) -> Response:
    if step.challenge.name != _WITH_TOKENS:
        return _finish(request, identity.verify_in_session(step.challenge, code))
    tokens = identity.refresh(step.challenge.session)
    identity.verify_with_token(tokens.access, code=code)
    return _finish(request, replace(tokens, refresh=tokens.refresh or step.challenge.session))


def sign_out(request: Request) -> Response:
    """Ends the session here and at the pool."""
    check_seal(request, request.cookies.get(VISIT, ""))
    if token := request.cookies.get(REFRESH):
        # The pool's session may have ended, or the pool may not answer: the local session ends in any case.
        with suppress(identity.SignInRefused, StorageError):
            identity.revoke(token)
    return redirect(f"{request.root}pv05/dang-nhap").with_cookies(*end_cookies())


# Steps


def _go_on(request: Request, answer: Tokens | Challenge) -> Response:
    """The step after the password. Tokens without a challenge do not sign in: the user must set up an authenticator."""
    if isinstance(answer, Challenge) and answer.name == identity.CODE:
        return _leave(request, "ma", Step(answer))
    if isinstance(answer, Challenge) and answer.name == identity.PASSWORD:
        return _leave(request, "mat-khau", Step(answer))
    if isinstance(answer, Challenge) and answer.name != identity.SETUP:
        raise identity.SignInRefused(answer.name)
    secret, session = identity.associate(answer)
    if isinstance(answer, Tokens):
        claims = read_claims(answer.id) or {}
        challenge = Challenge(_WITH_TOKENS, answer.refresh, str(claims.get("cognito:username", "")))
        return _leave(request, "thiet-lap", Step(challenge, secret))
    return _leave(request, "thiet-lap", Step(Challenge(answer.name, session, answer.username), secret))


def _leave(request: Request, page: str, step: Step) -> Response:
    return redirect(f"{request.root}pv05/dang-nhap/{page}").with_cookies(make_step_cookie(_dump(step)))


def _finish(request: Request, answer: Tokens | Challenge) -> Response:
    """Completes the sign-in with a fresh secret for forms, so that seals from before it are invalid."""
    claims = read_claims(answer.id) if isinstance(answer, Tokens) else None
    if not isinstance(answer, Tokens) or claims is None:
        raise identity.SignInRefused("unfinished")
    name = str(claims["cognito:username"])
    stamp = Stamp(f"pv05:{name}", request.now)
    page = _USERS if _has_news(claims, stamp) else read_target(request)
    note_sign_in(name, stamp=stamp)
    visit = make_cookie(VISIT, value=secrets.token_urlsafe(24), seconds=_VISIT_SECONDS)
    target = f"{request.root}{page}"
    return redirect(target).with_cookies(*make_cookies(answer), make_step_cookie(""), make_target_cookie(""), visit)


def _has_news(claims: Mapping[str, Any], stamp: Stamp) -> bool:
    """Whether an administrator should look at the users first: others have changed who may do what since the last time.

    Nobody is kept out because that cannot be found.
    """
    if find_grant(claims.get("cognito:groups", ())) != Grant(Role.ADMIN):
        return False
    with suppress(StorageError):
        return has_news(stamp)
    return False


def _try(
    request: Request,
    name: str,
    *,
    page: str,
    step: Callable[[], Response],
    shown: Mapping[str, Any] = MappingProxyType({}),
) -> Response:
    """Makes one attempt. It is counted before it is made, so that many at once are not all made."""
    if not count_attempt(name, address=request.address, now=request.now):
        raise TooMany
    try:
        answer = step()
    except identity.SignInRefused as refused:
        return _render(request, page, problem=explain(refused.code), **shown)
    except StorageError:
        forgive_attempt(name, address=request.address, now=request.now)
        raise
    forgive_attempt(name, address=request.address, now=request.now)
    return answer


def _check_seal(request: Request) -> None:
    check_seal(request, request.cookies.get(VISIT, ""))


# Reading and rendering


def _read_code(request: Request) -> str:
    """Six digits, with or without spaces. Anything else is a wrong code and is not sent to the pool."""
    code = "".join(read_text(request, "ma", label="Mã xác thực", most=20).split())
    return code if re.fullmatch(r"[0-9]{6}", code) else "000000"


def _read_step(request: Request) -> Step:
    """The state in the cookie. Whatever we did not put there begins the sign-in again."""
    try:
        name, *texts = _COOKIE.validate_json(base64.urlsafe_b64decode(request.cookies[STEP]))
    except (KeyError, ValueError):
        raise SignInNeeded from None
    session, username, secret = texts
    return Step(Challenge(name, session, username), secret)


def _dump(step: Step) -> str:
    return base64.urlsafe_b64encode(json.dumps([*_parts(step.challenge), step.secret]).encode()).decode()


def _parts(challenge: Challenge) -> tuple[str, str, str]:
    return challenge.name, challenge.session, challenge.username


def _render(request: Request, page: str, *, problem: str = "", **values: Any) -> Response:
    visit = request.cookies.get(VISIT, "") or secrets.token_urlsafe(24)
    answer = render(
        request, page, status=400 if problem else 200, problem=problem, seal=make_seal(visit),
        is_changed="xong" in request.query, has_ended="het-phien" in request.query, contacts=find_contacts(),
        typed_name=request.form.get("ten", ""),
        **values,
    )  # fmt: skip
    return answer.with_cookies(make_cookie(VISIT, value=visit, seconds=_VISIT_SECONDS))


def _draw_setup(step: Step) -> dict[str, str]:
    """The authenticator's secret, as a QR code and to type in."""
    if not step.secret:
        raise PageProblem
    label = quote(f"Tổng hợp báo cáo:{step.challenge.username}")
    address = f"otpauth://totp/{label}?secret={step.secret}&issuer={quote('Tổng hợp báo cáo')}"
    picture = segno.make(address, error="m").svg_inline(scale=5, border=2, omitsize=False)
    return {"picture": picture, "secret": step.secret}
