"""Counters for limits: how often something was done within a window of time. DynamoDB deletes them later."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.store import table
from chalicelib.store.addresses import counter_key


def count(subject: str, *, now: datetime, window: timedelta, by: int = 1) -> int:
    """Adds `by` to the counter of `subject` in this window and returns the sum; `by` 0 only reads it."""
    key = counter_key(subject, int(now.timestamp() // window.total_seconds()))
    return table.add(key, by, expires=now + 2 * window) if by else table.find_number(key)
