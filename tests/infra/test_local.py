"""What `make serve` says and keeps, as far as it needs no stack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.local.__main__ import describe
from infra.local.authenticator import compute_code, find_secret
from infra.local.seed import LINKS, renew_addresses
from infra.local.stack import Stack, StackError

PAGES = "http://127.0.0.1:4001/restapis/abc/api/_user_request_"


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    stack = Stack(tmp_path)
    stack.outputs = {"ApiUrl": PAGES, "Users": "pool-2"}
    return stack


@pytest.mark.parametrize(("at", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_codes_are_those_of_rfc_6238(at: int, code: str) -> None:
    assert compute_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", at) == code


@pytest.mark.parametrize(
    ("user", "secret"),
    [({}, ""), ({"_totp_pending_secret": "A"}, "A"), ({"_totp_secret": "B", "_totp_pending_secret": "A"}, "B")],
)
def test_the_secret_in_use_comes_before_the_one_being_set_up(stack: Stack, user: dict[str, str], secret: str) -> None:
    pools = {"x": {"Id": "pool-1", "_users": {}}, "y": {"Id": "pool-2", "_users": {"pv05": user}}}
    (stack.var / "state").mkdir()
    (stack.var / "state" / "cognito.json").write_text(json.dumps({"payload": {"user_pools": {"data": pools}}}))
    assert find_secret(stack, "pv05") == secret
    with pytest.raises(StackError, match="no account khac: pv05"):
        find_secret(stack, "khac")


def test_before_anything_was_saved_there_is_no_secret(stack: Stack) -> None:
    assert find_secret(stack, "pv05") == ""


def test_one_reads_where_to_go_who_one_is_and_how_to_get_in(stack: Stack) -> None:
    said = describe(stack)
    assert f"{PAGES}/pv05" in said
    assert "pv05; its first password is in" in said
    assert f"infra.local code --var {stack.var}" in said


def test_another_port_changes_the_address_of_a_link_and_not_its_token(stack: Stack) -> None:
    old = "Bình Gia,http://127.0.0.1:9/restapis/old/api/_user_request_/nop/token"
    (stack.var / LINKS).write_text(f"\ufeffĐơn vị,Đường dẫn\r\n{old}\r\n", "utf-8", newline="")
    renew_addresses(stack)
    assert f"Bình Gia,{PAGES}/nop/token" in (stack.var / LINKS).read_text("utf-8")
