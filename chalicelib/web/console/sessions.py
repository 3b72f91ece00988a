"""The console's session: Cognito's tokens in cookies that scripts and other sites cannot use.

An ID token is valid for five minutes (`IdTokenValidity` in the template) and verified on every request with the pool's
keys; so long it is believed of somebody who was disabled or has another role since. The refresh token gets new ID
tokens for half a day, until the pool revokes it. The server stores no session.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jwt

from chalicelib.external import identity
from chalicelib.external.identity import Tokens
from chalicelib.office.roles import Role, find_grant
from chalicelib.web.problems import Forbidden, SignInNeeded
from chalicelib.web.request import Request

ID, REFRESH, VISIT, STEP = "__Host-dang-nhap", "__Host-gia-han", "__Host-phien", "__Host-buoc"
TARGET = "__Host-noi-den"
"""Names of cookies. The prefix makes browsers require Secure, this host, and no Domain."""

_HOURS = 12
_TARGET = re.compile(r"/pv05(/[A-Za-z0-9][A-Za-z0-9._@-]*)*")
_STEP_SECONDS = 600
_KEYS_SECONDS = 3600
_LEEWAY = 10


@dataclass(frozen=True)
class Session:
    """The signed-in user. If tokens were renewed, the response must set `cookies`.

    `branch` is the unit to whose branch the user is bound; "" for none.
    """

    username: str
    role: Role
    secret: str
    cookies: tuple[str, ...] = ()
    branch: str = ""

    @property
    def actor(self) -> str:
        """The user's name in the audit."""
        return f"pv05:{self.username}"


def open_session(request: Request) -> Session:
    """The session of a request. Raises SignInNeeded, and Forbidden for a user without any role."""
    token = request.cookies.get(ID, "")
    cookies: tuple[str, ...] = ()
    claims = read_claims(token) if token else None
    if claims is None:
        tokens = _renew(request.cookies.get(REFRESH, ""))
        claims = read_claims(tokens.id)
        cookies = make_cookies(tokens)
    if claims is None or VISIT not in request.cookies:  # without the secret no form could be sealed
        raise SignInNeeded
    grant = find_grant(claims.get("cognito:groups", ()))
    if grant is None:
        raise Forbidden("Tài khoản chưa được cấp vai trò nào. Xin liên hệ người quản trị hệ thống.")
    name, secret = str(claims["cognito:username"]), request.cookies.get(VISIT, "")
    return Session(name, grant.role, secret, cookies, grant.branch)


def _renew(token: str) -> Tokens:
    if not token:
        raise SignInNeeded
    try:
        return identity.refresh(token)
    except identity.SignInRefused:
        raise SignInNeeded from None


def read_claims(token: str) -> Mapping[str, Any] | None:
    """The claims of an unexpired ID token that our pool signed for our client; None for any other."""
    pool = identity.read_pool()
    try:
        key = _find_key(jwt.get_unverified_header(token).get("kid", ""))
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=["RS256"], audience=pool.client, issuer=pool.issuer, leeway=_LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "cognito:username"]},
        )  # fmt: skip
    except jwt.PyJWTError:
        return None
    return claims if claims.get("token_use") == "id" else None


def _find_key(key_id: str) -> jwt.PyJWK:
    """Keys are cached for an hour. An unknown key id triggers one more fetch, because Cognito rotates keys."""
    for span in (_KEYS_SECONDS, 60):
        found = _load_keys((span, int(time.time() // span))).get(key_id)
        if found:
            return found
    raise jwt.InvalidKeyError(key_id)


@lru_cache(maxsize=4)
def _load_keys(_: tuple[int, int]) -> dict[str, jwt.PyJWK]:
    """Fetches the keys once for each span of time."""
    return {key.key_id: key for key in jwt.PyJWKSet.from_dict(identity.fetch_keys()).keys if key.key_id}


def make_cookies(tokens: Tokens) -> tuple[str, ...]:
    made = [make_cookie(ID, value=tokens.id, seconds=_HOURS * 3600)]
    if tokens.refresh:
        made.append(make_cookie(REFRESH, value=tokens.refresh, seconds=_HOURS * 3600))
    return tuple(made)


def end_cookies() -> tuple[str, ...]:
    return tuple(make_cookie(name, value="", seconds=0) for name in (ID, REFRESH, STEP, TARGET))


def make_step_cookie(value: str) -> str:
    """The cookie between two steps of a sign-in."""
    return make_cookie(STEP, value=value, seconds=_STEP_SECONDS if value else 0)


def make_target_cookie(path: str) -> str:
    """The cookie with the console's page to open after sign-in; empty for any other path."""
    return make_cookie(TARGET, value=path if _TARGET.fullmatch(path) else "", seconds=_STEP_SECONDS)


def read_target(request: Request) -> str:
    """The path to open after sign-in, by default "pv05". It comes from the request, so it is checked again."""
    path = request.cookies.get(TARGET, "")
    return path[1:] if _TARGET.fullmatch(path) else "pv05"


def make_cookie(name: str, *, value: str, seconds: int) -> str:
    """SameSite is Lax, so that a user who follows a link from an e-mail stays signed in. Seals protect the forms."""
    return f"{name}={value}; Max-Age={seconds}; Path=/; Secure; HttpOnly; SameSite=Lax"
