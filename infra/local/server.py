"""MiniStack, with what it holds in memory written to disk while it runs.

MiniStack 1.5 puts S3 objects on disk at once, but tables, queues and its knowledge of the deployment only at an orderly
stop: a power cut would leave workbooks without receipts, and buckets that no deployment knows. So its own saving runs
here in between, too. It writes beside the old file and renames, so a cut in the middle leaves the last whole state.

It also says whose it is, so that nobody takes another stack on the same port for this one.
"""

import os
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ministack import app as ministack

WHOSE = "/_tonghop/whose"
"""Answers with the directory of the state."""

PAUSE_S = 2.0
# Saving holds up requests; so after one that took a second, nothing is saved for ten.
PAUSE_PER_SECOND_OF_SAVING = 10

touched = threading.Event()
saving = threading.Lock()
serve: Callable[..., Awaitable[None]] = ministack.app
save_all: Callable[[Mapping[str, Any]], None] = ministack.save_all


async def watch(scope: Mapping[str, Any], *channels: Any) -> None:
    """Serve a request, and note when it may have changed something. Lambda workers come this way as well."""
    if scope.get("path") == WHOSE:
        await tell_whose(channels[1])
        return
    await serve(scope, *channels)
    if scope["type"] == "http" and scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
        touched.set()


async def tell_whose(send: Callable[[Mapping[str, Any]], Awaitable[None]]) -> None:
    """The process that holds the port is known by where its state lies."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": os.environ["STATE_DIR"].encode()})


def save_alone(services: Mapping[str, Any]) -> None:
    """MiniStack's saving, kept apart from itself: the one at the end may meet one of ours."""
    with saving:
        save_all(services)


def keep_saving() -> None:
    """Save after changes, again and again, as long as the process lives."""
    while touched.wait():
        time.sleep(PAUSE_S)
        touched.clear()
        began = time.monotonic()
        ministack.save_all(ministack._build_persistence_save_dict())
        time.sleep((time.monotonic() - began) * PAUSE_PER_SECOND_OF_SAVING)


if __name__ == "__main__":
    ministack.app = watch
    ministack.save_all = save_alone
    threading.Thread(target=keep_saving, daemon=True).start()
    ministack.main()
