"""AWS's own DynamoDB for tests, in memory, as a child process. `make test` fetches it into build/."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra.machine import find_program
from infra.package import BUILD
from tests.store.engine import hooked

HOME = BUILD / "dynamodb-local"
PATIENCE_S = 120.0
EMPTY = "∅"
"""Stands for an empty text in this engine of January 2020; DynamoDB itself has taken them since May 2020."""


@contextmanager
def open_dynamodb_local() -> Iterator[str]:
    """Its endpoint. Raises ProgramMissing without Java."""
    if not (HOME / "DynamoDBLocal.jar").is_file():
        raise FileNotFoundError("DynamoDB Local is not there: `make build/dynamodb-local/DynamoDBLocal.jar` fetches it")
    port = find_free_port()
    command = [
        find_program("java"), "-Xmx512m", "-Djava.library.path=DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar",
        "-inMemory", "-sharedDb", "-port", str(port),
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until_open(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_open(port: int) -> None:
    """Raises OSError if nothing listens in time."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@contextmanager
def standing_in_for_empty_texts() -> Iterator[None]:
    with hooked("before-call", _send_marks), hooked("after-call", _read_marks):
        yield


def _send_marks(params: dict[str, Any], **_: Any) -> None:
    if isinstance(params["body"], bytes):
        params["body"] = params["body"].replace(b'{"S": ""}', json.dumps({"S": EMPTY}).encode())


def _read_marks(parsed: Any, **_: Any) -> None:
    for value in parsed.values() if isinstance(parsed, dict) else parsed if isinstance(parsed, list) else ():
        if value == {"S": EMPTY}:
            value["S"] = ""
        _read_marks(value)
