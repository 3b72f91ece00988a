"""Sign-in through the Cognito user pool. Only this module translates the pool's answers to it.

The pool's public operations need no credentials, so requests are not signed and the function needs no right.
"""

from __future__ import annotations

import json
import os
import urllib.request
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.store.errors import Unavailable
from chalicelib.store.settings import SettingMissing

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

PASSWORD = "NEW_PASSWORD_REQUIRED"  # noqa: S105 - names of challenges, no secrets
CODE = "SOFTWARE_TOKEN_MFA"
SETUP = "MFA_SETUP"
_SECONDS = 5


class SignInRefused(Exception):
    """The pool refuses; `code` is Cognito's name for the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Tokens:
    """The tokens of a signed-in user. `refresh` is empty if the old refresh token stays valid."""

    id: str
    access: str
    refresh: str = ""


@dataclass(frozen=True)
class Challenge:
    """What the pool asks for next; `session` is the pool's state of this sign-in."""

    name: str
    session: str
    username: str


@dataclass(frozen=True)
class Pool:
    """The pool's settings."""

    id: str
    client: str

    @property
    def issuer(self) -> str:
        return f"https://cognito-idp.{self.id.partition('_')[0]}.amazonaws.com/{self.id}"


def read_pool() -> Pool:
    """Raises SettingMissing."""
    pool, client = os.environ.get("TONGHOP_USERS", ""), os.environ.get("TONGHOP_USERS_CLIENT", "")
    if not pool or not client:
        raise SettingMissing("TONGHOP_USERS")
    return Pool(pool, client)


@cache
def _cognito() -> CognitoIdentityProviderClient:
    config = Config(signature_version=UNSIGNED, connect_timeout=2, read_timeout=_SECONDS,
                    retries={"mode": "standard", "total_max_attempts": 2})  # fmt: skip
    return boto3.client("cognito-idp", region_name=read_pool().id.partition("_")[0], config=config)


def sign_in(username: str, *, password: str) -> Tokens | Challenge:
    """Signs in with a password. Tokens at once mean that the user has no second factor yet. Raises SignInRefused."""
    given = {"USERNAME": username, "PASSWORD": password}
    answer = _ask("initiate_auth", AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given, ClientId=read_pool().client)
    return _read(answer, username)


def refresh(token: str) -> Tokens:
    """New tokens for a refresh token. Raises SignInRefused."""
    given = {"REFRESH_TOKEN": token}
    answer = _ask("initiate_auth", AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given, ClientId=read_pool().client)
    tokens = _read(answer, "")
    if isinstance(tokens, Challenge):
        raise SignInRefused(tokens.name)
    return tokens


def answer_password(challenge: Challenge, password: str) -> Tokens | Challenge:
    """Sets the user's own password in place of the temporary one. Raises SignInRefused."""
    return _respond(challenge, {"NEW_PASSWORD": password})


def answer_code(challenge: Challenge, code: str) -> Tokens | Challenge:
    """Answers with the six digits of the authenticator. Raises SignInRefused."""
    return _respond(challenge, {"SOFTWARE_TOKEN_MFA_CODE": code})


def associate(challenge: Challenge | Tokens) -> tuple[str, str]:
    """A new secret for the user's authenticator, and the session for the next step."""
    given = {"AccessToken": challenge.access} if isinstance(challenge, Tokens) else {"Session": challenge.session}
    answer = _ask("associate_software_token", **given)
    return str(answer["SecretCode"]), str(answer.get("Session", ""))


def verify_in_session(challenge: Challenge, code: str) -> Tokens | Challenge:
    """Proves that the authenticator knows the secret, and finishes the sign-in. Raises SignInRefused."""
    answer = _ask("verify_software_token", Session=challenge.session, UserCode=code)
    return _respond(Challenge(SETUP, str(answer["Session"]), challenge.username), {})


def verify_with_token(access: str, *, code: str) -> None:
    """The same for a user who is signed in already; later sign-ins ask for the code. Raises SignInRefused."""
    _ask("verify_software_token", AccessToken=access, UserCode=code)
    chosen = {"Enabled": True, "PreferredMfa": True}
    _ask("set_user_mfa_preference", AccessToken=access, SoftwareTokenMfaSettings=chosen)


def revoke(token: str) -> None:
    """Revokes a refresh token and all tokens made from it."""
    _ask("revoke_token", Token=token, ClientId=read_pool().client)


def change_password(token: str, *, before: str, after: str) -> None:
    """Changes the password of the user whose refresh token this is, and ends all sessions. Raises SignInRefused."""
    access = refresh(token).access
    _ask("change_password", AccessToken=access, PreviousPassword=before, ProposedPassword=after)
    _ask("global_sign_out", AccessToken=access)


def fetch_keys() -> dict[str, Any]:
    """The pool's public keys (a JWKS)."""
    url = f"{_cognito().meta.endpoint_url}/{read_pool().id}/.well-known/jwks.json"
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - the address is botocore's
            return dict(json.load(answer))
    except OSError as error:
        raise Unavailable("keys of the user pool") from error


def _respond(challenge: Challenge, answers: dict[str, str]) -> Tokens | Challenge:
    answer = _ask(
        "respond_to_auth_challenge",
        ClientId=read_pool().client,
        ChallengeName=challenge.name,
        Session=challenge.session,
        ChallengeResponses={"USERNAME": challenge.username} | answers,
    )
    return _read(answer, challenge.username)


def _read(answer: dict[str, Any], username: str) -> Tokens | Challenge:
    if name := answer.get("ChallengeName"):
        known = answer.get("ChallengeParameters", {}).get("USER_ID_FOR_SRP", username)
        return Challenge(str(name), str(answer.get("Session", "")), str(known))
    result = answer.get("AuthenticationResult")
    if not result:
        raise Unavailable("the user pool gave neither tokens nor a challenge")
    return Tokens(result["IdToken"], result["AccessToken"], result.get("RefreshToken", ""))


_OURS = ("TooManyRequestsException", "InternalErrorException", "ThrottlingException", "ServiceUnavailable")
"""Refusals that are not caused by what the user typed."""


def _ask(operation: str, **request: Any) -> dict[str, Any]:
    try:
        return dict(getattr(_cognito(), operation)(**request))
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _OURS:
            raise Unavailable(f"user pool: {code}") from error
        raise SignInRefused(code) from error
    except BotoCoreError as error:
        raise Unavailable(f"user pool: {type(error).__name__}") from error
