"""The clients of DynamoDB and S3, each made once per process on first use, with bounded waits.

Operators also have clients of SQS and KMS.

"standard" retries cover throttling, 5xx answers and lost connections, with back-off and jitter; a
transaction keeps its token over them, so that a retry after a lost answer has its effect once.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from chalicelib.store.settings import read_settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

_ATTEMPTS = 4
_REGIONAL = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
_CONNECT_SECONDS = 2
_DYNAMODB_SECONDS = 5
_S3_SECONDS = 10


@cache
def dynamodb() -> DynamoDBClient:
    return boto3.client("dynamodb", config=_configure(_DYNAMODB_SECONDS))


@cache
def s3() -> S3Client:
    """Signs with version 4, and for the region's own address: the global one sends browsers on elsewhere, which neither
    a signature nor our Content-Security-Policy survives."""
    return boto3.client("s3", config=_configure(_S3_SECONDS).merge(_REGIONAL))


@cache
def sqs() -> SQSClient:
    return boto3.client("sqs", config=_configure(_S3_SECONDS))


@cache
def kms() -> Any:  # its stubs are not among the development requirements
    return boto3.client("kms", config=_configure(_S3_SECONDS))


def forget() -> None:
    """Drops clients and settings, for a process whose environment has changed: boto3 itself remembers credentials."""
    boto3.setup_default_session()
    dynamodb.cache_clear()
    s3.cache_clear()
    sqs.cache_clear()
    kms.cache_clear()
    read_settings.cache_clear()


def _configure(read_timeout: int) -> Config:
    return Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=read_timeout,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
    )
