"""The names of the table and the buckets, read once from the environment.

Endpoints, regions and credentials are botocore's own settings (`AWS_ENDPOINT_URL`, `AWS_REGION`), never ours.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache


class SettingMissing(Exception):
    """The environment lacks a setting. The message is the setting's name."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`table` is a DynamoDB table, `inbox` the versioned bucket of uploads, `reports` the bucket of all other files."""

    table: str
    inbox: str
    reports: str


@cache
def read_settings() -> Settings:
    """The settings of this process. Raises SettingMissing."""
    return Settings(
        table=read_setting("TONGHOP_TABLE"),
        inbox=read_setting("TONGHOP_INBOX"),
        reports=read_setting("TONGHOP_REPORTS"),
    )


def read_setting(name: str) -> str:
    """A setting that only some processes need, such as the operators' queues and key. Raises SettingMissing."""
    value = os.environ.get(name, "")
    if not value:
        raise SettingMissing(name)
    return value
