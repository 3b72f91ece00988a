"""Authenticator codes for the embedded stack's console accounts, for developers without a telephone.

MiniStack saves an account's secret with its state some seconds after the sign-in page shows it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
import time
from typing import Any

from infra.local.stack import Stack, StackError

STEP_S = 30
PATIENCE_S = 10


def compute_code(secret: str, at: float) -> str:
    """The six digits that an authenticator shows at this time (RFC 6238)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(at) // STEP_S), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def read_code(stack: Stack, account: str) -> str:
    """The account's code for this half minute. Raises StackError if the account has not reached that step."""
    deadline = time.monotonic() + PATIENCE_S
    while not (secret := find_secret(stack, account)):
        if time.monotonic() > deadline:
            raise StackError(f"{account} has no authenticator yet: sign in with the password first, then ask again")
        time.sleep(0.2)
    return compute_code(secret, time.time())


def find_secret(stack: Stack, account: str) -> str:
    """The secret in use, or the one being set up; "" if there is neither. Raises StackError."""
    state = stack.var / "state" / "cognito.json"
    users = _find_users(json.loads(state.read_text()), stack.outputs["Users"]) if state.is_file() else {}
    if users and account not in users:
        raise StackError(f"there is no account {account}: {', '.join(users)}")
    user = users.get(account, {})
    return str(user.get("_totp_secret") or user.get("_totp_pending_secret") or "")


def _find_users(state: dict[str, Any], pool: str) -> dict[str, dict[str, Any]]:
    pools = state["payload"]["user_pools"]["data"].values()
    return next((dict(each["_users"]) for each in pools if each["Id"] == pool), {})
