"""The console's session: Cognito's tokens in cookies that no script and no other site can use.

An ID token lives an hour and is verified on every request against the pool's keys; the refresh token makes
new ones for half a day. Nothing is kept on our side.
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
from chalicelib.web.console.permissions import Role, find_role
from chalicelib.web.problems import Forbidden, SignInNeeded
from chalicelib.web.request import Request

ID, REFRESH, VISIT, STEP = "__Host-dang-nhap", "__Host-gia-han", "__Host-phien", "__Host-buoc"
TARGET = "__Host-noi-den"
"""Names of cookies: the prefix makes browsers hold them to Secure, this host, and no Domain."""

_HOURS = 12
_TARGET = re.compile(r"/pv05(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_STEP_SECONDS = 600
_KEYS_SECONDS = 3600
_LEEWAY = 10


@dataclass(frozen=True)
class Session:
    """Who is at the console. `cookies` have to go with the answer where tokens were renewed."""

    username: str
    role: Role
    secret: str
    cookies: tuple[str, ...] = ()

    @property
    def actor(self) -> str:
        """As the audit names them."""
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
    if claims is None or VISIT not in request.cookies:  # without its secret no form could be sent
        raise SignInNeeded
    role = find_role(claims.get("cognito:groups", ()))
    if role is None:
        raise Forbidden("Tài khoản chưa được cấp vai trò nào. Xin liên hệ người quản trị hệ thống.")
    return Session(str(claims["cognito:username"]), role, request.cookies.get(VISIT, ""), cookies)


def _renew(token: str) -> Tokens:
    if not token:
        raise SignInNeeded
    try:
        return identity.refresh(token)
    except identity.SignInRefused:
        raise SignInNeeded from None


def read_claims(token: str) -> Mapping[str, Any] | None:
    """The claims of an ID token that our pool has signed for our client and that has not ended; None otherwise."""
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
    """Keys are fetched once an hour, and once more, soon, for one that is not among them: pools rotate theirs."""
    for span in (_KEYS_SECONDS, 60):
        found = _load_keys((span, int(time.time() // span))).get(key_id)
        if found:
            return found
    raise jwt.InvalidKeyError(key_id)


@lru_cache(maxsize=4)
def _load_keys(_: tuple[int, int]) -> dict[str, jwt.PyJWK]:
    """Once for each span of time."""
    return {key.key_id: key for key in jwt.PyJWKSet.from_dict(identity.fetch_keys()).keys if key.key_id}


def make_cookies(tokens: Tokens) -> tuple[str, ...]:
    made = [make_cookie(ID, tokens.id, _HOURS * 3600)]
    if tokens.refresh:
        made.append(make_cookie(REFRESH, tokens.refresh, _HOURS * 3600))
    return tuple(made)


def end_cookies() -> tuple[str, ...]:
    return tuple(make_cookie(name, "", 0) for name in (ID, REFRESH, STEP, TARGET))


def make_step_cookie(value: str) -> str:
    """Between two steps of a sign-in."""
    return make_cookie(STEP, value, _STEP_SECONDS if value else 0)


def make_target_cookie(path: str) -> str:
    """The page of the console to go to after signing in; nothing for any other path."""
    return make_cookie(TARGET, path if _TARGET.fullmatch(path) else "", _STEP_SECONDS)


def read_target(request: Request) -> str:
    """The path below the root, "pv05" where none is known. It came with a request, so it is looked at again."""
    path = request.cookies.get(TARGET, "")
    return path[1:] if _TARGET.fullmatch(path) else "pv05"


def make_cookie(name: str, value: str, seconds: int) -> str:
    """Lax, not Strict: who follows a link to the console out of an e-mail stays signed in. Forms have their seal."""
    return f"{name}={value}; Max-Age={seconds}; Path=/; Secure; HttpOnly; SameSite=Lax"
