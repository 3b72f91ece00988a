"""A unit's link: a bearer secret that prepares uploads for its unit, and for nothing else."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest

from chalicelib.domain.issues.issue import Refused
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Link
from chalicelib.intake.links import MintedUpload, mint_upload, open_link
from chalicelib.store import uploads
from chalicelib.store.addresses import parse_key
from chalicelib.store.audit import query_month
from chalicelib.store.clients import dynamodb
from chalicelib.store.errors import LinkClosed
from chalicelib.store.links import list_links
from chalicelib.store.names import write_posted
from chalicelib.store.objects import StoredObject
from chalicelib.store.prepared import Prepared, list_latest
from chalicelib.store.settings import read_settings
from tests.links import create_link, revoke_link
from tests.store.engine import counted
from tests.store.sample import ADDRESS, LOCK, NOON, grant_exception, import_sample

HOUR = timedelta(hours=1)
UNTIL = NOON + timedelta(days=90)


@pytest.fixture
def programme(stores: None) -> Programme:
    return import_sample()


@pytest.fixture
def made(programme: Programme) -> tuple[str, Link]:
    return create_link(programme, "178", expires=UNTIL, now=NOON, actor="pv05")


def mint(link: Link, programme: Programme, *, now: datetime = NOON, **options: Any) -> MintedUpload:
    asked = {"period": "6-thang", "form": "bc", "file_name": "báo cáo.xlsx"} | options
    return mint_upload(link, programme, now=now, **asked)


def policy(minted: MintedUpload) -> dict[str, Any]:
    return dict(json.loads(base64.b64decode(minted.fields["policy"])))


def everything_stored() -> str:
    return json.dumps(dynamodb().scan(TableName=read_settings().table)["Items"])


def test_a_link_opens_with_its_token(made: tuple[str, Link]) -> None:
    token, link = made
    opened = open_link(token, NOON + HOUR)
    assert opened is not None
    assert (opened.unit, opened.programme, opened.token_hash) == ("178", "mau", link.token_hash)


def test_the_token_is_long_and_stored_nowhere(made: tuple[str, Link], programme: Programme) -> None:
    token, link = made
    open_link(token, NOON)
    mint(link, programme)
    assert len(token) >= 43
    assert token not in everything_stored()
    assert link.token_hash in everything_stored()


@pytest.mark.promise("isolated")
def test_unknown_expired_and_revoked_links_look_the_same(made: tuple[str, Link]) -> None:
    token, link = made
    assert open_link("unknown", NOON) is None
    assert open_link("", NOON) is None
    assert open_link("\udcff" + "x" * 100_000, NOON) is None
    assert open_link(token, UNTIL) is None
    revoke_link(link, now=NOON)
    assert open_link(token, NOON) is None


def test_opening_is_noted_once_an_hour(made: tuple[str, Link]) -> None:
    token, _ = made
    moments = [NOON, NOON + HOUR / 2, NOON + HOUR]
    with counted() as calls:
        for moment in moments:
            open_link(token, moment)
    assert calls.count("TransactWriteItems") == 2
    assert [link.last_opened for link in list_links("mau")] == [NOON + HOUR]


# Preparing an upload


@pytest.mark.promise("isolated")
def test_the_policy_is_for_one_key_one_type_one_name_and_a_bounded_size(
    made: tuple[str, Link], programme: Programme
) -> None:
    minted = mint(made[1], programme)
    conditions = policy(minted)["conditions"]
    assert ["content-length-range", 1, 10 * 1024 * 1024] in conditions
    assert {"key": minted.key} in conditions
    assert {"bucket": read_settings().inbox} in conditions
    assert {"Content-Type": "application/octet-stream"} in conditions
    assert {"x-amz-meta-confirmed": "yes"} in conditions
    assert {"x-amz-meta-file-name": "b%C3%A1o%20c%C3%A1o.xlsx"} in conditions
    assert {"success_action_status": "201"} in conditions
    assert "starts-with" not in json.dumps(conditions)


def test_every_field_of_the_form_is_bound_by_the_policy(made: tuple[str, Link], programme: Programme) -> None:
    minted = mint(made[1], programme, justification="lũ lụt", redirect="https://example.vn/nop/xong")
    bound = {name for condition in policy(minted)["conditions"] if isinstance(condition, dict) for name in condition}
    assert set(minted.fields) - {"policy", "x-amz-signature"} <= bound
    assert minted.fields["success_action_redirect"] == "https://example.vn/nop/xong"
    assert "success_action_status" not in minted.fields


def test_the_form_lives_for_fifteen_minutes_at_most(made: tuple[str, Link], programme: Programme) -> None:
    minted = mint(made[1], programme)
    signed = datetime.strptime(minted.fields["x-amz-date"] + "+0000", "%Y%m%dT%H%M%SZ%z")
    expires = datetime.fromisoformat(policy(minted)["expiration"])
    assert timedelta(minutes=14) < expires - signed <= timedelta(minutes=15, seconds=1)
    assert minted.expires == NOON + timedelta(minutes=15)


@pytest.mark.promise("isolated")
def test_the_form_dies_with_the_link(made: tuple[str, Link], programme: Programme) -> None:
    link = made[1].model_copy(update={"expires": NOON + timedelta(minutes=3)})
    assert mint(link, programme).expires == NOON + timedelta(minutes=3)


def test_what_was_prepared_is_known_by_its_unit_and_in_the_audit(made: tuple[str, Link], programme: Programme) -> None:
    with counted() as calls:
        minted = mint(made[1], programme)
    assert calls.count("TransactWriteItems") == 1
    assert list_latest(ADDRESS) == [Prepared(upload_id=minted.upload_id, prepared=NOON, file_name="báo cáo.xlsx")]
    (line,) = [line for line in query_month("mau", month="2022-05") if line.action == "upload.prepared"]
    assert (line.actor, line.details["upload"]) == ("unit:178", minted.upload_id)


def test_the_key_is_the_address_and_a_fresh_id(made: tuple[str, Link], programme: Programme) -> None:
    minted = [mint(made[1], programme, file_name="../../x\r\ny.xlsx") for _ in range(2)]
    assert [parse_key(one.key) for one in minted] == [(ADDRESS, one.upload_id) for one in minted]
    assert minted[0].upload_id != minted[1].upload_id


@pytest.mark.parametrize(
    ("asked", "now", "code"),
    [
        ({"form": "khac"}, NOON, "upload.not_owed"),
        ({"period": "a#b/../c"}, NOON, "upload.not_owed"),
        ({"period": "x" * 3000}, NOON, "upload.not_owed"),
        ({"period": "nam"}, NOON, "upload.not_open"),
        ({}, LOCK, "upload.locked"),
    ],
)
def test_what_the_unit_may_not_send_is_not_prepared(
    made: tuple[str, Link], programme: Programme, asked: dict[str, Any], now: datetime, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        mint(made[1], programme, now=now, **asked)
    assert refused.value.issue.code == code


def test_an_exception_opens_a_locked_period_for_its_unit(programme: Programme) -> None:
    grant_exception(LOCK + HOUR)
    _, link = create_link(programme, "178", expires=LOCK + 9 * HOUR, now=NOON, actor="pv05")
    assert mint(link, programme, now=LOCK).upload_id
    with pytest.raises(Refused):
        mint(link, programme, now=LOCK + HOUR)


@pytest.mark.promise("isolated")
def test_a_closed_link_prepares_nothing(made: tuple[str, Link], programme: Programme) -> None:
    revoked = made[1].model_copy(update={"revoked": NOON})
    for link, now in ((revoked, NOON), (made[1], UNTIL)):
        with pytest.raises(LinkClosed):
            mint(link, programme, now=now)


@pytest.mark.promise("isolated")
def test_a_link_of_another_programme_prepares_nothing(made: tuple[str, Link], programme: Programme) -> None:
    with pytest.raises(LinkClosed):
        mint(made[1].model_copy(update={"programme": "khac"}), programme)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("báo cáo + 100%.xlsx", "báo cáo + 100%.xlsx"),
        ("C:\\Users\\a\\báo cáo.xlsx", "báo cáo.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nX-Evil: 1.xlsx", "aX-Evil: 1.xlsx"),
        ("a\u202exslx.exe", "axslx.exe"),
        ("Tra\u0300ng \u0110i\u0323nh.xlsx", "Tràng Định.xlsx"),
    ],
)
def test_a_file_name_is_carried_harmless(made: tuple[str, Link], programme: Programme, typed: str, kept: str) -> None:
    written = mint(made[1], programme, file_name=typed).fields["x-amz-meta-file-name"]
    assert written.isascii()
    assert unquote(written) == kept


def test_without_a_file_name_the_file_keeps_the_one_that_the_browser_sends(
    made: tuple[str, Link], programme: Programme
) -> None:
    fields = mint(made[1], programme, file_name="").fields
    conditions = json.loads(base64.b64decode(fields["policy"]))["conditions"]
    assert fields["x-amz-meta-posted-name"] == "${filename}"
    assert ["starts-with", "$x-amz-meta-posted-name", ""] in conditions
    assert "x-amz-meta-file-name" not in fields


@pytest.mark.parametrize(
    ("posted", "kept"),
    [
        ("Báo cáo 100%41.xlsx", "Báo cáo 100%41.xlsx"),
        ("=?UTF-8?B?QsOhbyBjw6FvIDYgdGjDoW5nLnhsc3g=?=", "Báo cáo 6 tháng.xlsx"),
        ("=?UTF-8?Q?B=C3=A1o_c=C3=A1o.xlsx?=", "Báo cáo.xlsx"),
        ("Báo cáo.xlsx".encode().decode("latin-1"), "Báo cáo.xlsx"),
        ("=?khong-co?B?AAAA?=", "=?khong-co?B?AAAA?="),
        ("=?UTF-8?B?!!!?=", ""),
        ("../../etc/pass\u202ewd\r\n.xlsx", "passwd .xlsx"),
        ("${filename}", ""),
        ("", ""),
    ],
)
def test_a_name_that_the_browser_sends_is_read_harmless(posted: str, kept: str) -> None:
    stored = StoredObject("k", "", NOON, 1, {"posted-name": write_posted(posted)}, {}, b"x", "")
    assert uploads.read_particulars(stored).file_name == kept
    assert write_posted(posted).isascii()


def test_a_file_name_of_300_vietnamese_letters_fits_with_its_suffix(
    made: tuple[str, Link], programme: Programme
) -> None:
    fields = mint(made[1], programme, file_name="ế" * 300 + ".xlsx", justification="ừ" * 500).fields
    assert unquote(fields["x-amz-meta-file-name"]).endswith("ế.xlsx")
    assert sum(len(name) + len(value) for name, value in fields.items() if name.startswith("x-amz-meta")) < 2048
    assert len(unquote(fields["x-amz-meta-file-name"])) <= 300
    assert uploads.MOST_BYTES == 10 * 1024 * 1024
