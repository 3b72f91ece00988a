"""Counters for rate limits: how often something failed within a window of time. They end by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.store.addresses import counter_key
from chalicelib.store.clients import dynamodb
from chalicelib.store.errors import translated
from chalicelib.store.settings import read_settings


def count(subject: str, *, now: datetime, window: timedelta, by: int = 1) -> int:
    """Adds `by` to the counter of `subject` in this window, and says what it is then; `by` 0 only looks."""
    started = int(now.timestamp() // window.total_seconds())
    pk, sk = counter_key(subject, started)
    key = {"pk": {"S": pk}, "sk": {"S": sk}}
    table = read_settings().table
    with translated("counter"):
        if not by:
            item = dynamodb().get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {})
            return int(item.get("number", {"N": "0"})["N"])
        answer = dynamodb().update_item(
            TableName=table,
            Key=key,
            UpdateExpression="ADD #number :by SET #expires = :expires",
            ExpressionAttributeNames={"#number": "number", "#expires": "expires_at"},
            ExpressionAttributeValues={
                ":by": {"N": str(by)},
                ":expires": {"N": str(int((now + 2 * window).timestamp()))},
            },
            ReturnValues="UPDATED_NEW",
        )
    return int(answer["Attributes"]["number"]["N"])
