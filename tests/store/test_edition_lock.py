"""Object Lock on frozen editions, where the setting asks for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.store.clients import s3
from chalicelib.store.errors import StorageError
from chalicelib.store.objects import delete_version, list_versions
from chalicelib.store.settings import read_settings
from chalicelib.store.uploads import put_report


@pytest.mark.usefixtures("stores")
def test_a_file_of_a_frozen_edition_is_locked_for_so_many_days_and_that_of_a_draft_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bucket = read_settings().reports + "-locked"
    place = {"LocationConstraint": "ap-southeast-1"}
    s3().create_bucket(Bucket=bucket, CreateBucketConfiguration=place, ObjectLockEnabledForBucket=True)  # type: ignore[arg-type]
    monkeypatch.setenv("TONGHOP_REPORTS", bucket)
    monkeypatch.setenv("TONGHOP_EDITION_LOCK", "COMPLIANCE:3650")
    read_settings.cache_clear()
    key, _ = put_report("mau", period="6-thang", number=1, name="tong-hop.csv", data=b"x", is_frozen=True)
    stored = s3().head_object(Bucket=bucket, Key=key)
    assert stored["ObjectLockMode"] == "COMPLIANCE"
    assert stored["ObjectLockRetainUntilDate"] > datetime.now(UTC) + timedelta(days=3649)
    with pytest.raises(StorageError):
        delete_version(bucket, key=key, version_id=next(list_versions(bucket, prefix=key)).version_id)
    draft, _ = put_report("mau", period="6-thang", number=2, name="tong-hop.csv", data=b"x")
    assert "ObjectLockMode" not in s3().head_object(Bucket=bucket, Key=draft)


@pytest.mark.usefixtures("stores")
def test_without_the_setting_nothing_is_asked_for() -> None:
    key, _ = put_report("mau", period="6-thang", number=1, name="tong-hop.csv", data=b"x", is_frozen=True)
    assert "ObjectLockMode" not in s3().get_object(Bucket=read_settings().reports, Key=key)
