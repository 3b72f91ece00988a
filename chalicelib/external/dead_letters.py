"""Dead letters: messages of the inbox's queue that failed five times. Operators list, put back and remove them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.store.clients import sqs
from chalicelib.store.errors import translated
from chalicelib.store.settings import read_setting

_HIDDEN_SECONDS = 300
"""How long a letter stays hidden after it was read, so that one run meets each letter once."""

_MOST_AT_ONCE = 10


class DeadLetter(NamedTuple):
    """One dead letter: the original message, and the handle that removes it."""

    id: str
    body: str
    handle: str


def take_letters() -> Iterator[DeadLetter]:
    """Every letter in the queue. Each stays there, hidden for some minutes, until it is removed."""
    queue = read_setting("TONGHOP_DEAD_LETTERS")
    while True:
        with translated("dead letters"):
            answer = sqs().receive_message(
                QueueUrl=queue, MaxNumberOfMessages=_MOST_AT_ONCE, VisibilityTimeout=_HIDDEN_SECONDS, WaitTimeSeconds=1
            )
        found = answer.get("Messages", [])
        if not found:
            return
        yield from (DeadLetter(each["MessageId"], each["Body"], each["ReceiptHandle"]) for each in found)


def put_back(letter: DeadLetter) -> None:
    """Sends the message to the inbox's queue again, then removes the letter. A fault in between doubles the
    message, which is harmless: an upload has one receipt however often its event arrives."""
    with translated("queue"):
        sqs().send_message(QueueUrl=read_setting("TONGHOP_QUEUE"), MessageBody=letter.body)
    remove(letter)


def remove(letter: DeadLetter) -> None:
    with translated("dead letters"):
        sqs().delete_message(QueueUrl=read_setting("TONGHOP_DEAD_LETTERS"), ReceiptHandle=letter.handle)


def release(letter: DeadLetter) -> None:
    """Makes a letter that was only read visible again."""
    with translated("dead letters"):
        sqs().change_message_visibility(
            QueueUrl=read_setting("TONGHOP_DEAD_LETTERS"), ReceiptHandle=letter.handle, VisibilityTimeout=0
        )
