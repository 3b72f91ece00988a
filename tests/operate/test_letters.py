"""Dead letters are looked at without harm, put back, or kept where nothing can read them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from chalicelib.operate.redrive import drop, look, redrive
from chalicelib.store.addresses import upload_key
from chalicelib.store.clients import sqs
from tests.office.returned import RETURNED
from tests.office.returned import make_event as returned
from tests.store.sample import ADDRESS, numbered


def make_event(key: str) -> str:
    record = {"eventName": "ObjectCreated:Post", "eventVersion": "2.1", "s3": {"object": {"key": key}}}
    return json.dumps({"Records": [record]})


@pytest.fixture
def queues(programme: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    queue, dead = (sqs().create_queue(QueueName=name)["QueueUrl"] for name in ("queue", "dead"))
    monkeypatch.setenv("TONGHOP_QUEUE", queue)
    monkeypatch.setenv("TONGHOP_DEAD_LETTERS", dead)
    for body in (make_event(upload_key(ADDRESS, numbered(2))), make_event("inbox/foreign"), "no JSON"):
        sqs().send_message(QueueUrl=dead, MessageBody=body)
    yield queue, dead
    for each in (queue, dead):
        sqs().delete_queue(QueueUrl=each)


def count(queue: str) -> int:
    name = "ApproximateNumberOfMessages"
    return int(sqs().get_queue_attributes(QueueUrl=queue, AttributeNames=[name])["Attributes"][name])


def test_looking_changes_nothing(queues: tuple[str, str]) -> None:
    found = {letter.fault: letter for letter in look()}
    assert sorted(fault.split(":")[0] for fault in found) == ["", "no JSON", "not a key of ours"]
    assert found[""].answered
    assert count(queues[1]) == 3


def test_what_can_be_read_goes_back_and_the_rest_stays(queues: tuple[str, str]) -> None:
    back, left = redrive()
    assert (back, len(left)) == (1, 2)
    assert (count(queues[0]), count(queues[1])) == (1, 2)


def test_a_message_about_mail_goes_back_as_well_and_its_addresses_are_not_told(queues: tuple[str, str]) -> None:
    for body in (returned(), returned(detail=[RETURNED])):
        sqs().send_message(QueueUrl=queues[1], MessageBody=body)
    found = look()
    assert sorted(letter.fault for letter in found if not letter.keys and "JSON" not in letter.fault) == [
        "", "an event of SES lacks a part",
    ]  # fmt: skip
    assert RETURNED not in str(found)
    back, left = redrive()
    assert (back, len(left)) == (2, 3)


def test_one_letter_is_dropped(queues: tuple[str, str]) -> None:
    letter = next(letter for letter in look() if letter.fault.startswith("no JSON"))
    assert drop(letter.id)
    assert not drop(letter.id)
    assert count(queues[1]) == 2
