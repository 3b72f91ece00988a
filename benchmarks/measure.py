"""The one way of measuring: processor time, by turns, medians.

What is compared takes turns in one run, so that load meets all alike. Only the ratios hold from one run to the next.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """What one of those compared took: processor seconds, or so many of what the bench counts. Where it was measured in
    a process of its own also that one's peak memory; where several processors worked also the seconds that passed."""

    value: float
    megabytes: float | None = None
    elapsed: float | None = None


Figures = dict[str, Figure]
Turn = Callable[[], Figure]


def timed(work: Callable[[], object]) -> Turn:
    """A turn that does the work in this process, and in those that it starts and ends."""

    def take() -> Figure:
        began, used = time.perf_counter(), measure_processor()
        work()
        return Figure(measure_processor() - used, elapsed=time.perf_counter() - began)

    return take


def apart(*arguments: object) -> Turn:
    """A turn in a fresh process: `python ARGUMENTS…` prints its seconds, its peak megabytes, and whatever else."""
    command = [sys.executable, *map(str, arguments)]

    def take() -> Figure:
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - a module of ours
        seconds, megabytes, *_ = done.stdout.split()
        return Figure(float(seconds), float(megabytes))

    return take


def print_figure(work: Callable[[], object]) -> None:
    """What a process that `apart` starts prints of its work."""
    used = measure_processor()
    work()
    print(f"{measure_processor() - used:.6f} {measure_peak():.1f}")


def take_turns(turns: Mapping[str, Turn], *, rounds: int, warm: bool = True) -> Figures:
    """The median of each over the rounds; `warm` has them take one more turn before, which does not count."""
    if warm:
        for take in turns.values():
            take()
    taken = [{name: take() for name, take in turns.items()} for _ in range(rounds)]
    return {name: _find_median([each[name] for each in taken]) for name in turns}


def _find_median(taken: list[Figure]) -> Figure:
    def over(name: str) -> Any:
        found = [getattr(each, name) for each in taken]
        return None if None in found else median(found)

    return Figure(over("value"), over("megabytes"), over("elapsed"))


def measure_processor() -> float:
    """Processor seconds of this process, and of those that it has started and that have ended."""
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def measure_peak() -> float:
    """The most megabytes that this process has held. What `getrusage` tells begins with its parent's."""
    told = Path("/proc/self/status").read_text()
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024
