"""The accounts in the Cognito user pool: who there is, in which groups, and what administrators do with them.

Only `identity.py`, which signs people in, talks to the pool besides. These operations need rights; their errors are
translated here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.external.identity import read_pool
from chalicelib.store.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import UserTypeTypeDef

_SECONDS = 5
_WAITING = "FORCE_CHANGE_PASSWORD"


@dataclass(frozen=True)
class Account:
    """One account. `is_waiting`: the password that it was given was not changed yet, so nobody has signed in by it."""

    name: str
    groups: frozenset[str]
    made: datetime
    is_enabled: bool = True
    is_waiting: bool = False
    mail: str = ""


class AccountUnknown(NotFound):
    """The pool has no such account."""


@cache
def _administration() -> CognitoIdentityProviderClient:
    config = Config(connect_timeout=2, read_timeout=_SECONDS, retries={"mode": "standard", "total_max_attempts": 2})
    return boto3.client("cognito-idp", region_name=read_pool().id.partition("_")[0], config=config)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except _administration().exceptions.UserNotFoundException:
        raise AccountUnknown("account") from None
    except (ClientError, BotoCoreError) as error:
        raise Unavailable("accounts of the user pool") from error


# Reading


def list_accounts() -> list[Account]:
    """All accounts with their groups, by name."""
    with _translated():
        groups = _list_groups()
        pages = _administration().get_paginator("list_users").paginate(UserPoolId=read_pool().id)
        found = [_read(user, groups) for page in pages for user in page["Users"]]
    return sorted(found, key=lambda each: each.name)


def _list_groups() -> dict[str, set[str]]:
    """The groups that each user is in."""
    pool, cognito = read_pool().id, _administration()
    found: dict[str, set[str]] = defaultdict(set)
    for page in cognito.get_paginator("list_groups").paginate(UserPoolId=pool):
        for group in (each["GroupName"] for each in page["Groups"]):
            for members in cognito.get_paginator("list_users_in_group").paginate(UserPoolId=pool, GroupName=group):
                for user in members["Users"]:
                    found[user["Username"]].add(group)
    return found


def _read(user: UserTypeTypeDef, groups: dict[str, set[str]]) -> Account:
    attributes = {each["Name"]: each.get("Value", "") for each in user.get("Attributes", ())}
    name = user["Username"]
    return Account(
        name, frozenset(groups.get(name, ())), user["UserCreateDate"], is_enabled=user.get("Enabled", True),
        is_waiting=user.get("UserStatus") == _WAITING, mail=attributes.get("email", ""),
    )  # fmt: skip


# Changing


def create_account(name: str, *, password: str, mail: str = "") -> None:
    """Makes an account whose user signs in with this password once, and then chooses another."""
    with _translated():
        _administration().admin_create_user(
            UserPoolId=read_pool().id, Username=name, TemporaryPassword=password, MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": mail}] if mail else [],
        )  # fmt: skip


def set_groups(account: Account, groups: Iterable[str]) -> None:
    """Puts the account into exactly these groups. A group that nobody was in yet is made."""
    wanted, cognito, pool = frozenset(groups), _administration(), read_pool().id
    with _translated():
        for group in sorted(wanted - account.groups):
            with suppress(cognito.exceptions.GroupExistsException):
                cognito.create_group(UserPoolId=pool, GroupName=group)
            cognito.admin_add_user_to_group(UserPoolId=pool, Username=account.name, GroupName=group)
        for group in sorted(account.groups - wanted):
            cognito.admin_remove_user_from_group(UserPoolId=pool, Username=account.name, GroupName=group)


def set_password(name: str, *, password: str) -> None:
    """Gives the account a password for one sign-in, in place of its own; its second factor stays."""
    with _translated():
        _administration().admin_set_user_password(
            UserPoolId=read_pool().id, Username=name, Password=password, Permanent=False
        )


def end_sessions(name: str) -> None:
    """Revokes the account's refresh tokens."""
    with _translated():
        _administration().admin_user_global_sign_out(UserPoolId=read_pool().id, Username=name)


def disable_account(name: str) -> None:
    with _translated():
        _administration().admin_disable_user(UserPoolId=read_pool().id, Username=name)


def enable_account(name: str) -> None:
    with _translated():
        _administration().admin_enable_user(UserPoolId=read_pool().id, Username=name)


def delete_account(name: str) -> None:
    """Deletes the account with its second factor; what is gone already stays gone."""
    with suppress(AccountUnknown), _translated():
        _administration().admin_delete_user(UserPoolId=read_pool().id, Username=name)
