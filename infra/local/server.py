"""MiniStack, whose memory is saved to disk while it runs.

MiniStack 1.5 writes S3 objects to disk at once, but tables, queues and deployments only at an orderly stop. A power
cut would leave workbooks without receipts, and buckets without a deployment. So this server saves in between.

A child process saves: a fork has the server's memory as it was at one moment, between two requests, and writes it
while the server goes on answering. So saving does not wait until the load is over, and a transaction is saved whole
or not at all. Each service's file is written anew and renamed, so an interruption leaves the last complete state.

The server also answers with its state's directory, so that another stack on the same port is not taken for this one.
"""

import asyncio
import ctypes
import json
import multiprocessing
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from typing import IO, Any

from ministack import app as ministack

WHOSE = "/_tonghop/whose"
"""The path that answers with the directory of the state."""

PAUSE_S = 1.0
STUCK_S = 60
"""A child that has not ended by then is ended by the system, and the next one starts."""

_PR_SET_PDEATHSIG = 1

touched = asyncio.Event()
serve: Callable[..., Awaitable[None]] = ministack.app
save_all: Callable[[Mapping[str, Any]], None] = ministack.save_all


async def watch(scope: Mapping[str, Any], *channels: Any) -> None:
    """Serves a request, and notes when it may have changed something. Lambda workers' requests come here too."""
    if scope.get("path") == WHOSE:
        await tell_whose(channels[1])
    elif scope["type"] == "lifespan":
        saver = asyncio.create_task(keep_saving())
        await serve(scope, *channels)
        saver.cancel()
    else:
        await serve(scope, *channels)
        if scope["type"] == "http" and scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
            touched.set()


async def tell_whose(send: Callable[[Mapping[str, Any]], Awaitable[None]]) -> None:
    """Answers with the state's directory, which identifies the process that holds the port."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": os.environ["STATE_DIR"].encode()})


async def keep_saving() -> None:
    """Saves after changes, as long as the process lives."""
    while await touched.wait():
        await asyncio.sleep(PAUSE_S)
        touched.clear()
        child = multiprocessing.get_context("fork").Process(target=save_in_child, args=(os.getpid(),))
        child.start()
        await asyncio.to_thread(child.join)


def save_in_child(parent: int) -> None:
    """Saves this process's copy of the server's memory. It ends with the server, and holds nothing of it open."""
    signal.alarm(STUCK_S)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.closerange(3, 1 + max(map(int, os.listdir("/proc/self/fd"))))
    if os.getppid() == parent:
        save_all(ministack._build_persistence_save_dict())


def dump_at_once(value: Any, file: IO[str], **settings: Any) -> None:
    """As json.dump, which writes piece by piece and takes several times as long."""
    file.write(json.dumps(value, **settings))


def save_at_last(services: Mapping[str, Any]) -> None:
    """Saves at an orderly stop, in this process. A child that is still saving an earlier moment is ended first."""
    for child in multiprocessing.active_children():
        child.kill()
        child.join()
    save_all(services)


if __name__ == "__main__":
    json.dump = dump_at_once  # type: ignore[assignment]
    ministack.app = watch
    ministack.save_all = save_at_last
    ministack.main()
