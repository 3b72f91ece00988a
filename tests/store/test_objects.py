"""Objects are read whole or not at all, and handed out under names that do no harm."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from botocore.response import StreamingBody

from chalicelib.store import clients, objects, uploads
from chalicelib.store.addresses import marked_copy_key
from chalicelib.store.clients import s3
from chalicelib.store.errors import Damaged, NotFound, Unavailable
from chalicelib.store.names import render_disposition
from chalicelib.store.settings import SettingMissing, read_settings
from tests.store.engine import counted, hooked
from tests.store.sample import ADDRESS, numbered, send, workbook

pytestmark = pytest.mark.usefixtures("stores")


@contextmanager
def bodies(*made: bytes | None) -> Iterator[None]:
    """Answers the next reads with these bodies instead; None leaves an answer as it is."""
    left = list(made)

    def change(model: Any, parsed: Any, **_: Any) -> None:
        if model.name == "GetObject" and left and (data := left.pop(0)) is not None:
            parsed["Body"] = StreamingBody(io.BytesIO(data), parsed["ContentLength"])

    with hooked("after-call", change):
        yield


def put(data: bytes) -> str:
    objects.put_object("records/x", data, content_type="application/gzip")
    return "records/x"


def test_a_body_that_broke_off_is_read_again() -> None:
    key = put(b"whole")
    with bodies(b"who", b"whale"), counted() as calls:
        assert objects.read_body(key) == b"whole"
    assert calls == ["GetObject"] * 3


def test_a_body_that_always_breaks_off_is_no_answer() -> None:
    key = put(b"whole")
    with bodies(b"who", b"who", b"who"), pytest.raises(Unavailable):
        objects.read_body(key)


def test_a_body_of_the_right_length_and_the_wrong_hash_is_noticed() -> None:
    key = put(b"whole")
    with bodies(b"whale", b"whale", b"whale"), pytest.raises(Damaged):
        objects.read_body(key)


def test_what_is_not_there_is_named_and_not_tried_again() -> None:
    with counted() as calls, pytest.raises(NotFound):
        objects.read_body("records/none")
    assert calls == ["GetObject"]


def test_what_the_sender_said_comes_back_with_the_upload() -> None:
    key, version_id = send(workbook(A1=5), numbered(1), file_name="báo cáo + 100%.xlsx")
    stored = uploads.read_upload(key, version_id)
    assert uploads.read_particulars(stored) == uploads.Particulars("báo cáo + 100%.xlsx", is_unclassified=True)
    assert stored.data == workbook(A1=5)


def test_more_than_a_page_of_versions_is_listed() -> None:
    def turn_early(model: Any, params: Any, **_: Any) -> None:
        if model.name == "ListObjectVersions":
            params["MaxKeys"] = 3

    for number in range(10):
        s3().put_object(Bucket=read_settings().inbox, Key=f"inbox/{number}", Body=b"x")
    with hooked("before-parameter-build", turn_early), counted() as calls:
        assert len(list(uploads.list_uploads())) == 10
    assert calls == ["ListObjectVersions"] * 4


def test_the_file_of_an_edition_has_its_type_and_its_name() -> None:
    key, sha256 = uploads.put_report("mau", period="6-thang", number=3, name="Tổng hợp.xlsx", data=b"PK")
    head = s3().head_object(Bucket=read_settings().reports, Key=key)
    assert key.startswith("drafts/mau/6-thang/000003/")
    assert head["ContentType"].endswith("spreadsheetml.sheet")
    assert head["ContentDisposition"].startswith("attachment; ")
    assert (uploads.read_report(key), len(sha256)) == (b"PK", 64)


@pytest.mark.parametrize("is_frozen", [True, False])
def test_the_data_of_any_edition_stays_and_is_stored_compressed(is_frozen: bool) -> None:
    data = b'{"figures": []}' * 100
    key, sha256 = uploads.put_report(
        "mau", period="6-thang", number=3, name="tong-hop.json", data=data, is_frozen=is_frozen, is_data=True
    )
    head = s3().head_object(Bucket=read_settings().reports, Key=key)
    assert key.startswith("editions/mau/6-thang/000003/")
    assert head["ContentLength"] < len(data)
    assert (uploads.read_report(key), sha256) == (data, hashlib.sha256(data).hexdigest())
    served = parse_qs(urlsplit(uploads.presign_report(key, file_name="tong-hop.json")).query)
    assert served["response-content-encoding"] == ["gzip"]  # so that who downloads it gets the data
    s3().put_object(Bucket=read_settings().reports, Key=key, Body=b"no gzip")
    with pytest.raises(Damaged):
        uploads.read_report(key)


@pytest.mark.promise("frozen")
def test_two_makers_of_one_edition_do_not_write_over_each_other() -> None:
    first, _ = uploads.put_report("mau", period="6-thang", number=3, name="a.csv", data=b"1")
    second, _ = uploads.put_report("mau", period="6-thang", number=3, name="a.csv", data=b"2")
    assert (uploads.read_report(first), uploads.read_report(second)) == (b"1", b"2")


def test_a_kind_of_file_that_no_edition_has_is_refused() -> None:
    with pytest.raises(KeyError):
        uploads.put_report("mau", period="6-thang", number=3, name="a.html", data=b"<script>")


def test_a_download_names_the_file_and_never_lets_the_browser_guess() -> None:
    key = marked_copy_key(ADDRESS, numbered(1))
    uploads.put_marked_copy(key, b"PK")
    query = parse_qs(urlsplit(uploads.presign_report(key, file_name="Tổng hợp.xlsx")).query)
    assert query["response-content-disposition"] == [render_disposition("Tổng hợp.xlsx")]
    assert query["response-content-type"][0].endswith("spreadsheetml.sheet")
    assert query["X-Amz-Expires"] == ["900"]
    original = parse_qs(urlsplit(uploads.presign_original("inbox/x", "v1", file_name="a.html")).query)
    assert original["response-content-type"] == ["application/octet-stream"]
    assert original["versionId"] == ["v1"]


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Tổng hợp.xlsx", "Tong hop.xlsx"),
        ("Đình Lập.xlsx", "Dinh Lap.xlsx"),
        ('a"; filename="b.exe', "a__ filename=_b.exe".replace("=", "_")),
        ("a\r\nSet-Cookie: x.xlsx", "aSet-Cookie_ x.xlsx"),
        ("../../a.xlsx", "a.xlsx"),
        ("Kỳ đến 30/06/2026.xlsx", "Ky den 30-06-2026.xlsx"),
        ("", "tep"),
    ],
)
def test_a_disposition_cannot_be_broken_out_of(name: str, plain: str) -> None:
    written = render_disposition(name)
    quoted, full = written.removeprefix('attachment; filename="').split("\"; filename*=UTF-8''")
    assert quoted == plain
    assert '"' not in full
    assert "\n" not in unquote(full)


def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TONGHOP_REPORTS")
    read_settings.cache_clear()
    with pytest.raises(SettingMissing, match="TONGHOP_REPORTS"):
        read_settings()


def test_a_client_is_made_once() -> None:
    assert clients.s3() is clients.s3()
    assert clients.dynamodb() is clients.dynamodb()


def test_browsers_are_sent_to_the_regions_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """The global one sends them on elsewhere for a bucket's first hours, which no signature survives."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-southeast-1")
    clients.s3.cache_clear()
    url = clients.s3().generate_presigned_post(Bucket="ten-kho", Key="x")["url"]
    clients.s3.cache_clear()
    assert url == "https://ten-kho.s3.ap-southeast-1.amazonaws.com/"
