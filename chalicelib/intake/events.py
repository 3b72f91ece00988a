"""Reads S3 events from the queue: the body of a message becomes the uploads it announces."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.store.addresses import decode_key

logger = logging.getLogger(__name__)

_MAJOR = "2"


class EventUnreadable(ValueError):
    """A message that no retry can make readable; the text is for whoever finds it in the dead-letter queue."""


class Arrival(NamedTuple):
    """An object was created. `version_id` is empty if the event names none; then the latest version is meant."""

    key: str
    version_id: str = ""


def parse_events(body: str) -> list[Arrival]:
    """The arrivals in a message: none for a test event, a deletion, or another major version of events.

    Ignored events are logged, and the sweep finds their uploads. Raises EventUnreadable if the body is not JSON or
    lacks a required field.
    """
    message = _read_json(body)
    if message.get("Event") == "s3:TestEvent":
        return []
    records = message.get("Records")
    if not isinstance(records, list):
        raise EventUnreadable("no list of Records")
    if not records:
        logger.warning("an event without records")
    return [arrival for record in records if (arrival := _read_record(record)) is not None]


def _read_json(body: str) -> Mapping[str, Any]:
    try:
        message = json.loads(body)
    except ValueError as error:
        raise EventUnreadable(f"no JSON: {error}") from None
    if not isinstance(message, dict):
        raise EventUnreadable("no JSON object")
    return message


def _read_record(record: Any) -> Arrival | None:
    name = _find(record, "eventName", str)
    version = _find(record, "eventVersion", str)
    if version.split(".")[0] != _MAJOR or not name.removeprefix("s3:").startswith("ObjectCreated:"):
        logger.warning("passed over: event %s, version %s", name[:80], version[:20])
        return None
    entity = _find(_find(record, "s3", dict), "object", dict)
    version_id = entity.get("versionId")
    return Arrival(decode_key(_find(entity, "key", str)), version_id if isinstance(version_id, str) else "")


def _find(entity: Any, name: str, kind: type[Any]) -> Any:
    found = entity.get(name) if isinstance(entity, dict) else None
    if not isinstance(found, kind):
        raise EventUnreadable(f"no {name} in a record")
    return found
