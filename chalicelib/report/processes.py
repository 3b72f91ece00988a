"""Spreads work over processes: one for each processor, so that a folder or a period is checked on all of them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context
from typing import Any, TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")

_AHEAD = 2
"""Batches that wait for each process beside the one that it works on."""

_works: list[Callable[[Any], Any]] = []
"""In another process: the work it was started for."""


def spread(
    work: Callable[[Sequence[_T]], Sequence[_R]], items: Iterable[_T], *, at_once: int, workers: int = 0
) -> Iterator[_R]:
    """The results of `work` on batches of `at_once` items, in the order of the items.

    `work` goes once to each process, so it must be a plain function or a value of one. `workers` 0 starts a process
    per processor; with fewer than two full batches none is started. Items are taken as results are fetched: neither
    all items nor all results are ever held.
    """
    count = workers or os.cpu_count() or 1
    batches = _cut(items, at_once)
    first = list(islice(batches, 2))
    if count == 1 or len(first) < 2 or len(first[-1]) < at_once:
        for batch in chain(first, batches):
            yield from work(batch)
        return
    # Spawned: a fork would copy locks held by other threads.
    with ProcessPoolExecutor(
        count, mp_context=get_context("spawn"), initializer=_prepare, initargs=(work,)
    ) as processes:
        waiting = deque[Any]()
        for batch in chain(first, batches):
            waiting.append(processes.submit(_do, batch))
            if len(waiting) > count * (1 + _AHEAD):
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _cut(items: Iterable[_T], size: int) -> Iterator[tuple[_T, ...]]:
    left = iter(items)
    while batch := tuple(islice(left, size)):
        yield batch


def _prepare(work: Callable[[Any], Any]) -> None:
    _works[:] = [work]


def _do(batch: Sequence[Any]) -> Any:
    return _works[0](batch)
