"""What `make serve` says, keeps and fills a stack with, as far as it needs no stack of its own."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.intake.links import hash_token
from chalicelib.office.links import find_valid
from chalicelib.store import programmes
from infra.local import seed as seeding
from infra.local.__main__ import describe
from infra.local.authenticator import compute_code, find_secret
from infra.local.seed import ADMIN, LINKS, renew_addresses, seed
from infra.local.stack import KEPT_AFTER_S, Stack, StackError
from tests.store.engine import DEATHS, Fault, Killed, broken_at, counted, stores
from tests.store.sample import FILES

__all__ = ["stores"]

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


def test_one_reads_what_a_power_cut_may_take(stack: Stack) -> None:
    assert f"a power cut takes at most the last {KEPT_AFTER_S:.0f} s" in describe(stack)


def test_another_port_changes_the_address_of_a_link_and_not_its_token(stack: Stack) -> None:
    old = "Bình Gia,http://127.0.0.1:9/restapis/old/api/_user_request_/nop/token"
    (stack.var / LINKS).write_text(f"\ufeffĐơn vị,Đường dẫn\r\n{old}\r\n", "utf-8", newline="")
    renew_addresses(stack)
    assert f"Bình Gia,{PAGES}/nop/token" in (stack.var / LINKS).read_text("utf-8")


class FakeStack(Stack):
    """The stores of this process, and a pool in it."""

    environment = {}  # type: ignore[assignment]  # noqa: RUF012 - the stores are this process's own

    def client(self, service: str) -> Any:
        return boto3.client(service)  # type: ignore[call-overload]


@pytest.fixture
def empty(tmp_path: Path, stores: None, monkeypatch: pytest.MonkeyPatch) -> Stack:
    texts = {name: data.decode() for name, data in FILES.items() if not name.endswith(".docx")}
    monkeypatch.setattr(seeding, "read_demo_files", lambda _: texts)
    monkeypatch.setattr(seeding, "DEMO_CODE", "mau")
    monkeypatch.setattr(seeding, "seed_earlier", lambda *_, **__: None)  # tests/demo/test_earlier.py
    monkeypatch.setattr(seeding, "read_demo_documents", lambda: {"mau.docx": FILES["mau.docx"]})
    pool = boto3.client("cognito-idp").create_user_pool(PoolName="pv05")["UserPool"]["Id"]
    boto3.client("cognito-idp").create_group(UserPoolId=pool, GroupName="admin")
    stack = FakeStack(tmp_path)
    stack.outputs = {"ApiUrl": PAGES, "Users": pool}
    return stack


CALLS = 16
"""More than a first start makes to the stores; one too many is no fault at all."""


@pytest.mark.promise("told", "finished")
@pytest.mark.parametrize("fault", DEATHS)
@pytest.mark.parametrize("number", range(CALLS))
def test_a_first_start_that_is_cut_off_at_any_call_is_finished_by_the_next(
    empty: Stack, number: int, fault: Fault
) -> None:
    with suppress(Killed), broken_at(number, fault):
        seed(empty)
    seed(empty)
    now, text = datetime.now(UTC), (empty.var / LINKS).read_text("utf-8")
    valid = find_valid("mau", now)
    assert [link.unit for link in valid if link.is_held(now)] == ["178", "180"]
    assert {link.token_hash for link in valid} == {hash_token(token) for token in re.findall(r"/nop/([\w-]+)", text)}
    assert programmes.list_programmes() == ("mau",)
    assert f"tài khoản {ADMIN}, mật khẩu lần đầu Tam-" in text


def test_no_first_start_has_more_calls_than_are_tried(empty: Stack) -> None:
    with counted() as calls:
        seed(empty)
    assert len(calls) <= CALLS
    with counted() as again:
        seed(empty)
    assert again == calls[:1]
