"""People at the console: ID tokens as Cognito makes them, signed with a key of our own."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from chalicelib.external import accounts, identity
from chalicelib.external.accounts import Account
from chalicelib.office.roles import Role
from chalicelib.web.console import sessions
from tests.web.client import Browser

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

_list_accounts = accounts.list_accounts

POOL, CLIENT, KEY_ID = "ap-southeast-1_mau", "ung-dung", "khoa-1"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def set_up_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool's settings and its public keys, without a pool."""
    monkeypatch.setenv("TONGHOP_USERS", POOL)
    monkeypatch.setenv("TONGHOP_USERS_CLIENT", CLIENT)
    public = RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True) | {"kid": KEY_ID, "alg": "RS256", "use": "sig"}
    monkeypatch.setattr(identity, "fetch_keys", lambda: {"keys": [public]})
    people = [Account(f"can-bo-{each}", frozenset({each.value}), datetime.now(UTC)) for each in Role]
    monkeypatch.setattr(accounts, "list_accounts", lambda: people)
    sessions._load_keys.cache_clear()


def open_pool(monkeypatch: pytest.MonkeyPatch, members: Mapping[str, Collection[str]]) -> CognitoIdentityProviderClient:
    """A pool of its own in moto, with these people in their groups: who is in it is asked of it from now on."""
    cognito = boto3.client("cognito-idp", region_name=POOL.partition("_")[0])
    pool = cognito.create_user_pool(PoolName="pv05")["UserPool"]["Id"]
    for group in {*Role, *(group for groups in members.values() for group in groups)}:
        cognito.create_group(UserPoolId=pool, GroupName=group)
    for name, groups in members.items():
        cognito.admin_create_user(UserPoolId=pool, Username=name)
        for group in groups:
            cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)
    monkeypatch.setenv("TONGHOP_USERS", pool)
    monkeypatch.setattr(f"{__name__}.POOL", pool)
    monkeypatch.setattr(accounts, "list_accounts", _list_accounts)
    accounts._administration.cache_clear()
    return cognito


def make_claims(role: str = "editor", **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    return {
        "sub": "1", "iss": identity.Pool(POOL, CLIENT).issuer, "aud": CLIENT,
        "token_use": "id", "iat": now, "exp": now + 3600, "cognito:username": f"can-bo-{role}",
        "cognito:groups": [role] if role else [],
    } | changes  # fmt: skip


def make_token(claims: dict[str, Any], key: rsa.RSAPrivateKey = KEY, key_id: str = KEY_ID) -> str:
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": key_id})


def sign_in(browser: Browser, role: str) -> None:
    browser.cookies = {sessions.ID: make_token(make_claims(role)), sessions.VISIT: "bi-mat-cua-phien"}
