"""Invokes another of our Lambda functions without waiting for it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from chalicelib.store.errors import translated
from chalicelib.store.settings import SettingMissing

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


@cache
def _lambda() -> LambdaClient:
    """A client without retries, because a retried request may be taken twice."""
    config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
    return boto3.client("lambda", config=config)


def ask_for_edition(request: Mapping[str, str]) -> None:
    """Starts the function that publishes. It makes an edition, or nothing if nothing has changed."""
    _start("TONGHOP_PUBLISH", request)


def ask_for_recheck(request: Mapping[str, str]) -> None:
    """Starts the function that checks the submissions of a period anew."""
    _start("TONGHOP_RECHECK", request)


def ask_for_slips(request: Mapping[str, str]) -> None:
    """Starts the function that makes links for many units, and the file of their slips."""
    _start("TONGHOP_SLIPS", request)


def _start(setting: str, request: Mapping[str, str]) -> None:
    name = os.environ.get(setting, "")
    if not name:
        raise SettingMissing(setting)
    with translated(setting):
        _lambda().invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(dict(request)).encode())
