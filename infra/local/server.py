"""MiniStack, whose memory is saved to disk while it runs.

MiniStack 1.5 writes S3 objects to disk at once, but tables, queues and deployments only at an orderly stop. A power
cut would leave workbooks without receipts, and buckets without a deployment. So this server calls MiniStack's saving
in between. Saving writes a new file and renames it, so an interruption leaves the last complete state.

The server also answers with its state's directory, so that another stack on the same port is not taken for this one.
"""

import os
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ministack import app as ministack

WHOSE = "/_tonghop/whose"
"""The path that answers with the directory of the state."""

PAUSE_S = 2.0
# Saving blocks requests: after a save that took one second, the next one waits ten.
PAUSE_PER_SECOND_OF_SAVING = 10

touched = threading.Event()
saving = threading.Lock()
serve: Callable[..., Awaitable[None]] = ministack.app
save_all: Callable[[Mapping[str, Any]], None] = ministack.save_all


async def watch(scope: Mapping[str, Any], *channels: Any) -> None:
    """Serves a request, and notes when it may have changed something. Lambda workers' requests come here too."""
    if scope.get("path") == WHOSE:
        await tell_whose(channels[1])
        return
    await serve(scope, *channels)
    if scope["type"] == "http" and scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
        touched.set()


async def tell_whose(send: Callable[[Mapping[str, Any]], Awaitable[None]]) -> None:
    """Answers with the state's directory, which identifies the process that holds the port."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": os.environ["STATE_DIR"].encode()})


def save_alone(services: Mapping[str, Any]) -> None:
    """Runs MiniStack's saving under a lock, because its save at the end may coincide with one of ours."""
    with saving:
        save_all(services)


def keep_saving() -> None:
    """Saves after changes, as long as the process lives."""
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
